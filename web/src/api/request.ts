/** One request to the server's API, and its answer or one `ApiError`. */
import { reached, unreached } from "./connection";
import { ApiError, errorFrom, errorOfFetch } from "./problems";
import { credentials, forgetSession } from "./session";

export const BASE = "/api/v1";
const USUAL_MS = 30_000;

export interface Ask {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly query?: Readonly<Record<string, string | number | boolean | undefined | null>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is: JSON that was written by a codec of the caller, or a file. */
  readonly raw?: BodyInit;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until the head of the answer must have come. */
  readonly timeout?: number;
  /** A refusal for want of a session does not sign out: for the sign-in itself. */
  readonly anonymous?: boolean;
  /** How the answer's text is read; usually `JSON.parse`. */
  readonly parse?: (text: string) => unknown;
}

/** A part of an address, encoded: ids are safe already, but nothing relies on it. */
export function segment(value: string): string {
  return encodeURIComponent(value);
}

export function urlOf(path: string, query: Ask["query"] = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") {
      search.set(key, String(value));
    }
  }
  const text = search.toString();
  return `${path.startsWith("/e/") ? "" : BASE}${path}${text === "" ? "" : `?${text}`}`;
}

/** The answer, if it is a success. Raises `ApiError`; an aborted request raises what `fetch` raises. */
export async function fetchAnswer(path: string, ask: Ask = {}): Promise<Response> {
  const method = ask.method ?? "GET";
  const headers: Record<string, string> = {
    accept: "application/json",
    ...credentials(method !== "GET"),
    ...ask.headers,
  };
  if (ask.body !== undefined || typeof ask.raw === "string") {
    headers["content-type"] ??= "application/json";
  }
  const deadline = new AbortController();
  const timer = window.setTimeout(
    () => deadline.abort(new DOMException("no answer in time", "TimeoutError")),
    ask.timeout ?? USUAL_MS,
  );
  const signal = ask.signal === undefined ? deadline.signal : AbortSignal.any([ask.signal, deadline.signal]);
  let response: Response;
  try {
    response = await fetch(urlOf(path, ask.query), {
      method,
      headers,
      body: ask.raw ?? (ask.body === undefined ? null : JSON.stringify(ask.body)),
      signal,
      credentials: "same-origin",
      cache: "no-store",
    });
  } catch (thrown) {
    throw failed(thrown, ask.signal);
  } finally {
    window.clearTimeout(timer);
  }
  return accepted(response, ask);
}

function failed(thrown: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true) {
    return thrown;
  }
  const error = errorOfFetch(thrown);
  if (error.kind === "unreachable") {
    unreached();
  }
  return error;
}

async function accepted(response: Response, ask: Ask): Promise<Response> {
  reached();
  if (response.ok) {
    return response;
  }
  const error = await errorFrom(response);
  if (error.kind === "unauthenticated" && ask.anonymous !== true) {
    forgetSession();
  }
  throw error;
}

/** The JSON of an answer; undefined for an empty one. Raises `ApiError`. */
export async function request<T>(path: string, ask: Ask = {}): Promise<T> {
  const response = await fetchAnswer(path, ask);
  let text: string;
  try {
    text = await response.text();
  } catch (thrown) {
    throw failed(thrown, ask.signal);
  }
  if (text === "") {
    return undefined as T;
  }
  try {
    return (ask.parse ?? JSON.parse)(text) as T;
  } catch {
    throw new ApiError("unreadable", "The answer is not the JSON it should be.", {
      status: response.status,
      requestId: response.headers.get("x-request-id") ?? undefined,
      remedy: "Reload the page: it may be older than the server.",
    });
  }
}
