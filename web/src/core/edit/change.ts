/**
 * Changes of a board as data: what was there before, what is there after.
 *
 * A change names an entity and a path inside it. Entities that come or go are one change with an
 * empty path; an edited one gives a change for each field, pin or setting, so that edits of
 * different parts of one entity do not collide.
 */
import type { Board, EntityKind } from "../document";
import { TABLES } from "../document";
import type { Json, JsonObject, Table } from "../json";
import { bare, copyOf, isObject, same, toNumber, isNumber } from "../json";

/** One difference. `before` and `after` are absent where there is nothing (or a default). */
export interface Change {
  readonly kind: EntityKind;
  readonly id?: string;
  readonly path?: readonly string[];
  readonly before?: Json;
  readonly after?: Json;
}

/** An entity of any kind, or nothing. */
export type Entity = object;

/** Fields of the board itself, in file order. */
export const HEAD = ["id", "name", "description", "version", "settings", "origin"] as const;

/** Fields that are compared one level down; the rest are values as a whole. */
const DEEP = new Set(["in", "out", "settings", "pins"]);
const NO_PATH: readonly string[] = [];

const HEAD_DEFAULTS: Table<Json> = { name: "New Board", description: "", version: "0.0.1" };

/** The change that undoes one. */
export function reversed(change: Change): Change {
  const { before, after, ...rest } = change;
  return {
    ...rest,
    ...(after === undefined ? {} : { before: after }),
    ...(before === undefined ? {} : { after: before }),
  };
}

/** The path of a change; empty for entities that come or go. */
export function pathOf(change: Change): readonly string[] {
  return change.path ?? NO_PATH;
}

/** An entity as JSON: settings and pins that say nothing are left out. */
export function plain(entity: Entity): JsonObject {
  const value = entity as JsonObject;
  if (!isEmpty(value.settings) && !isEmpty(value.pins)) {
    return value;
  }
  const made = copyOf(value);
  for (const field of ["settings", "pins"]) {
    if (isEmpty(made[field])) {
      delete made[field];
    }
  }
  return made;
}

function isEmpty(value: Json | undefined): boolean {
  return isObject(value) && Object.keys(value).length === 0;
}

/** The changes that turn one state of an entity into another; undefined is absence. */
export function changesBetween(
  kind: EntityKind,
  id: string,
  before: Entity | undefined,
  after: Entity | undefined,
): Change[] {
  if (before === after) {
    return [];
  }
  if (before === undefined || after === undefined || kind === "type" || kind === "place") {
    const [old, fresh] = [before && plain(before), after && plain(after)];
    return old !== undefined && fresh !== undefined && sameParts(kind, old, fresh)
      ? []
      : [change(kind, id, NO_PATH, old, fresh)];
  }
  return flatChanges(kind, id, plain(before), plain(after));
}

/** Changes of the board's own fields. */
export function headChanges(before: JsonObject, after: JsonObject): Change[] {
  return flatChanges("board", "", before, after);
}

function flatChanges(kind: EntityKind, id: string, before: JsonObject, after: JsonObject): Change[] {
  const [old, fresh] = [flatten(before), flatten(after)];
  const found: Change[] = [];
  for (const path of sortedPaths(old, fresh)) {
    const [was, is] = [old.get(path.join("\0"))?.[1], fresh.get(path.join("\0"))?.[1]];
    if (!same(was, is)) {
      found.push(change(kind, id, path, was, is));
    }
  }
  return found;
}

type Parts = Map<string, readonly [readonly string[], Json]>;

function flatten(entity: JsonObject): Parts {
  const parts: Parts = new Map();
  for (const field of Object.keys(entity)) {
    const value = entity[field] as Json;
    if (value === undefined) {
      continue;
    }
    if (DEEP.has(field) && isObject(value)) {
      for (const key of Object.keys(value)) {
        if (value[key] !== undefined) {
          parts.set(`${field}\0${key}`, [[field, key], value[key]]);
        }
      }
    } else {
      parts.set(field, [[field], value]);
    }
  }
  return parts;
}

function sortedPaths(old: Parts, fresh: Parts): (readonly string[])[] {
  const paths = new Map<string, readonly string[]>();
  for (const parts of [old, fresh]) {
    for (const [key, [path]] of parts) {
      paths.set(key, path);
    }
  }
  return [...paths.keys()].sort(byCodePoints).map((key) => paths.get(key) as readonly string[]);
}

function change(
  kind: EntityKind,
  id: string,
  path: readonly string[],
  before: Json | undefined,
  after: Json | undefined,
): Change {
  return {
    kind,
    ...(id === "" ? {} : { id }),
    ...(path.length === 0 ? {} : { path }),
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  };
}

/** Like `same`; numbers of a place are floats however they are written. */
export function sameParts(kind: EntityKind, left: Json | undefined, right: Json | undefined): boolean {
  return kind === "place" ? same(floats(left), floats(right)) : same(left, right);
}

function floats(value: Json | undefined): Json | undefined {
  if (isNumber(value)) {
    return toNumber(value) + 0;
  }
  if (Array.isArray(value)) {
    return value.map((item) => floats(item as Json) as Json);
  }
  if (!isObject(value)) {
    return value;
  }
  const made = bare<Json>();
  for (const key of Object.keys(value)) {
    made[key] = floats(value[key]) as Json;
  }
  return made;
}

/** Order of texts by code points, as the server sorts. */
export function byCodePoints(left: string, right: string): number {
  if (left === right) {
    return 0;
  }
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at += 1) {
    const [one, other] = [left.charCodeAt(at), right.charCodeAt(at)];
    if (one !== other) {
      // Halves of a character beyond 16 bits sort after all others.
      const [high, low] = [one >= 0xd800 && one <= 0xdfff, other >= 0xd800 && other <= 0xdfff];
      return high === low ? one - other : high ? 1 : -1;
    }
  }
  return left.length - right.length;
}

/** The board's own fields as JSON, defaults left out. */
export function headOf(board: Board): JsonObject {
  const head = bare<Json>();
  for (const field of HEAD) {
    const value = board[field] as Json | undefined;
    if (value !== undefined && value !== null && value !== HEAD_DEFAULTS[field] && !isEmpty(value)) {
      head[field] = value;
    }
  }
  return head;
}

/** The JSON value at a path of an entity, undefined if there is none. */
export function valueAt(entity: JsonObject, path: readonly string[]): Json | undefined {
  let value: Json | undefined = entity;
  for (const step of path) {
    value = isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }
  return value;
}

/** A copy of an entity with the JSON value at a path (two steps at most); undefined removes. */
export function withValueAt(entity: JsonObject, path: readonly string[], value: Json | undefined): JsonObject {
  const [field, key] = path;
  const made = copyOf(entity);
  if (field === undefined) {
    return made;
  }
  if (key === undefined) {
    put(made, field, value);
    return made;
  }
  const inner = copyOf(isObject(made[field]) ? made[field] : bare<Json>());
  put(inner, key, value);
  made[field] = inner;
  return made;
}

function put(holder: Record<string, Json>, key: string, value: Json | undefined): void {
  if (value === undefined) {
    delete holder[key];
  } else {
    holder[key] = value;
  }
}

/** Endpoints of the wires that `value`, the change's `before` or `after`, holds. */
export function endsIn(one: Change, value: Json | undefined): Set<string> {
  const path = pathOf(one);
  if (!isObject(value) || (one.kind !== "node" && one.kind !== "layer")) {
    return new Set();
  }
  const outputs = path.length === 0 ? Object.values(isObject(value.out) ? value.out : {}) : [value];
  if (path.length > 0 && path[0] !== "out") {
    return new Set();
  }
  return new Set(
    outputs.flatMap((output) => (isObject(output) && Array.isArray(output.to) ? (output.to as string[]) : [])),
  );
}

/** The layer that `value`, the change's `before` or `after`, puts the entity in. */
export function homeIn(one: Change, value: Json | undefined): string {
  const field = one.kind === "layer" ? "parent" : "layer";
  if (value === undefined || (one.kind !== "node" && one.kind !== "layer" && one.kind !== "comment")) {
    return "";
  }
  const path = pathOf(one);
  if (path.length === 0) {
    return isObject(value) && typeof value[field] === "string" ? value[field] : "";
  }
  return path.length === 1 && path[0] === field ? String(value) : "";
}

/** Whether an entity can change at that path. */
export function isValidPath(path: readonly string[]): boolean {
  return path.length < 2 || (path.length === 2 && DEEP.has(path[0] ?? ""));
}

/** The table of a board that holds entities of a kind. */
export function tableOf(board: Board, kind: Exclude<EntityKind, "board">): Table<Entity> {
  return board[TABLES[kind]] as Table<Entity>;
}
