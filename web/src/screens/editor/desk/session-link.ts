/** The room of a board over HTTP: load, send, undo, follow. Literals pass through the lossless codec. */
import { ApiError, eventsOf, fetchAnswer, request } from "~/api";
import { addressOf } from "~/api/call";
import { errorOfFetch } from "~/api/problems";
import {
  type Accepted,
  Denied,
  type Entry,
  isNumber,
  isObject,
  type Json,
  type JsonObject,
  type Link,
  type Loaded,
  parse,
  readBoard,
  type Refusal,
  type Rejected,
  type Reply,
  stringify,
  toNumber,
} from "~/core";

const LOAD_MS = 60_000;
const REFUSED: ReadonlySet<number> = new Set([400, 409, 412, 413, 422]);
/** A conflict that passes by itself. */
const BUSY = "board.busy";
const DENIED: ReadonlySet<number> = new Set([401, 403, 404]);

/** The way to a board of an app. */
export function sessionLink(app: string, board: string): Link {
  const path = (rest = "") => addressOf(`/apps/{app_id}/boards/{board_id}${rest}`, { app_id: app, board_id: board });
  const post = async (rest: string, body: unknown): Promise<Reply> => {
    try {
      const answer = await request<Json>(path(rest), { method: "POST", raw: stringify(body), parse: (text) => parse(text) });
      return { accepted: acceptedOf(answer) };
    } catch (error) {
      return { rejected: rejectedOf(error) };
    }
  };
  return {
    load: async () => {
      try {
        return loadedOf(await request<Json>(path(), { parse: (text) => parse(text), timeout: LOAD_MS }));
      } catch (error) {
        throw deniedOr(error);
      }
    },
    send: (submission) => post("/commands", submission),
    undo: (base, id) => post("/undo", { base_revision: base, id }),
    redo: (base, id) => post("/redo", { base_revision: base, id }),
    follow: (after, on) => followChanges(path("/changes"), after, on),
  };
}

/** What a version of a board was; it never changes. */
export async function loadVersion(app: string, board: string, version: string): Promise<Loaded> {
  const path = addressOf("/apps/{app_id}/boards/{board_id}", { app_id: app, board_id: board });
  return loadedOf(await request<Json>(path, { query: { version }, parse: (text) => parse(text), timeout: LOAD_MS }));
}

function followChanges(path: string, after: number, on: Parameters<Link["follow"]>[1]): { close(): void } {
  const abort = new AbortController();
  const listen = async () => {
    try {
      const answer = await fetchAnswer(path, {
        query: { after },
        signal: abort.signal,
        headers: { accept: "text/event-stream" },
      });
      on.open();
      for await (const event of eventsOf(answer)) {
        if (event.event === "change" && !abort.signal.aborted) {
          on.entry(parse(event.data) as unknown as Entry);
        }
      }
    } catch {
      // Whatever it was: the session opens another, and its next request says what is wrong.
    }
    if (!abort.signal.aborted) {
      on.lost();
    }
  };
  void listen();
  return { close: () => abort.abort() };
}

function loadedOf(answer: Json): Loaded {
  const body = objectOf(answer);
  const counts = { undo: body["undo"], redo: body["redo"] };
  return {
    revision: numberOf(body["revision"]),
    board: readBoard(body["board"] ?? null),
    ...(isNumber(counts.undo) ? { undo: toNumber(counts.undo) } : {}),
    ...(isNumber(counts.redo) ? { redo: toNumber(counts.redo) } : {}),
  };
}

function acceptedOf(answer: Json): Accepted {
  const body = objectOf(answer);
  return {
    revision: numberOf(body["revision"]),
    patch: listOf(body["patch"]) as unknown as Accepted["patch"],
    touched: listOf(body["touched"]) as unknown as string[],
    missing: listOf(body["missing"]) as unknown as Entry[],
    undo: numberOf(body["undo"]),
    redo: numberOf(body["redo"]),
  };
}

/** Why the server refused; throws what is worth waiting for, and {@link Denied}. */
function rejectedOf(error: unknown): Rejected {
  if (!(error instanceof ApiError) || !REFUSED.has(error.status) || error.code === BUSY) {
    throw deniedOr(error);
  }
  const body = objectOf(error.body as Json);
  const refused = isObject(body["refused"]) ? body["refused"] : undefined;
  return {
    refused: refused === undefined ? refusalOf(error) : (refused as unknown as Refusal),
    revision: numberOf(body["revision"]),
    missing: listOf(body["missing"]) as unknown as Entry[],
    stale: error.status === 409 && Array.isArray(body["missing"]),
  };
}

function refusalOf(error: ApiError): Refusal {
  return {
    code: error.code,
    message: error.message,
    ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
    ...(error.where === undefined ? {} : { where: error.where }),
  };
}

function deniedOr(error: unknown): unknown {
  const known = error instanceof ApiError ? error : errorOfFetch(error);
  return DENIED.has(known.status) ? new Denied(known.code, known.message) : known;
}

function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

function numberOf(value: Json | undefined): number {
  return isNumber(value) ? toNumber(value) : 0;
}
