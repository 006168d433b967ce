/**
 * What a node type is to a board: its pins, its kind, its flags; as it travels, so that a field
 * with its default is absent. `valueTypeOf`, `isExecution` and their like read through that.
 */
import type { Json, JsonObject } from "./json";

/** What one element on a wire is. */
export type DataType =
  | "Execution"
  | "String"
  | "Integer"
  | "Float"
  | "Boolean"
  | "Date"
  | "PathBuf"
  | "Generic"
  | "Struct"
  | "Byte";

/** All data types, in the order people see them. */
export const DATA_TYPES: readonly DataType[] = [
  "Execution",
  "String",
  "Integer",
  "Float",
  "Boolean",
  "Date",
  "PathBuf",
  "Generic",
  "Struct",
  "Byte",
];

/** The container around the elements. */
export type ValueType = "Normal" | "Array" | "HashMap" | "HashSet";

/** All containers. */
export const VALUE_TYPES: readonly ValueType[] = ["Normal", "Array", "HashMap", "HashSet"];

/** How the compiler treats a node; a node without a kind is a `call`. */
export type Kind =
  | "call"
  | "start"
  | "stateful"
  | "reroute"
  | "branch"
  | "switch"
  | "sequence"
  | "for_each"
  | "for_each_break"
  | "parallel_for_each"
  | "parallel"
  | "while"
  | "timeout"
  | "try"
  | "call_reference"
  | "return"
  | "variable_get"
  | "variable_set"
  | "variable_update"
  | "select";

/** One pin of a node type, of a layer, or of one node whose pins differ from its type's. */
export interface PinDefinition {
  readonly name: string;
  readonly type: DataType;
  readonly value_type?: ValueType;
  readonly label?: string;
  readonly description?: string;
  /** JSON schema of one element. */
  readonly schema?: JsonObject;
  /** The value if nothing is wired or typed; absent if there is none. */
  readonly default?: Json;
  readonly choices?: readonly string[];
  /** Lowest and highest value, inclusive. */
  readonly range?: readonly [number, number];
  readonly step?: number;
  readonly sensitive?: boolean;
  readonly optional?: boolean;
  readonly lazy?: boolean;
  /** People may repeat the pin; it stands `count` times at first. */
  readonly variadic?: boolean;
  readonly count?: number;
  /** Name of the type variable of a Generic pin, shared by the pins of a node. */
  readonly generic?: string;
  readonly enforce_schema?: boolean;
  readonly enforce_value_type?: boolean;
}

/** A node type as data. Its key is `name@version`. */
export interface NodeDefinition {
  readonly name: string;
  readonly version?: number;
  readonly title?: string;
  readonly description?: string;
  readonly docs?: string;
  readonly category?: string;
  readonly icon?: string;
  readonly kind?: Kind;
  readonly inputs?: readonly PinDefinition[];
  readonly outputs?: readonly PinDefinition[];
  readonly permissions?: readonly string[];
  readonly keywords?: readonly string[];
  readonly deterministic?: boolean;
  readonly long_running?: boolean;
  readonly only_local?: boolean;
  readonly declassifies?: boolean;
  readonly derived?: boolean;
}

const NO_PINS: readonly PinDefinition[] = [];

/** Whether the pin carries control instead of data. */
export function isExecution(pin: PinDefinition): boolean {
  return pin.type === "Execution";
}

/** The container of a pin or variable. */
export function valueTypeOf(typed: { readonly value_type?: ValueType }): ValueType {
  return typed.value_type ?? "Normal";
}

/** The kind of a node type. */
export function kindOf(definition: NodeDefinition): Kind {
  return definition.kind ?? "call";
}

/** Inputs of a type, in pin order. */
export function inputsOf(definition: NodeDefinition): readonly PinDefinition[] {
  return definition.inputs ?? NO_PINS;
}

/** Outputs of a type, in pin order. */
export function outputsOf(definition: NodeDefinition): readonly PinDefinition[] {
  return definition.outputs ?? NO_PINS;
}

/** `name@version`, the key that nodes and catalogs use. */
export function keyOf(definition: NodeDefinition): string {
  return `${definition.name}@${definition.version ?? 1}`;
}

/** What people call the type. */
export function titleOfType(definition: NodeDefinition): string {
  return definition.title || definition.name;
}

/** What people call a pin. */
export function labelOf(pin: PinDefinition): string {
  return pin.label || pin.name.replaceAll("_", " ").replace(/^./, (letter) => letter.toUpperCase());
}

const pure = new WeakMap<NodeDefinition, boolean>();

/** Whether a type has no execution pin: it is pulled by those that need it. */
export function isPure(definition: NodeDefinition): boolean {
  let known = pure.get(definition);
  if (known === undefined) {
    known = ![...inputsOf(definition), ...outputsOf(definition)].some(isExecution);
    pure.set(definition, known);
  }
  return known;
}

/** Where definitions come from: the server's catalog, or a plain dictionary. */
export interface Types {
  /** The definition of `name@version`, or undefined if it is not installed. */
  get(key: string): NodeDefinition | undefined;
  /** All keys, in stable order. */
  keys(): Iterable<string>;
}

/** Definitions held in memory. */
export function typesOf(definitions: { readonly [key: string]: NodeDefinition }): Types {
  const known = new Map(Object.entries(definitions));
  return { get: (key) => known.get(key), keys: () => known.keys() };
}
