import { useEffect, useState } from "react";

export interface Timer {
  /** Calls `then` after `ms`; an earlier call that is still due is forgotten. */
  readonly start: (then: () => void, ms: number) => void;
  readonly stop: () => void;
}

function makeTimer(): Timer {
  let due = 0;
  const stop = () => window.clearTimeout(due);
  return {
    start: (then, ms) => {
      stop();
      due = window.setTimeout(then, ms);
    },
    stop,
  };
}

/** One timer, which ends with the component. */
export function useTimer(): Timer {
  const [timer] = useState(makeTimer);
  useEffect(() => timer.stop, [timer]);
  return timer;
}
