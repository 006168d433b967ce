/** The pins a node really has: its type's, its own, repeated ones, and the error pins. */
import type { NodeDefinition, PinDefinition, Types } from "./definition";
import { inputsOf, outputsOf } from "./definition";
import type { Board, Layer, Node } from "./document";
import { ERROR_PIN, ERROR_TEXT_PIN } from "./document";

/** Pins by key, in pin order. A key is the pin's name, `name#2` for the second of that name. */
export type PinTable = ReadonlyMap<string, PinDefinition>;

const ERROR_PINS: readonly (readonly [string, PinDefinition])[] = [
  [ERROR_PIN, { name: ERROR_PIN, type: "Execution", label: "On error" }],
  [ERROR_TEXT_PIN, { name: ERROR_TEXT_PIN, type: "String", label: "Error" }],
];
const ORDINAL = /^(?:[2-9]|[1-9][0-9]{1,2})$/;

/** The node's definition: the installed one, else the one stored in the board, else undefined. */
export function definitionOf(node: Node, board: Board, types: Types): NodeDefinition | undefined {
  return types.get(node.type) ?? board.types[node.type];
}

/** Key of the `ordinal`-th pin (from 1) of that name. */
export function pinKey(name: string, ordinal: number): string {
  return ordinal === 1 ? name : `${name}#${ordinal}`;
}

/** Name and ordinal of a pin key; a malformed ordinal counts as part of the name. */
export function splitKey(key: string): [name: string, ordinal: number] {
  const mark = key.lastIndexOf("#");
  if (mark >= 0) {
    const digits = key.slice(mark + 1);
    if (ORDINAL.test(digits)) {
      return [key.slice(0, mark), Number(digits)];
    }
  }
  return [key, 1];
}

/** Entity id and pin key of an endpoint such as `n1.exec_in`; ids hold no dot. */
export function splitEnd(end: string): [entity: string, key: string] {
  const dot = end.indexOf(".");
  return dot < 0 ? [end, ""] : [end.slice(0, dot), end.slice(dot + 1)];
}

/** The endpoint of a pin. */
export function endOf(entity: string, key: string): string {
  return `${entity}.${key}`;
}

function expand(pins: readonly PinDefinition[], listed: Iterable<string>): Map<string, PinDefinition> {
  const highest = new Map<string, number>();
  for (const key of listed) {
    const [name, ordinal] = splitKey(key);
    highest.set(name, Math.max(ordinal, highest.get(name) ?? 0));
  }
  const found = new Map<string, PinDefinition>();
  for (const pin of pins) {
    let ordinal = 1;
    if (pin.variadic === true) {
      const count = Math.max(pin.count ?? 1, highest.get(pin.name) ?? 0);
      for (; ordinal <= count; ordinal += 1) {
        found.set(pinKey(pin.name, ordinal), pin);
      }
    } else {
      // Derived pins may share a name, each labelled.
      while (found.has(pinKey(pin.name, ordinal))) {
        ordinal += 1;
      }
      found.set(pinKey(pin.name, ordinal), pin);
    }
  }
  return found;
}

/** Input pins of a node by key, in pin order. */
export function inputPins(node: Node, definition: NodeDefinition): PinTable {
  return expand([...inputsOf(definition), ...(node.pins?.in ?? [])], Object.keys(node.in ?? {}));
}

/** Output pins of a node by key, in pin order; the error pins last, if the node has them. */
export function outputPins(node: Node, definition: NodeDefinition): PinTable {
  const listed = Object.keys(node.out ?? {});
  const found = expand([...outputsOf(definition), ...(node.pins?.out ?? [])], listed);
  if (listed.includes(ERROR_PIN) || listed.includes(ERROR_TEXT_PIN)) {
    for (const [key, pin] of ERROR_PINS) {
      found.set(key, pin);
    }
  }
  return found;
}

/** Pins of a layer by key: those that lead in, those that lead out. */
export function layerPins(layer: Layer): { readonly inward: PinTable; readonly outward: PinTable } {
  return { inward: expand(layer.pins?.in ?? [], []), outward: expand(layer.pins?.out ?? [], []) };
}

/** Pins of a node or layer as its card shows them, both sides in pin order. */
export interface Sides {
  readonly inputs: PinTable;
  readonly outputs: PinTable;
}

interface Seen {
  readonly definition: NodeDefinition | undefined;
  readonly sides: Sides;
}

const seen = new WeakMap<Node | Layer, Seen>();
const NOTHING: PinTable = new Map();

/**
 * The pins of a node as its card shows them. The same object as long as node and definition are.
 * A node of an unknown type has the pins that it lists and those that are its own.
 */
export function sidesOf(node: Node, definition: NodeDefinition | undefined): Sides {
  const known = seen.get(node);
  if (known !== undefined && known.definition === definition) {
    return known.sides;
  }
  const sides =
    definition === undefined
      ? placeholderSides(node)
      : { inputs: inputPins(node, definition), outputs: outputPins(node, definition) };
  seen.set(node, { definition, sides });
  return sides;
}

/** The pins of a layer seen from outside. The same object as long as the layer is. */
export function sidesOfLayer(layer: Layer): Sides {
  const known = seen.get(layer);
  if (known !== undefined) {
    return known.sides;
  }
  const { inward, outward } = layerPins(layer);
  const sides = { inputs: inward, outputs: outward };
  seen.set(layer, { definition: undefined, sides });
  return sides;
}

/** The two ends inside a layer: what enters it is an output there, what leaves it an input. */
export function innerSides(layer: Layer): { readonly entry: Sides; readonly exit: Sides } {
  const { inputs, outputs } = sidesOfLayer(layer);
  return { entry: { inputs: NOTHING, outputs: inputs }, exit: { inputs: outputs, outputs: NOTHING } };
}

function placeholderSides(node: Node): Sides {
  return {
    inputs: guessed(Object.keys(node.in ?? {}), node.pins?.in ?? []),
    outputs: guessed(Object.keys(node.out ?? {}), node.pins?.out ?? []),
  };
}

function guessed(keys: readonly string[], own: readonly PinDefinition[]): PinTable {
  const found = expand(own, []);
  for (const key of keys) {
    if (!found.has(key)) {
      const type = /^(?:exec|done|true|false)/.test(key) ? "Execution" : "Generic";
      found.set(key, { name: splitKey(key)[0], type });
    }
  }
  return found;
}
