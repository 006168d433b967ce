import { useEffect, useState } from "react";

const LINGER_MS = 220;

/**
 * The wire the pointer is on, or was a moment ago: time to reach the plus on it. Only what asks for
 * it is drawn anew.
 */
export class Hover {
  #wire = "";
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #listeners = new Set<() => void>();

  get = (): string => this.#wire;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  enter = (wire: string): void => {
    clearTimeout(this.#timer);
    this.#set(wire);
  };

  leave = (): void => {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.end, LINGER_MS);
  };

  end = (): void => {
    clearTimeout(this.#timer);
    this.#set("");
  };

  #set(wire: string): void {
    if (wire !== this.#wire) {
      this.#wire = wire;
      for (const listener of this.#listeners) {
        listener();
      }
    }
  }
}

export function useHover(): Hover {
  const [hover] = useState(() => new Hover());
  useEffect(() => hover.end, [hover]);
  return hover;
}
