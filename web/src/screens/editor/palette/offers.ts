/** What the palette offers for a request: the catalog, and what this board has of its own. */
import { FUNCTION_PIN, kindOf, titleOfNode, VARIABLE_PIN } from "~/core";
import { pinAt } from "~/canvas/view/scene";

import type { Desk } from "../desk/desk";
import type { PaletteRequest } from "../desk/surface";
import { refusalOf, wordsOf } from "../desk/types";
import { entriesOf, type Entry, fitsInto, type Hit, search, takes } from "./search";

const catalogs = new WeakMap<object, readonly Entry[]>();

/** Types of the catalog and of this board's variables and functions. */
export function allEntries(desk: Desk): readonly Entry[] {
  let catalog = catalogs.get(desk.session.types);
  if (catalog === undefined) {
    catalog = entriesOf(desk.session.types);
    catalogs.set(desk.session.types, catalog);
  }
  return [...catalog, ...boardEntries(desk, catalog)];
}

function boardEntries(desk: Desk, catalog: readonly Entry[]): Entry[] {
  const byKind = (kind: string) => catalog.find((entry) => entry.definition.kind === kind);
  const [get, set, call] = [byKind("variable_get"), byKind("variable_set"), byKind("call_reference")];
  const found: Entry[] = [];
  const own = (base: Entry | undefined, id: string, title: string, where: string, pin: string) => {
    if (base !== undefined) {
      found.push({
        ...base,
        id: `${base.type} ${id}`,
        title,
        where,
        name: title.slice(0, 120),
        values: { [pin]: id },
        fromBoard: true,
        words: [],
      });
    }
  };
  for (const [id, variable] of Object.entries(desk.board.variables)) {
    own(get, id, `Get ${variable.name}`, "Variable", VARIABLE_PIN);
    own(set, id, `Set ${variable.name}`, "Variable", VARIABLE_PIN);
  }
  for (const [id, node] of Object.entries(desk.board.nodes)) {
    const definition = desk.session.types.get(node.type);
    if (definition !== undefined && kindOf(definition) === "start") {
      own(call, id, `Call ${titleOfNode(node, definition)}`, "Event", FUNCTION_PIN);
    }
  }
  return found;
}

/** The part of the entries that fits what the palette was opened from; all if it was opened from nothing. */
export function fitting(desk: Desk, entries: readonly Entry[], request: PaletteRequest): readonly Entry[] {
  const from = request.from === undefined ? undefined : pinAt(desk.scene, request.from)?.definition;
  if (from !== undefined && request.from !== undefined) {
    const outward = request.from.side === "out";
    return entries.filter((entry) =>
      takes(entry.definition, outward ? "in" : "out", (pin) => (outward ? refusalOf(from, pin) : refusalOf(pin, from))),
    );
  }
  const wire = request.wire === undefined ? undefined : desk.scene.wires.get(request.wire);
  const source = wire === undefined ? undefined : pinAt(desk.scene, wire.from)?.definition;
  const target = wire === undefined ? undefined : pinAt(desk.scene, wire.to)?.definition;
  if (source !== undefined && target !== undefined) {
    return entries.filter((entry) => fitsInto(entry.definition, (pin) => refusalOf(source, pin), (pin) => refusalOf(pin, target)));
  }
  return entries;
}

/** What the palette was opened from, in words: "takes String". Empty if from nothing. */
export function requestWords(desk: Desk, request: PaletteRequest): string {
  const pin = request.from === undefined ? undefined : pinAt(desk.scene, request.from)?.definition;
  if (pin !== undefined) {
    return `${request.from?.side === "out" ? "takes" : "gives"} ${wordsOf(pin)}`;
  }
  return request.wire === undefined ? "" : "goes into this wire";
}

export interface Group {
  readonly title: string;
  readonly hits: readonly Hit[];
}

const MOST = 60;

/** Hits in groups, as they are listed. */
export function grouped(entries: readonly Entry[], query: string, recent: readonly string[], fits: boolean): readonly Group[] {
  const hits = search(entries, query, recent);
  const catalog = hits.filter((hit) => !hit.entry.fromBoard).slice(0, MOST);
  const board = hits.filter((hit) => hit.entry.fromBoard).slice(0, MOST);
  const first = query.trim() === "" && recent.length > 0 && !fits ? splitRecent(catalog, recent) : undefined;
  const groups: Group[] =
    first === undefined
      ? [{ title: fits ? "Fits this wire" : "Nodes", hits: catalog }]
      : [
          { title: "Used lately", hits: first.recent },
          { title: "Nodes", hits: first.others },
        ];
  return [...groups, { title: "From this board", hits: board }].filter((group) => group.hits.length > 0);
}

function splitRecent(hits: readonly Hit[], recent: readonly string[]) {
  const used = new Set(recent.slice(0, 5));
  return {
    recent: hits.filter((hit) => used.has(hit.entry.id)),
    others: hits.filter((hit) => !used.has(hit.entry.id)),
  };
}

const KEY = "flowlike.palette.recent";
const KEPT = 12;

export function recentTypes(): readonly string[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(found) ? found.filter((one): one is string => typeof one === "string") : [];
  } catch {
    return [];
  }
}

export function rememberType(id: string): void {
  try {
    localStorage.setItem(KEY, JSON.stringify([id, ...recentTypes().filter((one) => one !== id)].slice(0, KEPT)));
  } catch {
    // Without storage nothing is remembered.
  }
}
