/**
 * What the server said happened, set in the document. This is the authoritative way: nothing is
 * asked and nothing refused; only touched entities get new identities.
 */
import type { Board, EntityKind } from "./document";
import { readDefinition, readLayer, readNode, readPlace, TABLES } from "./document";
import type { Change, Entity } from "./edit/change";
import { pathOf, sameParts, valueAt, withValueAt } from "./edit/change";
import type { Json, JsonObject } from "./json";
import { bare, copyOf, isObject } from "./json";

/** The board after the changes. The same object if there are none. */
export function applyPatch(board: Board, patch: readonly Change[]): Board {
  if (patch.length === 0) {
    return board;
  }
  const next = { ...board } as Record<string, unknown>;
  const copied = new Set<string>();
  for (const change of patch) {
    if (change.kind === "board") {
      applyToHead(next, change);
      continue;
    }
    const field = TABLES[change.kind];
    if (!copied.has(field)) {
      next[field] = copyOf(next[field] as JsonObject);
      copied.add(field);
    }
    applyToTable(next[field] as Record<string, Entity>, change);
  }
  return next as unknown as Board;
}

function applyToHead(next: Record<string, unknown>, change: Change): void {
  const [field = ""] = pathOf(change);
  const { [field]: value } = withValueAt(next as JsonObject, pathOf(change), change.after);
  if (value === undefined || (isObject(value) && Object.keys(value).length === 0)) {
    delete next[field];
  } else {
    next[field] = value;
  }
}

function applyToTable(table: Record<string, Entity>, change: Change): void {
  const id = change.id ?? "";
  const path = pathOf(change);
  if (path.length === 0) {
    if (change.after === undefined) {
      delete table[id];
    } else {
      table[id] = readEntity(change.kind, change.after);
    }
    return;
  }
  const present = table[id] as JsonObject | undefined;
  table[id] = readEntity(change.kind, tidied(withValueAt(present ?? bare<Json>(), path, change.after), path));
}

/** An inner table that has become empty says nothing and is left out. */
function tidied(entity: JsonObject, path: readonly string[]): JsonObject {
  const [field = ""] = path;
  const inner = entity[field];
  if (path.length === 2 && isObject(inner) && Object.keys(inner).length === 0) {
    const made = copyOf(entity);
    delete made[field];
    return made;
  }
  return entity;
}

/** An entity of a kind from JSON. */
export function readEntity(kind: EntityKind, value: Json): Entity {
  switch (kind) {
    case "place":
      return readPlace(value);
    case "type":
      return readDefinition(value);
    case "node":
      return readNode(value);
    case "layer":
      return readLayer(value);
    default:
      return value as Entity;
  }
}

/** Whether the board holds what every change says was there before. */
export function fitsPatch(board: Board, patch: readonly Change[]): boolean {
  return patch.every((change) => {
    if (change.kind === "board") {
      return sameParts("board", valueAt(board as unknown as JsonObject, pathOf(change)), change.before);
    }
    const entity = board[TABLES[change.kind]][change.id ?? ""] as JsonObject | undefined;
    return sameParts(change.kind, entity && valueAt(entity, pathOf(change)), change.before);
  });
}
