/** A board while a command changes it: only what is touched is copied. */
import type { NodeDefinition, PinDefinition, Types } from "../definition";
import { inputsOf, outputsOf } from "../definition";
import type { Board, Comment, EntityKind, Layer, Node, Output, Place, PlacedKind, Variable } from "../document";
import { ERROR_PIN, ERROR_TEXT_PIN, homeOf, TABLES } from "../document";
import type { Table } from "../json";
import { copyOf, isObject, table } from "../json";
import type { PinTable } from "../pins";
import { inputPins, layerPins, outputPins, splitEnd, splitKey } from "../pins";
import type { Change, Entity } from "./change";
import { byCodePoints, changesBetween, headChanges, headOf } from "./change";
import { refusal } from "./refusal";
import { tidyComment, tidyLayer, tidyNode } from "./tidy";
import { checkId } from "./values";

/** Source entity, output key, target endpoint. */
export type Wire = readonly [source: string, key: string, target: string];
export type TableKind = Exclude<EntityKind, "board">;

const KIND_ORDER: readonly TableKind[] = ["type", "variable", "node", "layer", "comment", "place"];
const PLACED: readonly PlacedKind[] = ["node", "layer", "comment"];
/** An index of all wires costs about as much as three scans of them. */
const SCANS = 2;

interface Entities {
  type: NodeDefinition;
  variable: Variable;
  node: Node;
  layer: Layer;
  comment: Comment;
  place: Place;
}

/** The working state of one `apply`. Reads see what was written before; `board` never changes. */
export class Draft {
  readonly board: Board;
  readonly types: Types;
  readonly #tables = new Map<TableKind, Record<string, Entity>>();
  readonly #first = new Map<TableKind, Map<string, Entity | undefined>>();
  #head: { readonly [field: string]: unknown } = {};
  #scans = 0;
  #feeders: Map<string, Set<string>> | undefined;

  constructor(board: Board, types: Types) {
    this.board = board;
    this.types = types;
  }

  // ------------------------------------------------------------------ reading

  table<K extends TableKind>(kind: K): Table<Entities[K]> {
    return (this.#tables.get(kind) ?? this.board[TABLES[kind]]) as Table<Entities[K]>;
  }

  get nodes(): Table<Node> {
    return this.table("node");
  }

  get layers(): Table<Layer> {
    return this.table("layer");
  }

  get variables(): Table<Variable> {
    return this.table("variable");
  }

  get layout(): Table<Place> {
    return this.table("place");
  }

  /** The board as it stands, its own fields as at the beginning. */
  get now(): Board {
    const board: Record<string, unknown> = { ...this.board };
    for (const [kind, entities] of this.#tables) {
      board[TABLES[kind]] = entities;
    }
    return board as unknown as Board;
  }

  node(id: string): Node {
    const node = this.nodes[id];
    if (node === undefined) {
      throw refusal("command.unknown-entity", `There is no node ${id}.`, { node: id });
    }
    return node;
  }

  layer(id: string): Layer {
    const layer = this.layers[id];
    if (layer === undefined) {
      throw refusal("command.unknown-entity", `There is no layer ${id}.`, { node: id });
    }
    return layer;
  }

  /** The node or layer, whatever has pins. */
  wired(id: string): Node | Layer {
    const entity = this.nodes[id] ?? this.layers[id];
    if (entity === undefined) {
      throw refusal("command.unknown-entity", `There is no node or layer ${id}.`, { node: id });
    }
    return entity;
  }

  isNode(id: string): boolean {
    return this.nodes[id] !== undefined;
  }

  isWired(id: string): boolean {
    return this.isNode(id) || this.layers[id] !== undefined;
  }

  kindOf(id: string): PlacedKind {
    const kind = PLACED.find((each) => this.table(each)[id] !== undefined);
    if (kind === undefined) {
      throw refusal("command.unknown-entity", `There is no node, layer or comment ${id}.`, { node: id });
    }
    return kind;
  }

  /** The layer in which a node, layer or comment stands; empty is the board. */
  homeOf(id: string): string {
    this.kindOf(id);
    return homeOf(this.now, id);
  }

  definition(node: Node): NodeDefinition | undefined {
    return this.types.get(node.type) ?? this.table("type")[node.type];
  }

  /** Pins of a node or layer that wires may lead to. */
  inputTable(id: string): PinTable {
    const node = this.nodes[id];
    return node === undefined ? relays(this.wired(id) as Layer) : inputPins(node, this.#known(id, node));
  }

  /** Pins of a node or layer that wires may leave from. */
  outputTable(id: string): PinTable {
    const node = this.nodes[id];
    return node === undefined ? relays(this.wired(id) as Layer) : outputPins(node, this.#known(id, node));
  }

  /** The pin a wire would lead to. */
  targetPin(end: string): PinDefinition {
    const [id, key] = splitEnd(end);
    return pinOf(this.inputTable(id), id, key, "input");
  }

  /** The pin a wire would leave from. */
  sourcePin(end: string): PinDefinition {
    const [id, key] = splitEnd(end);
    return pinOf(this.outputTable(id), id, key, "output");
  }

  /** Endpoints an output leads to. */
  wiresFrom(id: string, key: string): readonly string[] {
    return this.wired(id).out?.[key]?.to ?? [];
  }

  /** Each wire into one of the entities. */
  wiresInto(ids: Iterable<string>): Wire[] {
    const wanted = new Set(ids);
    this.#scans += 1;
    if (this.#feeders === undefined && this.#scans <= SCANS) {
      return [...wiresIn(wanted, this.nodes), ...wiresIn(wanted, this.layers)];
    }
    const sources = new Set<string>();
    const feeders = this.#allFeeders();
    for (const id of wanted) {
      for (const source of feeders.get(id) ?? []) {
        sources.add(source);
      }
    }
    const some = [...sources].sort(byCodePoints);
    const part = <T>(all: Table<T>): Table<T> =>
      table(some.flatMap((id) => (all[id] === undefined ? [] : [[id, all[id]] as const])));
    return [...wiresIn(wanted, part(this.nodes)), ...wiresIn(wanted, part(this.layers))];
  }

  /** Ids of everything inside the layers, at any depth; not the layers themselves. */
  members(layers: Iterable<string>): Set<string> {
    const inside = new Set<string>();
    let edge = new Set(layers);
    while (edge.size > 0) {
      for (const kind of ["node", "comment"] as const) {
        for (const [id, item] of Object.entries(this.table(kind))) {
          if (edge.has(item.layer ?? "")) {
            inside.add(id);
          }
        }
      }
      const below = Object.keys(this.layers).filter((id) => edge.has(this.layers[id]?.parent ?? ""));
      edge = new Set(below.filter((id) => !inside.has(id)));
      for (const id of edge) {
        inside.add(id);
      }
    }
    return inside;
  }

  // ------------------------------------------------------------------ writing

  /** Adds or replaces an entity. */
  put<K extends TableKind>(kind: K, id: string, value: Entities[K]): void {
    const own = this.#own(kind);
    this.#note(kind, id, own[id]);
    own[id] = value;
    if (this.#feeders !== undefined && (kind === "node" || kind === "layer")) {
      noteFeeder(this.#feeders, id, (value as Node).out);
    }
  }

  /** Removes an entity if it is there. */
  drop(kind: TableKind, id: string): void {
    const own = this.#own(kind);
    if (own[id] !== undefined) {
      this.#note(kind, id, own[id]);
      delete own[id];
    }
  }

  /** Replaces fields of a node. */
  editNode(id: string, fields: Partial<Node>): void {
    this.put("node", id, tidyNode({ ...this.node(id), ...fields }));
  }

  /** Replaces fields of a layer. */
  editLayer(id: string, fields: Partial<Layer>): void {
    this.put("layer", id, tidyLayer({ ...this.layer(id), ...fields }));
  }

  /** Replaces fields that nodes and layers share. */
  editWired(id: string, fields: Partial<Pick<Node & Layer, "name" | "comment" | "out" | "pins">>): void {
    if (this.isNode(id)) {
      this.editNode(id, fields);
    } else {
      this.editLayer(id, fields);
    }
  }

  /** Puts a node, layer or comment into a layer. */
  setHome(id: string, layer: string): void {
    switch (this.kindOf(id)) {
      case "node":
        this.editNode(id, { layer });
        break;
      case "layer":
        this.editLayer(id, { parent: layer });
        break;
      case "comment":
        this.put("comment", id, tidyComment({ ...(this.table("comment")[id] as Comment), layer }));
        break;
    }
  }

  /** The board's own fields, without its entities. */
  head(): Table<never> {
    return headOf({ ...this.board, ...this.#head } as Board) as unknown as Table<never>;
  }

  /** Replaces fields of the board itself. */
  setHead(fields: { readonly [field: string]: unknown }): void {
    this.#head = { ...this.#head, ...fields };
  }

  /** The id, if a new node, layer or comment may have it. */
  fresh(id: string): string {
    checkId(id);
    if (PLACED.some((kind) => this.table(kind)[id] !== undefined)) {
      throw refusal("command.id-taken", `The id ${id} is taken.`, { node: id });
    }
    return id;
  }

  /** Refuses a layer that does not exist. Empty is the board. */
  checkLayer(layer: string): void {
    if (layer !== "" && this.layers[layer] === undefined) {
      throw refusal("command.unknown-layer", `There is no layer ${layer}.`, { node: layer });
    }
  }

  /** Writes the wires of an output; one without any stays listed if that makes it exist. */
  setWires(id: string, key: string, to: readonly string[]): void {
    const entity = this.wired(id);
    const outputs = copyOf<Output>(entity.out ?? {});
    if (to.length > 0 || this.#existsByListing(id, entity, key)) {
      outputs[key] = to.length > 0 ? { to } : {};
    } else {
      delete outputs[key];
    }
    this.editWired(id, { out: outputs });
  }

  /** Removes wires. */
  cut(wires: Iterable<Wire>): void {
    const gone = new Map<string, { source: string; key: string; targets: Set<string> }>();
    for (const [source, key, target] of wires) {
      const name = `${source}.${key}`;
      const group = gone.get(name) ?? { source, key, targets: new Set<string>() };
      group.targets.add(target);
      gone.set(name, group);
    }
    for (const { source, key, targets } of gone.values()) {
      const left = this.wiresFrom(source, key).filter((end) => !targets.has(end));
      this.setWires(source, key, left);
    }
  }

  // ------------------------------------------------------------------ the end

  /** The new board and what differs, in stable order. */
  finish(): { readonly board: Board; readonly patch: readonly Change[] } {
    const changed = Object.keys(this.#head).length > 0;
    const changes = changed ? headChanges(headOf(this.board), this.head()) : [];
    for (const kind of KIND_ORDER) {
      const first = this.#first.get(kind) ?? new Map<string, Entity | undefined>();
      for (const id of [...first.keys()].sort(byCodePoints)) {
        const [before, after] = [first.get(id), this.table(kind)[id]];
        const found = changesBetween(kind, id, before, after);
        changes.push(...found);
        if (found.length === 0 && before !== undefined) {
          this.#own(kind)[id] = before; // written anew, but alike: still the same object
        }
      }
    }
    return { board: changed ? withHead(this.now, this.#head) : this.now, patch: changes };
  }

  // ------------------------------------------------------------------ inside

  #own(kind: TableKind): Record<string, Entity> {
    let own = this.#tables.get(kind);
    if (own === undefined) {
      own = copyOf(this.board[TABLES[kind]] as Table<Entity>);
      this.#tables.set(kind, own);
    }
    return own;
  }

  #note(kind: TableKind, id: string, value: Entity | undefined): void {
    let first = this.#first.get(kind);
    if (first === undefined) {
      first = new Map();
      this.#first.set(kind, first);
    }
    if (!first.has(id)) {
      first.set(id, value);
    }
  }

  #known(id: string, node: Node): NodeDefinition {
    const definition = this.definition(node);
    if (definition === undefined) {
      throw refusal("command.unknown-type", `The type ${node.type} of node ${id} is not known.`, { node: id });
    }
    return definition;
  }

  #existsByListing(id: string, entity: Node | Layer, key: string): boolean {
    if (!this.isNode(id)) {
      return false;
    }
    const node = entity as Node;
    const isListed = node.out?.[key] !== undefined;
    if (key === ERROR_PIN || key === ERROR_TEXT_PIN) {
      return isListed;
    }
    const definition = this.definition(node);
    return definition === undefined ? isListed : beyondCount(key, allOutputs(node, definition));
  }

  #allFeeders(): Map<string, Set<string>> {
    if (this.#feeders === undefined) {
      this.#feeders = new Map();
      for (const entities of [this.nodes, this.layers] as Table<Node | Layer>[]) {
        for (const [id, entity] of Object.entries(entities)) {
          noteFeeder(this.#feeders, id, entity.out);
        }
      }
    }
    return this.#feeders;
  }
}

function withHead(board: Board, head: { readonly [field: string]: unknown }): Board {
  const made: Record<string, unknown> = { ...board };
  for (const [field, value] of Object.entries(head)) {
    if (value === undefined || (isObject(value) && Object.keys(value).length === 0)) {
      delete made[field];
    } else {
      made[field] = value;
    }
  }
  return made as unknown as Board;
}

function noteFeeder(feeders: Map<string, Set<string>>, source: string, outputs: Table<Output> | undefined): void {
  for (const output of Object.values(outputs ?? {})) {
    for (const target of output.to ?? []) {
      const [id] = splitEnd(target);
      const sources = feeders.get(id) ?? new Set();
      sources.add(source);
      feeders.set(id, sources);
    }
  }
}

function wiresIn(wanted: ReadonlySet<string>, entities: Table<Node | Layer>): Wire[] {
  const found: Wire[] = [];
  for (const source of Object.keys(entities)) {
    const outputs = entities[source]?.out;
    if (outputs === undefined) {
      continue;
    }
    for (const key of Object.keys(outputs)) {
      for (const target of outputs[key]?.to ?? []) {
        if (wanted.has(splitEnd(target)[0])) {
          found.push([source, key, target]);
        }
      }
    }
  }
  return found;
}

/** Inputs of a type and the node's own. */
export function allInputs(node: Node, definition: NodeDefinition): readonly PinDefinition[] {
  return [...inputsOf(definition), ...(node.pins?.in ?? [])];
}

/** Outputs of a type and the node's own. */
export function allOutputs(node: Node, definition: NodeDefinition): readonly PinDefinition[] {
  return [...outputsOf(definition), ...(node.pins?.out ?? [])];
}

/** Whether a pin exists only by being listed: a variadic one beyond the type's count. */
export function beyondCount(key: string, pins: readonly PinDefinition[]): boolean {
  const [name, ordinal] = splitKey(key);
  return pins.some((pin) => pin.variadic === true && pin.name === name && ordinal > (pin.count ?? 1));
}

/** Wires in the server's order. */
export function sortedWires(wires: Iterable<Wire>): Wire[] {
  return [...wires].sort(
    (one, other) => byCodePoints(one[0], other[0]) || byCodePoints(one[1], other[1]) || byCodePoints(one[2], other[2]),
  );
}

function relays(layer: Layer): PinTable {
  const { inward, outward } = layerPins(layer);
  return new Map([...inward, ...outward]);
}

function pinOf(pins: PinTable, id: string, key: string, side: string): PinDefinition {
  const pin = pins.get(key);
  if (pin === undefined) {
    throw refusal("command.unknown-pin", `${id} has no ${side} pin ${key}.`, { node: id, pin: key });
  }
  return pin;
}
