/**
 * The board as a document, as it travels: the same names as in the file and on the wire, defaults
 * left out. Nothing here is ever written to; edits make new objects and share what did not change,
 * so that `===` tells whether a part is still the same.
 *
 * Nodes live flat in the board and name their layer. A wire is stored once, at its source: an
 * output names the endpoints (`entity.pin`) it leads to, in execution order.
 */
import type { DataType, NodeDefinition, PinDefinition, ValueType } from "./definition";
import { titleOfType } from "./definition";
import type { Json, JsonObject, Table } from "./json";
import { bare, copyOf, isNumber, isObject, JsonError, parse, toNumber } from "./json";

/** The format this editor reads and writes. */
export const FORMAT = "flowlike.board/1";
/** Output that fires when a node fails. */
export const ERROR_PIN = "auto_handle_error";
/** Output that says why a node failed. */
export const ERROR_TEXT_PIN = "auto_handle_error_string";

export type TraceLevel = "off" | "errors" | "steps" | "data";
export type Stage = "Dev" | "Int" | "QA" | "PreProd" | "Prod";
export type LogLevel = "Debug" | "Info" | "Warn" | "Error" | "Fatal";
export type ExecutionMode = "Hybrid" | "Remote" | "Local";

export interface BoardSettings {
  readonly stage?: Stage;
  readonly log_level?: LogLevel;
  readonly execution_mode?: ExecutionMode;
  readonly trace?: TraceLevel | null;
  readonly pages?: readonly string[];
}

/** A value of the whole board. A secret one never has a default here. */
export interface Variable {
  readonly name: string;
  readonly type: DataType;
  readonly value_type?: ValueType;
  readonly category?: string;
  readonly description?: string;
  readonly default?: Json;
  readonly schema?: JsonObject | null;
  readonly exposed?: boolean;
  readonly secret?: boolean;
  /** Whether people and nodes may change it; true if absent. */
  readonly editable?: boolean;
  readonly runtime_configured?: boolean;
}

export interface Retry {
  readonly attempts?: number;
  readonly delay_ms?: number;
}

export interface NodeSettings {
  readonly disabled?: boolean;
  /** Output values by pin key, used instead of running the node in editor runs. */
  readonly pinned?: Table<Json> | null;
  readonly retry?: Retry | null;
  readonly timeout_ms?: number | null;
  readonly on_body_error?: "stop" | "continue";
  readonly trace?: TraceLevel | null;
}

/** Pins a node or layer has beyond those of its type. */
export interface InstancePins {
  readonly in?: readonly PinDefinition[];
  readonly out?: readonly PinDefinition[];
}

/** A literal on an input; without `value` the pin is only listed. */
export interface Input {
  readonly value?: Json;
}

/** The wires that leave an output, in execution order. */
export interface Output {
  readonly to?: readonly string[];
}

export interface Node {
  /** `name@version` */
  readonly type: string;
  /** If given, replaces the type's title. */
  readonly name?: string;
  readonly comment?: string;
  /** Id of the layer it stands in; absent on the board itself. */
  readonly layer?: string;
  readonly package?: string;
  readonly settings?: NodeSettings;
  readonly pins?: InstancePins;
  readonly in?: Table<Input>;
  readonly out?: Table<Output>;
  /** Start nodes it may call. */
  readonly functions?: readonly string[];
  readonly origin?: JsonObject | null;
}

export type LayerKind = "Collapsed" | "Function" | "Macro";

/** A collapsed part of the board. What enters one of its pins leaves by `out` of the same pin. */
export interface Layer {
  readonly name: string;
  readonly parent?: string;
  readonly kind?: LayerKind;
  readonly comment?: string;
  readonly color?: string;
  readonly pins?: InstancePins;
  readonly out?: Table<Output>;
  readonly origin?: JsonObject | null;
}

/** A note, a frame or a picture on the canvas. */
export interface Comment {
  readonly content?: string;
  readonly kind?: "Text" | "Image" | "Video";
  readonly author?: string;
  readonly layer?: string;
  readonly color?: string;
  readonly locked?: boolean;
  readonly origin?: JsonObject | null;
}

/** Where an entity stands, in pixels. `entry` and `exit` are the two ends inside a layer. */
export interface Place {
  readonly x?: number;
  readonly y?: number;
  readonly z?: number;
  readonly width?: number | null;
  readonly height?: number | null;
  readonly entry?: readonly [number, number] | null;
  readonly exit?: readonly [number, number] | null;
}

/** A whole board. Every table is there, if need be empty. */
export interface Board {
  readonly format: typeof FORMAT;
  readonly id: string;
  readonly name?: string;
  readonly description?: string;
  readonly version?: string;
  readonly settings?: BoardSettings;
  readonly types: Table<NodeDefinition>;
  readonly variables: Table<Variable>;
  readonly nodes: Table<Node>;
  readonly layers: Table<Layer>;
  readonly comments: Table<Comment>;
  readonly layout: Table<Place>;
  readonly origin?: JsonObject | null;
}

/** What a board is made of, by the word that changes and commands use. */
export type EntityKind = "board" | "type" | "variable" | "node" | "layer" | "comment" | "place";

/** The field of the board that holds entities of a kind. */
export const TABLES = {
  type: "types",
  variable: "variables",
  node: "nodes",
  layer: "layers",
  comment: "comments",
  place: "layout",
} as const;

/** What stands on the canvas and has an id there. */
export type PlacedKind = "node" | "layer" | "comment";

/** A board with nothing on it. */
export function emptyBoard(id: string): Board {
  const [types, variables, nodes] = [bare<NodeDefinition>(), bare<Variable>(), bare<Node>()];
  const [layers, comments, layout] = [bare<Layer>(), bare<Comment>(), bare<Place>()];
  return { format: FORMAT, id, types, variables, nodes, layers, comments, layout };
}

/**
 * The board a text or a JSON value holds. The server has looked at it before; here is only made
 * sure of what this code relies on. Throws {@link JsonError}.
 */
export function readBoard(source: string | Json): Board {
  const raw = typeof source === "string" ? parse(source) : source;
  if (!isObject(raw) || typeof raw.id !== "string") {
    throw new JsonError("text.wrong-type", "This is JSON, but not a board.", 1);
  }
  if ((raw.format ?? FORMAT) !== FORMAT) {
    throw new JsonError("text.unknown-format", "This board was written by another version.", 1);
  }
  const board = copyOf(raw) as Record<string, unknown>;
  board.format = FORMAT;
  if (isEmptyObject(board.settings as Json)) {
    delete board.settings;
  }
  for (const field of Object.values(TABLES)) {
    board[field] = isObject(board[field]) ? copyOf(board[field]) : bare();
  }
  board.layout = mapTable(board.layout as Table<Json>, readPlace);
  board.types = mapTable(board.types as Table<Json>, readDefinition);
  board.nodes = mapTable(board.nodes as Table<Json>, readNode);
  board.layers = mapTable(board.layers as Table<Json>, readLayer);
  return board as unknown as Board;
}

function mapTable<T>(source: Table<Json>, read: (value: Json) => T): Record<string, T> {
  const made = bare<T>();
  for (const key of Object.keys(source)) {
    made[key] = read(source[key] as Json);
  }
  return made;
}

/** A place from JSON: its coordinates are floats, so plain numbers hold them. */
export function readPlace(value: Json): Place {
  const place = bare<unknown>();
  if (isObject(value)) {
    for (const key of Object.keys(value)) {
      place[key] = plainNumbers(value[key] as Json);
    }
  }
  return place as Place;
}

/** A node type from JSON. Bounds and counts are plain numbers; literals stay as they are. */
export function readDefinition(value: Json): NodeDefinition {
  const definition = asRecord(value);
  for (const side of ["inputs", "outputs"]) {
    if (Array.isArray(definition[side])) {
      definition[side] = definition[side].map((pin: Json) => readPin(pin));
    }
  }
  if (isNumber(definition.version)) {
    definition.version = toNumber(definition.version);
  }
  return definition as unknown as NodeDefinition;
}

/** A pin from JSON. */
export function readPin(value: Json): PinDefinition {
  if (!isObject(value) || !("range" in value || "step" in value || "count" in value)) {
    return value as unknown as PinDefinition;
  }
  const pin = copyOf(value) as Record<string, unknown>;
  for (const field of ["range", "step", "count"]) {
    if (pin[field] !== undefined) {
      pin[field] = plainNumbers(pin[field] as Json);
    }
  }
  return pin as unknown as PinDefinition;
}

/** A node from JSON. */
export function readNode(value: Json): Node {
  return readEntity<Node>(value);
}

/** A layer from JSON. */
export function readLayer(value: Json): Layer {
  return readEntity<Layer>(value);
}

/** Parts that say nothing when they are empty; some writers write them all the same. */
const HOLLOW = ["settings", "pins", "in", "out"] as const;

function readEntity<T>(value: Json): T {
  if (!isObject(value)) {
    return value as unknown as T;
  }
  const hollow = HOLLOW.filter((field) => isEmptyObject(value[field]));
  if (hollow.length === 0 && value.pins === undefined) {
    return value as unknown as T;
  }
  const entity = copyOf(value) as Record<string, unknown>;
  for (const field of hollow) {
    delete entity[field];
  }
  if (entity.pins !== undefined) {
    entity.pins = readInstancePins(entity.pins as Json);
  }
  return entity as T;
}

function isEmptyObject(value: Json | undefined): boolean {
  return isObject(value) && Object.keys(value).length === 0;
}

/** Instance pins from JSON. */
export function readInstancePins(value: Json): InstancePins {
  const pins = asRecord(value);
  for (const side of ["in", "out"]) {
    if (Array.isArray(pins[side])) {
      pins[side] = pins[side].map((pin: Json) => readPin(pin));
    }
  }
  return pins as InstancePins;
}

function asRecord(value: Json): Record<string, unknown> {
  return isObject(value) ? (copyOf(value) as Record<string, unknown>) : bare();
}

function plainNumbers(value: Json): Json {
  if (Array.isArray(value)) {
    return value.map(plainNumbers);
  }
  return isNumber(value) ? toNumber(value) : value;
}

/** What kind of thing stands on the canvas under an id; undefined if nothing does. */
export function placedKind(board: Board, id: string): PlacedKind | undefined {
  if (board.nodes[id] !== undefined) {
    return "node";
  }
  if (board.layers[id] !== undefined) {
    return "layer";
  }
  return board.comments[id] === undefined ? undefined : "comment";
}

/** The layer in which a node, layer or comment stands; empty is the board itself. */
export function homeOf(board: Board, id: string): string {
  return board.nodes[id]?.layer ?? board.layers[id]?.parent ?? board.comments[id]?.layer ?? "";
}

/** The layers around a place, from the outermost to `layer` itself: what a breadcrumb shows. */
export function wayTo(board: Board, layer: string): string[] {
  const way: string[] = [];
  for (let step = layer; step !== "" && !way.includes(step); step = board.layers[step]?.parent ?? "") {
    way.unshift(step);
  }
  return way;
}

/** What stands directly in a layer; empty is the board itself. Ids in stable order. */
export function idsIn(board: Board, layer: string): { nodes: string[]; layers: string[]; comments: string[] } {
  const inside = (item: { readonly layer?: string } | undefined) => (item?.layer ?? "") === layer;
  return {
    nodes: Object.keys(board.nodes).filter((id) => inside(board.nodes[id])),
    layers: Object.keys(board.layers).filter((id) => (board.layers[id]?.parent ?? "") === layer),
    comments: Object.keys(board.comments).filter((id) => inside(board.comments[id])),
  };
}

/** What a person calls a node. */
export function titleOfNode(node: Node, definition: NodeDefinition | undefined): string {
  return node.name || (definition === undefined ? (node.type.split("@")[0] ?? node.type) : titleOfType(definition));
}

/** The literal on an input, or undefined if there is none. */
export function literalOf(node: Node, key: string): Json | undefined {
  return node.in?.[key]?.value;
}

/** The endpoints an output of a node or layer leads to. */
export function wiresFrom(entity: Node | Layer | undefined, key: string): readonly string[] {
  return entity?.out?.[key]?.to ?? NO_ENDS;
}

const NO_ENDS: readonly string[] = [];

/** Whether a variable may be changed. */
export function isEditable(variable: Variable): boolean {
  return variable.editable ?? true;
}
