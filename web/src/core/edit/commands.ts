/**
 * The verbs that change a board, as data; `docs/board-commands.md` describes each. Clients mint the
 * ids of what they add. Fields that are absent stay as they are.
 *
 * A command is a plain object, so `{ command: "connect", source, target }` is all it takes; the
 * functions below are for those that are written often.
 */
import type { NodeDefinition, PinDefinition } from "../definition";
import type {
  BoardSettings,
  Comment,
  Layer,
  LayerKind,
  Node,
  NodeSettings,
  Place,
  Variable,
} from "../document";
import type { Json, Table } from "../json";
import type { Change } from "./change";

export type Direction = "in" | "out";
export type Setting = keyof NodeSettings;

/** New coordinates of one entity; absent ones stay, null clears. */
export interface Move {
  readonly x?: number;
  readonly y?: number;
  readonly z?: number;
  /** Comments only. */
  readonly width?: number | null;
  readonly height?: number | null;
  /** Layers only. */
  readonly entry?: readonly [number, number] | null;
  readonly exit?: readonly [number, number] | null;
}

/** A copied part of a board: what the clipboard holds. It never holds a secret value. */
export interface Fragment {
  readonly format?: "flowlike.fragment/1";
  readonly types?: Table<NodeDefinition>;
  readonly variables?: Table<Variable>;
  readonly nodes?: Table<Node>;
  readonly layers?: Table<Layer>;
  readonly comments?: Table<Comment>;
  readonly layout?: Table<Place>;
  /** From endpoints outside to endpoints inside. */
  readonly incoming?: Table<readonly string[]>;
}

export interface AddNode {
  readonly command: "add_node";
  readonly id: string;
  readonly type: string;
  readonly layer?: string;
  readonly name?: string;
  readonly place?: Place | null;
}
/** Nodes, layers with all inside, and comments, with every wire and reference to them. */
export interface Remove {
  readonly command: "remove";
  readonly ids: readonly string[];
}
export interface SetPinValue {
  readonly command: "set_pin_value";
  readonly node: string;
  readonly pin: string;
  readonly value: Json;
}
export interface ClearPinValue {
  readonly command: "clear_pin_value";
  readonly node: string;
  readonly pin: string;
}
/** Without a value the default returns. */
export interface SetNodeSetting {
  readonly command: "set_node_setting";
  readonly node: string;
  readonly setting: Setting;
  readonly value?: Json;
}
export interface Rename {
  readonly command: "rename";
  readonly id: string;
  readonly name: string;
}
export interface SetComment {
  readonly command: "set_comment";
  readonly id: string;
  readonly comment: string;
}
export interface MoveMany {
  readonly command: "move_many";
  readonly moves: Table<Move>;
}
export interface SetLayer {
  readonly command: "set_layer";
  readonly ids: readonly string[];
  readonly layer: string;
}
/** A wire into an occupied data input replaces the one that is there. `index` is its turn. */
export interface Connect {
  readonly command: "connect";
  readonly source: string;
  readonly target: string;
  readonly index?: number | null;
}
export interface Disconnect {
  readonly command: "disconnect";
  readonly source: string;
  readonly target: string;
}
export interface OrderWires {
  readonly command: "order_wires";
  readonly source: string;
  readonly to: readonly string[];
}
/** One more of a variadic `name`, or an own `pin` of a layer, start node or call. */
export interface AddPin {
  readonly command: "add_pin";
  readonly id: string;
  readonly direction: Direction;
  readonly name?: string;
  readonly pin?: PinDefinition | null;
  readonly index?: number | null;
}
export interface RemovePin {
  readonly command: "remove_pin";
  readonly id: string;
  readonly direction: Direction;
  readonly pin: string;
}
export interface AddErrorPin {
  readonly command: "add_error_pin";
  readonly node: string;
}
export interface RemoveErrorPin {
  readonly command: "remove_error_pin";
  readonly node: string;
}
/** `ids` gives a fresh id for every node, layer and comment, and may give one for a variable. */
export interface Paste {
  readonly command: "paste";
  readonly fragment: Fragment;
  readonly ids: Table<string>;
  readonly layer?: string;
  readonly offset?: readonly [number, number];
  /** Also draw the data wires that entered the copied part. */
  readonly incoming?: boolean;
}
export interface Collapse {
  readonly command: "collapse";
  readonly id: string;
  readonly members: readonly string[];
  readonly name?: string;
  readonly place?: Place | null;
}
export interface Expand {
  readonly command: "expand";
  readonly id: string;
}
export interface UpsertLayer {
  readonly command: "upsert_layer";
  readonly id: string;
  readonly name?: string;
  readonly parent?: string;
  readonly kind?: LayerKind;
  readonly comment?: string;
  readonly color?: string;
  readonly inputs?: readonly PinDefinition[];
  readonly outputs?: readonly PinDefinition[];
  readonly place?: Place | null;
}
export interface UpsertVariable {
  readonly command: "upsert_variable";
  readonly id: string;
  readonly variable: Variable;
}
export interface RemoveVariable {
  readonly command: "remove_variable";
  readonly id: string;
}
export interface UpsertComment {
  readonly command: "upsert_comment";
  readonly id: string;
  readonly comment: Comment;
  readonly place?: Place | null;
}
export interface SetFunctionReference {
  readonly command: "set_function_reference";
  readonly node: string;
  readonly functions: readonly string[];
}
export interface SetBoard {
  readonly command: "set_board";
  readonly name?: string;
  readonly description?: string;
  readonly version?: string;
  readonly settings?: BoardSettings;
}
export interface UpgradeNode {
  readonly command: "upgrade_node";
  readonly node: string;
  readonly version: number;
}
export interface RecordTypes {
  readonly command: "record_types";
}
/** Recorded values. A server takes it only from its own records. */
export interface Restore {
  readonly command: "restore";
  readonly changes: readonly Change[];
  readonly exact?: boolean;
}

export type Command =
  | AddNode
  | Remove
  | SetPinValue
  | ClearPinValue
  | SetNodeSetting
  | Rename
  | SetComment
  | MoveMany
  | SetLayer
  | Connect
  | Disconnect
  | OrderWires
  | AddPin
  | RemovePin
  | AddErrorPin
  | RemoveErrorPin
  | Paste
  | Collapse
  | Expand
  | UpsertLayer
  | UpsertVariable
  | RemoveVariable
  | UpsertComment
  | SetFunctionReference
  | SetBoard
  | UpgradeNode
  | RecordTypes
  | Restore;

/** Commands that succeed or fail as one. */
export interface Batch {
  readonly command: "batch";
  readonly commands: readonly Command[];
}

export type Verb = Command["command"];

/** Draw a wire from an output's endpoint to an input's. */
export function connect(source: string, target: string, index?: number): Connect {
  return { command: "connect", source, target, ...(index === undefined ? {} : { index }) };
}

/** Remove a wire. */
export function disconnect(source: string, target: string): Disconnect {
  return { command: "disconnect", source, target };
}

/** Place a node. */
export function addNode(id: string, type: string, place?: Place, layer = ""): AddNode {
  return {
    command: "add_node",
    id,
    type,
    ...(layer === "" ? {} : { layer }),
    ...(place === undefined ? {} : { place }),
  };
}

/** Remove nodes, layers and comments. */
export function remove(ids: readonly string[]): Remove {
  return { command: "remove", ids };
}

/** Write a literal, or take it away with `undefined`. */
export function setValue(node: string, pin: string, value: Json | undefined): SetPinValue | ClearPinValue {
  return value === undefined
    ? { command: "clear_pin_value", node, pin }
    : { command: "set_pin_value", node, pin, value };
}

/** Move entities to places. */
export function moveMany(moves: Table<Move>): MoveMany {
  return { command: "move_many", moves };
}

const LABELS: { readonly [verb in Verb]: string } = {
  add_node: "Add node",
  remove: "Remove",
  set_pin_value: "Change value",
  clear_pin_value: "Clear value",
  set_node_setting: "Change setting",
  rename: "Rename",
  set_comment: "Write note",
  move_many: "Move",
  set_layer: "Move to layer",
  connect: "Connect",
  disconnect: "Disconnect",
  order_wires: "Order wires",
  add_pin: "Add pin",
  remove_pin: "Remove pin",
  add_error_pin: "Add error pins",
  remove_error_pin: "Remove error pins",
  paste: "Paste",
  collapse: "Collapse to layer",
  expand: "Expand layer",
  upsert_layer: "Change layer",
  upsert_variable: "Change variable",
  remove_variable: "Remove variable",
  upsert_comment: "Change comment",
  set_function_reference: "Change functions",
  set_board: "Change board",
  upgrade_node: "Upgrade node",
  record_types: "Record types",
  restore: "Restore",
};

/** What people call an edit made of these commands, such as "Connect" or "Move and 2 more". */
export function labelOfCommands(commands: readonly Command[]): string {
  const [first] = commands;
  if (first === undefined) {
    return "Edit";
  }
  const label = LABELS[first.command];
  const others = new Set(commands.map((one) => one.command)).size - 1;
  return others === 0 ? label : `${label} and ${others} more`;
}
