import { useEffect, useMemo, useRef, useState } from "react";

const LINGER_MS = 220;

/** The wire the pointer is on, or was a moment ago: time to reach the plus on it. */
export interface Hover {
  readonly wire: string;
  readonly enter: (wire: string) => void;
  readonly leave: () => void;
  readonly end: () => void;
}

export function useHover(): Hover {
  const [wire, setWire] = useState("");
  const timer = useRef(0);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  return useMemo(
    () => ({
      wire,
      enter: (id) => {
        window.clearTimeout(timer.current);
        setWire(id);
      },
      leave: () => {
        window.clearTimeout(timer.current);
        timer.current = window.setTimeout(() => setWire(""), LINGER_MS);
      },
      end: () => setWire(""),
    }),
    [wire],
  );
}
