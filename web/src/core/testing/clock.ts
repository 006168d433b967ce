/** Time that passes when a test says so. */
import type { Clock } from "../session/model";

export class TestClock implements Clock {
  #now = 0;
  #order = 0;
  #calls: { readonly at: number; readonly order: number; readonly call: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, call: () => void): () => void {
    const entry = { at: this.#now + Math.max(0, ms), order: (this.#order += 1), call };
    this.#calls.push(entry);
    return () => {
      this.#calls = this.#calls.filter((each) => each !== entry);
    };
  }

  /** Resolves after so many milliseconds. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(ms, resolve);
    });
  }

  /** Lets time pass; what was due is called in its order, and promises run in between. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    await breathe();
    for (;;) {
      const [next] = this.#calls.toSorted((one, other) => one.at - other.at || one.order - other.order);
      if (next === undefined || next.at > end) {
        break;
      }
      this.#calls = this.#calls.filter((each) => each !== next);
      this.#now = Math.max(this.#now, next.at);
      next.call();
      await breathe();
    }
    this.#now = end;
  }
}

/** Lets promises that are ready run. */
async function breathe(): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) {
    await Promise.resolve();
  }
}
