import { type RefObject, useCallback, useEffect, useRef, useState } from "react";

const BEYOND = 12;
const FIRST = 40;

export interface RowsInView {
  readonly scroll: RefObject<HTMLDivElement | null>;
  /** Indices of the rows to draw. */
  readonly indices: readonly number[];
  readonly height: number;
  readonly show: (index: number) => void;
}

/** Which rows of a long list are in view: only those are drawn. All rows are equally high. */
export function useRowsInView(count: number, row: number): RowsInView {
  const scroll = useRef<HTMLDivElement>(null);
  const [range, setRange] = useState({ from: 0, to: FIRST });
  useEffect(() => {
    const element = scroll.current;
    if (element === null) {
      return undefined;
    }
    const look = () => {
      const from = Math.max(0, Math.floor(element.scrollTop / row) - BEYOND);
      const to = Math.ceil((element.scrollTop + element.clientHeight) / row) + BEYOND;
      setRange((before) => (before.from === from && before.to === to ? before : { from, to }));
    };
    const resized = new ResizeObserver(look);
    resized.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      resized.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, [row]);

  const show = useCallback(
    (index: number) => {
      const element = scroll.current;
      if (element === null || index < 0) {
        return;
      }
      if (index * row < element.scrollTop) {
        element.scrollTop = index * row;
      } else if ((index + 1) * row > element.scrollTop + element.clientHeight) {
        element.scrollTop = (index + 1) * row - element.clientHeight;
      }
    },
    [row],
  );
  const from = Math.min(range.from, Math.max(0, count - 1));
  const to = Math.min(count, range.to);
  const indices = Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
  return { scroll, indices, height: count * row, show };
}
