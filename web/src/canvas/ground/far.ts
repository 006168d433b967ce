import { type ReactFlowState, useStore, useStoreApi } from "@xyflow/react";
import { useEffect, useState } from "react";

import { later } from "~/ui/later";

/** Below this zoom nodes are titled boxes: nobody could read more, and thousands may be in view. */
export const FAR = 0.4;

const isFar = (state: ReactFlowState) => state.transform[2] < FAR;

/** Whether the view is far away. Draws anew only when that changes. */
export function useFar(before: boolean): boolean {
  const far = useStore(isFar);
  return far || (before && far);
}

/** With more things than this, a board that is far away is painted instead of laid out. */
export const MANY = 250;
const SETTLE_MS = 120;

/** The picture of a large board seen from far away, in place of its elements. */
export const FarCanvas = later(async () => (await import("../far/far-canvas")).FarCanvas);

/** The class of that picture. */
export const PAINTING = "far-canvas";

/** Whether an event met the picture of a board instead of its elements. */
export function isPainting(target: EventTarget | null): boolean {
  return target instanceof Element && target.classList.contains(PAINTING);
}

/**
 * Whether the board is painted. It becomes elements again only once the view came to rest: to lay
 * them out in the middle of a zoom would be felt.
 */
export function usePainted(far: boolean, things: number): boolean {
  const many = things > MANY;
  const wanted = far && many;
  const [rested, setRested] = useState(wanted);
  const store = useStoreApi();
  if (wanted && !rested) {
    setRested(true);
  }
  useEffect(() => {
    if (many) {
      // It shall be there before it is needed; if it does not come, showing it asks again and tells.
      FarCanvas.fetch().catch(() => {});
    }
  }, [many]);
  useEffect(() => {
    if (wanted || !rested) {
      return undefined;
    }
    let timer = setTimeout(() => setRested(false), SETTLE_MS);
    const stop = store.subscribe((state, before) => {
      if (state.transform !== before.transform) {
        clearTimeout(timer);
        timer = setTimeout(() => setRested(false), SETTLE_MS);
      }
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [wanted, rested, store]);
  return wanted || rested;
}
