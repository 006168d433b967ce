/** What of the page a session needs: its clock and its storage. */
import type { Clock, Storage } from "~/core";

export const pageClock: Clock = {
  now: () => Date.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};

/** Keeps texts in this browser. Where that is forbidden or full, nothing is kept. */
export const localStore: Storage = {
  read: (key) => Promise.resolve(quietly(() => localStorage.getItem(key) ?? undefined)),
  write: (key, text) => {
    quietly(() => (text === undefined ? localStorage.removeItem(key) : localStorage.setItem(key, text)));
    return Promise.resolve();
  },
};

function quietly<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
