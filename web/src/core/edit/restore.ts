/** Recorded changes set as they were recorded: undo, redo, differences and merges. */
import type { EntityKind } from "../document";
import type { Json, JsonObject } from "../json";
import { bare, copyOf, isObject } from "../json";
import { readEntity } from "../patch";
import type { Change } from "./change";
import { HEAD, isValidPath, pathOf, plain, sameParts, valueAt, withValueAt } from "./change";
import type * as commands from "./commands";
import type { Draft, TableKind } from "./draft";
import { isEntity, isHead } from "./form";
import { Loose } from "./loose";
import { refusal } from "./refusal";
import { tidyComment, tidyDefinition, tidyLayer, tidyNode, tidyPlace, tidyVariable } from "./tidy";
import { checkId, checkValue } from "./values";

/**
 * Sets every changed part, if the board holds what was there before. Unless `exact`, it also
 * refuses to leave wires or members without what they belong to, and a data input with two sources:
 * signs of a later edit by somebody else.
 */
export function restore(draft: Draft, command: commands.Restore): void {
  const groups = new Map<string, { kind: EntityKind; id: string; changes: Change[] }>();
  for (const change of command.changes) {
    const name = `${change.kind}:${change.id ?? ""}`;
    const group = groups.get(name) ?? { kind: change.kind, id: change.id ?? "", changes: [] };
    group.changes.push(change);
    groups.set(name, group);
  }
  const exact = command.exact === true;
  const loose = new Loose(draft);
  for (const { kind, id, changes } of groups.values()) {
    if (kind === "board") {
      restoreHead(draft, changes, exact);
    } else {
      if (!exact) {
        loose.note(kind, id);
      }
      restoreEntity(draft, kind, id, changes, exact);
    }
  }
  if (!exact) {
    loose.check();
  }
}

function restoreEntity(draft: Draft, kind: TableKind, id: string, changes: Change[], exact: boolean): void {
  const present = draft.table(kind)[id];
  let value = present === undefined ? undefined : plain(present);
  for (const change of changes) {
    value = changed(change, value);
  }
  if (value === undefined) {
    draft.drop(kind, id);
    return;
  }
  if (!exact) {
    if ((kind === "node" || kind === "layer" || kind === "comment") && present === undefined) {
      draft.fresh(id);
    } else if (kind !== "type") {
      checkId(id);
    }
    checkValue(value, { node: id });
  }
  if (!isEntity(kind, value)) {
    throw refusal("command.bad-value", "A change does not fit.", { node: id });
  }
  putEntity(draft, kind, id, value);
}

function putEntity(draft: Draft, kind: TableKind, id: string, value: JsonObject): void {
  const entity = readEntity(kind, value) as never;
  switch (kind) {
    case "node":
      return draft.put(kind, id, tidyNode(entity));
    case "layer":
      return draft.put(kind, id, tidyLayer(entity));
    case "comment":
      return draft.put(kind, id, tidyComment(entity));
    case "variable":
      return draft.put(kind, id, tidyVariable(entity));
    case "type":
      return draft.put(kind, id, tidyDefinition(entity));
    case "place":
      return draft.put(kind, id, tidyPlace(entity));
  }
}

function restoreHead(draft: Draft, changes: Change[], exact: boolean): void {
  let value: JsonObject | undefined = draft.head();
  for (const change of changes) {
    const [field = ""] = pathOf(change);
    if ((change.id ?? "") !== "" || !(HEAD as readonly string[]).includes(field)) {
      throw refusal("command.bad-value", "The board has no such part.", { path: placeOf(change) });
    }
    value = changed(change, value);
  }
  const head = value ?? {};
  if (!exact) {
    checkValue(head);
  }
  if (!isHead(head)) {
    throw refusal("command.bad-value", "A change does not fit.");
  }
  draft.setHead(Object.fromEntries(HEAD.map((field) => [field, head[field]])));
}

function changed(change: Change, value: JsonObject | undefined): JsonObject | undefined {
  const path = pathOf(change);
  const where = { node: change.id ?? "", path: placeOf(change) };
  if (!isValidPath(path)) {
    throw refusal("command.bad-value", "There is no such part.", where);
  }
  const present: Json | undefined = value === undefined ? undefined : path.length > 0 ? valueAt(value, path) : value;
  if (!sameParts(change.kind, present, change.before) || (path.length > 0 && value === undefined)) {
    throw refusal("command.conflict", "The board no longer holds what this change replaces.", where);
  }
  if (path.length > 0) {
    return withValueAt(value ?? bare<Json>(), path, change.after);
  }
  if (change.after === undefined) {
    return undefined;
  }
  if (!isObject(change.after)) {
    throw refusal("command.bad-value", "An entity is an object.", { node: change.id ?? "" });
  }
  return copyOf(change.after);
}

function placeOf(change: Change): string {
  return [change.kind, ...pathOf(change)].join(".");
}

