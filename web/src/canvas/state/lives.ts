/**
 * What a run is doing, node by node. Hundreds of updates a second may come in; those who look hear
 * of them once a frame, and only of the node or wire they look at.
 */

export type RunState = "queued" | "running" | "done" | "failed" | "skipped" | "waiting";

/** The state of one node in a run. Times are microseconds. */
export interface NodeLife {
  readonly state: RunState;
  /** How many times it has run. */
  readonly count: number;
  readonly totalUs: number;
  /** For loops: how many rounds there will be, if known. */
  readonly of?: number;
  readonly message?: string;
  readonly remedy?: string;
}

export type Listener = () => void;

/** States by id; listeners by id. */
export class Lives {
  readonly #lives = new Map<string, NodeLife>();
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #all = new Set<Listener>();
  readonly #dirty = new Set<string>();
  readonly #schedule: (run: () => void) => void;
  #scheduled = false;
  #version = 0;

  constructor(schedule: (run: () => void) => void = (run) => void requestAnimationFrame(run)) {
    this.#schedule = schedule;
  }

  get(id: string): NodeLife | undefined {
    return this.#lives.get(id);
  }

  get size(): number {
    return this.#lives.size;
  }

  /** Counts what was told; for those who look at everything. */
  get version(): number {
    return this.#version;
  }

  entries(): IterableIterator<[string, NodeLife]> {
    return this.#lives.entries();
  }

  put(id: string, life: NodeLife): void {
    this.#lives.set(id, life);
    this.#touch(id);
  }

  clear(): void {
    const ids = [...this.#lives.keys()];
    this.#lives.clear();
    for (const id of ids) {
      this.#touch(id);
    }
  }

  /** Listens to one id. Returns how to stop. */
  watch(id: string, listener: Listener): () => void {
    let listeners = this.#listeners.get(id);
    if (listeners === undefined) {
      listeners = new Set();
      this.#listeners.set(id, listeners);
    }
    const own = listeners;
    own.add(listener);
    return () => {
      own.delete(listener);
      if (own.size === 0 && this.#listeners.get(id) === own) {
        this.#listeners.delete(id);
      }
    };
  }

  /** Listens to everything, once a frame. */
  watchAll(listener: Listener): () => void {
    this.#all.add(listener);
    return () => this.#all.delete(listener);
  }

  #touch(id: string): void {
    this.#dirty.add(id);
    if (!this.#scheduled) {
      this.#scheduled = true;
      this.#schedule(() => this.#tell());
    }
  }

  #tell(): void {
    this.#scheduled = false;
    const ids = [...this.#dirty];
    this.#dirty.clear();
    this.#version += 1;
    for (const id of ids) {
      for (const listener of this.#listeners.get(id) ?? []) {
        listener();
      }
    }
    for (const listener of this.#all) {
      listener();
    }
  }
}
