/** Asks a worker to lay out a graph, so that the page stays quick. */
import type { LayoutInput, LayoutResult } from "./layout";

/** What of a `Worker` is used. */
export interface LayoutPort {
  postMessage(message: LayoutRequest): void;
  onmessage: ((event: { readonly data: LayoutAnswer }) => void) | null;
  onerror: ((event: unknown) => void) | null;
  terminate(): void;
}

export interface LayoutRequest {
  readonly id: number;
  readonly input: LayoutInput;
}

export interface LayoutAnswer {
  readonly id: number;
  readonly result: LayoutResult;
}

interface Waiting {
  readonly resolve: (result: LayoutResult) => void;
  readonly reject: (error: Error) => void;
}

/**
 * One worker, made at the first request: `new Layouts(() => new Worker(new URL(…), { type: "module" }))`.
 */
export class Layouts {
  readonly #make: () => LayoutPort;
  readonly #waiting = new Map<number, Waiting>();
  #port: LayoutPort | undefined;
  #last = 0;

  constructor(make: () => LayoutPort) {
    this.#make = make;
  }

  /** Rejects if the worker fails; the next request makes another. */
  run(input: LayoutInput): Promise<LayoutResult> {
    const id = (this.#last += 1);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      try {
        this.#open().postMessage({ id, input });
      } catch (error) {
        this.#fail(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }

  close(): void {
    this.#fail(new Error("The layout was called off."));
  }

  #open(): LayoutPort {
    if (this.#port === undefined) {
      const port = this.#make();
      port.onmessage = ({ data }) => {
        this.#waiting.get(data.id)?.resolve(data.result);
        this.#waiting.delete(data.id);
      };
      port.onerror = () => this.#fail(new Error("The layout failed."));
      this.#port = port;
    }
    return this.#port;
  }

  #fail(error: Error): void {
    this.#port?.terminate();
    this.#port = undefined;
    for (const { reject } of this.#waiting.values()) {
      reject(error);
    }
    this.#waiting.clear();
  }
}
