/** Server-sent events over fetch: with headers, with resuming, with a watch on silence. */
import { unreached } from "./connection";
import { ApiError, errorOfFetch } from "./problems";
import { type Ask, fetchAnswer } from "./request";

/** One event of a stream. `id` is what a later request resumes after. */
export interface ServerEvent {
  readonly id: string;
  readonly event: string;
  /** The text of its data, JSON by our contract. */
  readonly data: string;
}

/** A server sends a comment every 15 s; so much silence means the line is dead. */
const SILENCE_MS = 45_000;
const FIRST_MS = 500;
const LONGEST_MS = 15_000;

/** Takes text as it comes and gives whole events. */
export class EventParser {
  #rest = "";
  #id = "";
  #event = "";
  #data: string[] = [];

  push(text: string): ServerEvent[] {
    const found: ServerEvent[] = [];
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      this.#take(line, found);
    }
    return found;
  }

  #take(line: string, found: ServerEvent[]): void {
    if (line === "") {
      if (this.#data.length > 0) {
        found.push({ id: this.#id, event: this.#event || "message", data: this.#data.join("\n") });
      }
      this.#data = [];
      this.#event = "";
      return;
    }
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") {
      this.#data.push(value);
    } else if (field === "event") {
      this.#event = value;
    } else if (field === "id" && !value.includes("\0")) {
      this.#id = value;
    }
  }
}

/** The events of one answer, until it ends. Raises `ApiError` when the line breaks or falls silent. */
export async function* eventsOf(response: Response, silence = SILENCE_MS): AsyncGenerator<ServerEvent> {
  const reader = response.body?.getReader();
  if (reader === undefined) {
    return;
  }
  const decoder = new TextDecoder();
  const parser = new EventParser();
  try {
    for (;;) {
      const { done, value } = await within(reader.read(), silence);
      if (done) {
        return;
      }
      yield* parser.push(decoder.decode(value, { stream: true }));
    }
  } catch (thrown) {
    throw errorOfFetch(thrown);
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = window.setTimeout(() => reject(new ApiError("slow", "The stream fell silent.")), ms);
    promise.then(resolve, reject).finally(() => window.clearTimeout(timer));
  });
}

export interface Following {
  readonly signal: AbortSignal;
  /** Resume after this id. */
  readonly after?: string;
  /** The name of the event that ends the stream for good. */
  readonly last?: string;
  readonly ask?: Omit<Ask, "signal">;
  /** Told when the line is lost (`false`) and when it is back (`true`). */
  readonly onLine?: (up: boolean) => void;
}

/**
 * Follows a stream that can be resumed, over as many connections as it takes. Ends with the signal or
 * after the event named `last`; raises `ApiError` when the server refuses for good.
 */
export async function* follow(path: string, following: Following): AsyncGenerator<ServerEvent> {
  const { signal, last, onLine } = following;
  let after = following.after ?? "";
  let wait = FIRST_MS;
  while (!signal.aborted) {
    try {
      const response = await fetchAnswer(path, {
        ...following.ask,
        signal,
        headers: {
          ...following.ask?.headers,
          accept: "text/event-stream",
          ...(after === "" ? {} : { "last-event-id": after }),
        },
      });
      onLine?.(true);
      for await (const event of eventsOf(response)) {
        wait = FIRST_MS;
        after = event.id === "" ? after : event.id;
        yield event;
        if (event.event === last) {
          return;
        }
      }
    } catch (thrown) {
      worthWaiting(thrown, signal);
    }
    onLine?.(false);
    await pause(wait * (0.75 + Math.random() / 2), signal);
    wait = Math.min(wait * 2, LONGEST_MS);
  }
}

/** Returns if the line may come back; raises what is final. */
function worthWaiting(thrown: unknown, signal: AbortSignal): void {
  if (signal.aborted) {
    return;
  }
  const error = errorOfFetch(thrown);
  if (error.kind === "unreachable") {
    unreached();
  }
  if (!error.passing && error.kind !== "broken") {
    throw error;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = window.setTimeout(done, ms);
    function done() {
      window.clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done, { once: true });
  });
}
