import { useEffect, useState } from "react";

import { wordsOf } from "./words-of";

/** What a server answered, or why it did not; undefined until then. */
export type Answer<T> = { readonly value: T } | { readonly failed: string } | undefined;

/** Asks when first shown, and anew when `ask` is another function. */
export function useAnswer<T>(ask: () => Promise<T>): Answer<T> {
  const [answer, setAnswer] = useState<Answer<T>>();
  useEffect(() => {
    let current = true;
    ask().then(
      (value) => current && setAnswer({ value }),
      (error: unknown) => current && setAnswer({ failed: wordsOf(error) }),
    );
    return () => {
      current = false;
    };
  }, [ask]);
  return answer;
}
