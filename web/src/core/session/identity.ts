/** Lets parts of a new board that read like those of an old one be the same objects. */
import type { Board } from "../document";
import { TABLES } from "../document";
import type { Change } from "../edit/change";
import { sameParts } from "../edit/change";
import type { Json, Table } from "../json";
import { copyOf } from "../json";

/** The new board, with parts named by the changes taken from the old one where they are alike. */
export function keepIdentity(old: Board, fresh: Board, changes: Iterable<Change>): Board {
  if (old === fresh) {
    return fresh;
  }
  const made: Record<string, unknown> = { ...fresh };
  const copied = new Map<string, Record<string, unknown>>();
  for (const { kind, id = "" } of changes) {
    if (kind === "board") {
      continue;
    }
    const field = TABLES[kind];
    const [before, after] = [old[field][id], fresh[field][id]];
    if (before !== after && before !== undefined && sameParts(kind, before as unknown as Json, after as unknown as Json)) {
      const entities = copied.get(field) ?? copyOf(fresh[field] as Table<unknown>);
      entities[id] = before;
      copied.set(field, entities);
    }
  }
  for (const [field, entities] of copied) {
    made[field] = entities;
  }
  for (const field of Object.values(TABLES)) {
    if (made[field] !== old[field] && isShallowEqual(made[field] as Table<unknown>, old[field] as Table<unknown>)) {
      made[field] = old[field];
    }
  }
  return made as unknown as Board;
}

function isShallowEqual(one: Table<unknown>, other: Table<unknown>): boolean {
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => one[key] === other[key]);
}
