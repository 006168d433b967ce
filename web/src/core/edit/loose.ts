/** What a restored part could leave behind: wires to nothing, members without their layer. */
import { isExecution } from "../definition";
import type { Layer, Node } from "../document";
import { splitEnd } from "../pins";
import type { Change } from "./change";
import { endsIn, homeIn, pathOf } from "./change";
import type { Draft } from "./draft";
import type { CommandRefused } from "./refusal";
import { refusal } from "./refusal";
import { isId } from "./values";

/**
 * Whether the parts of the old board that the patch changed held loose ends or odd ids. If so, only
 * an exact restore brings them back.
 */
export function isLoose(old: Draft, patch: readonly Change[]): boolean {
  const ids = new Set<string>();
  const ends = new Set<string>();
  for (const change of patch) {
    const home = homeIn(change, change.before);
    const hasOddId = change.kind !== "type" && change.kind !== "board" && !isId(change.id ?? "");
    if ((home !== "" && old.layers[home] === undefined) || hasOddId) {
      return true;
    }
    if (change.kind === "node" || change.kind === "layer") {
      for (const end of without(endsIn(change, change.before), endsIn(change, change.after))) {
        ends.add(end);
      }
      if (makesPins(change)) {
        ids.add(change.id ?? "");
      }
    }
  }
  const into = new Set([...ids, ...[...ends].map((end) => splitEnd(end)[0])]);
  return [...counted(old, into)].some(([end, count]) => dangles(old, end, count, ends.has(end)));
}

const NOTHING: ReadonlySet<string> = new Set();

function without(one: ReadonlySet<string>, other: ReadonlySet<string>): string[] {
  return [...one].filter((item) => !other.has(item));
}

/** How many wires lead to each endpoint of the entities. */
function counted(draft: Draft, into: ReadonlySet<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [, , target] of into.size === 0 ? [] : draft.wiresInto(into)) {
    counts.set(target, (counts.get(target) ?? 0) + 1);
  }
  return counts;
}

/** Whether undoing the change alters which pins of an entity wires may lead to. */
function makesPins(change: Change): boolean {
  const [field = "", key = ""] = pathOf(change);
  if (field === "") {
    return change.before !== undefined;
  }
  return field === "type" || field === "pins" || (field === "in" && key.includes("#"));
}

/** Whether a wire leads to nothing, or is new and shares a data input with another. */
function dangles(draft: Draft, end: string, count: number, isNew: boolean): boolean {
  const [id, key] = splitEnd(end);
  if (!draft.isWired(id)) {
    return true;
  }
  const node = draft.nodes[id];
  if (node !== undefined && draft.definition(node) === undefined) {
    return false;
  }
  const pin = draft.inputTable(id).get(key);
  return pin === undefined || (isNew && count > 1 && !isExecution(pin));
}

/** Wires, pins and homes of entities before they are restored, and what became of them. */
export class Loose {
  readonly #draft: Draft;
  readonly #before = new Map<string, ReadonlySet<string>>();
  readonly #pins = new Map<string, ReadonlySet<string>>();
  readonly #homes = new Map<string, string>();

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  /** Remembers what leaves an entity, and its pins, before it changes. */
  note(kind: string, id: string): void {
    if (kind !== "node" && kind !== "layer" && kind !== "comment") {
      return;
    }
    this.#homes.set(id, this.#home(id));
    const entity = kind === "comment" ? undefined : this.#draft.table(kind)[id];
    this.#before.set(id, targets(entity));
    if (entity !== undefined) {
      this.#pins.set(id, this.#inputs(id));
    }
  }

  /** Refuses what would be left behind. */
  check(): void {
    const draft = this.#draft;
    const added = new Set<string>();
    const lost = new Set<string>();
    for (const [id, homeBefore] of this.#homes) {
      const entity = draft.nodes[id] ?? draft.layers[id];
      for (const end of without(targets(entity), this.#before.get(id) ?? NOTHING)) {
        added.add(end);
      }
      const now = entity === undefined ? new Set<string>() : this.#inputs(id);
      if (without(this.#pins.get(id) ?? NOTHING, now).length > 0) {
        lost.add(id);
      }
      const home = this.#home(id);
      if (home !== homeBefore && home !== "" && draft.layers[home] === undefined) {
        throw conflict(home);
      }
    }
    const ends = new Set([...lost, ...[...added].map((end) => splitEnd(end)[0])]);
    for (const [end, count] of counted(draft, ends)) {
      if (dangles(draft, end, count, added.has(end))) {
        throw conflict(...splitEnd(end));
      }
    }
    for (const id of lost) {
      if (!draft.isWired(id) && draft.members([id]).size > 0) {
        throw conflict(id);
      }
    }
  }

  #home(id: string): string {
    const draft = this.#draft;
    return draft.isWired(id) || draft.table("comment")[id] !== undefined ? draft.homeOf(id) : "";
  }

  #inputs(id: string): ReadonlySet<string> {
    const node = this.#draft.nodes[id];
    const isKnown = node === undefined || this.#draft.definition(node) !== undefined;
    return new Set(["", ...(isKnown ? this.#draft.inputTable(id).keys() : [])]);
  }
}

function targets(entity: Node | Layer | undefined): ReadonlySet<string> {
  return new Set(Object.values(entity?.out ?? {}).flatMap((output) => output.to ?? []));
}

function conflict(node: string, pin = ""): CommandRefused {
  return refusal("command.conflict", "A later edit depends on what this would change.", { node, pin });
}
