import { useLayoutEffect, useRef } from "react";

/** A box that always holds the newest value, for listeners that live longer than one drawing. */
export function useLatest<T>(value: T): { readonly current: T } {
  const box = useRef(value);
  useLayoutEffect(() => {
    box.current = value;
  });
  return box;
}
