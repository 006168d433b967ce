import { type ReactFlowState, useStore } from "@xyflow/react";

/** Below this zoom nodes are titled boxes: nobody could read more, and thousands may be in view. */
export const FAR = 0.4;

const isFar = (state: ReactFlowState) => state.transform[2] < FAR;

/** Whether the view is far away. Draws anew only when that changes. */
export function useFar(before: boolean): boolean {
  const far = useStore(isFar);
  return far || (before && far);
}
