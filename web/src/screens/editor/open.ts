/** Opens a board for the editor: catalog, session, desk. Also of a version, which never changes. */
import { request } from "~/api";
import {
  type Board,
  isObject,
  type Json,
  type NodeDefinition,
  openSession,
  type Outcome,
  parse,
  readDefinition,
  type Session,
  type Snapshot,
  type Types,
  typesOf,
} from "~/core";
import { measureByPage } from "~/canvas/look/measure";
import { toast } from "~/ui";

import { Desk } from "./desk/desk";
import { loadVersion, sessionLink } from "./desk/session-link";
import { localStore, pageClock } from "./desk/page";
import { queueKey } from "./desk/tab";

export interface Opening {
  readonly app: string;
  readonly board: string;
  readonly version?: string | undefined;
  readonly layer?: string | undefined;
  /** Who the person is, as entries name them. */
  readonly actor?: string | undefined;
}

let catalog: Promise<Types> | undefined;

/** The node types of the server. Fetched once a page; a failure is not kept. */
export function catalogTypes(): Promise<Types> {
  catalog ??= request<Json>("/catalog", { parse: (text) => parse(text) })
    .then(typesIn)
    .catch((error: unknown) => {
      catalog = undefined;
      throw error;
    });
  return catalog;
}

function typesIn(answer: Json): Types {
  const nodes = isObject(answer) && isObject(answer["nodes"]) ? answer["nodes"] : {};
  const found: Record<string, NodeDefinition> = {};
  for (const [key, value] of Object.entries(nodes)) {
    found[key] = readDefinition(value);
  }
  return typesOf(found);
}

/** The desk for a board. Raises what the server says. */
export async function openDesk(opening: Opening): Promise<Desk> {
  measureByPage();
  const types = await catalogTypes();
  const session = opening.version === undefined ? await liveSession(opening, types) : await frozenSession(opening, opening.version, types);
  return new Desk({
    session,
    readOnly: opening.version !== undefined,
    storage: globalThis.localStorage,
    layer: session.snapshot().board.layers[opening.layer ?? ""] === undefined ? "" : (opening.layer ?? ""),
    complain: (title, detail) => void toast({ title, detail, kind: "fail", stays: 9000 }),
  });
}

async function liveSession({ app, board }: Opening, types: Types): Promise<Session> {
  return openSession({
    link: sessionLink(app, board),
    types,
    clock: pageClock,
    newId: () => crypto.randomUUID(),
    random: Math.random,
    storage: localStore,
    storageKey: await queueKey(app, board),
  });
}

async function frozenSession({ app, board }: Opening, version: string, types: Types): Promise<Session> {
  const loaded = await loadVersion(app, board, version);
  return frozen(loaded.board, loaded.revision, types);
}

/** A session of a board that does not change. */
export function frozen(board: Board, revision: number, types: Types): Session {
  const snapshot: Snapshot = { board, revision, save: { kind: "saved" }, conflicts: [], canUndo: false, canRedo: false };
  const no: Outcome = { ok: false, refused: { code: "client.read-only", message: "A version cannot be changed." } };
  return {
    types,
    snapshot: () => snapshot,
    subscribe: () => () => {},
    edit: () => no,
    test: () => no,
    gesture: () => ({ show: () => false, add: () => false, commit: () => {}, cancel: () => {} }),
    undo: () => {},
    redo: () => {},
    changedElsewhere: () => {},
    retry: () => false,
    discard: () => {},
    wake: () => {},
    settled: () => Promise.resolve(),
    close: () => {},
  };
}
