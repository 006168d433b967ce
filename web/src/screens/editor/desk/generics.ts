/**
 * What generic pins are on this board: the type of what is wired to them, or of the variable their
 * node reads or writes. Only for drawing and for choosing; the checks are the server's.
 */
import {
  type Board,
  type DataType,
  definitionOf,
  kindOf,
  literalOf,
  type Node,
  type PinDefinition,
  sidesOf,
  splitEnd,
  type Types,
  type ValueType,
  VARIABLE_PIN,
  valueTypeOf,
} from "~/core";

interface Found {
  readonly type: DataType;
  readonly container: ValueType;
}

const VARIABLE_VALUES: ReadonlySet<string> = new Set(["variable_get", "variable_set"]);
const LOOPS = 64;

const interned = new WeakMap<PinDefinition, Map<string, PinDefinition>>();

/** The pin as another type; the same object for the same question, so that views can be compared. */
function typed(pin: PinDefinition, { type, container }: Found): PinDefinition {
  let made = interned.get(pin);
  if (made === undefined) {
    made = new Map();
    interned.set(pin, made);
  }
  const key = `${type} ${container}`;
  let known = made.get(key);
  if (known === undefined) {
    known = { ...pin, type, value_type: container };
    made.set(key, known);
  }
  return known;
}

/** Answers for one state of a board. */
export class Generics {
  readonly #board: Board;
  readonly #types: Types;
  readonly #sources: ReadonlyMap<string, string>;
  readonly #known = new Map<string, Found | undefined>();
  #depth = 0;

  constructor(board: Board, types: Types) {
    this.#board = board;
    this.#types = types;
    this.#sources = sourcesOf(board);
  }

  /** The pin of a node with its type found out; other pins as they are. */
  resolve = (id: string, side: "in" | "out", key: string, pin: PinDefinition): PinDefinition => {
    if (pin.type !== "Generic") {
      return pin;
    }
    const node = this.#board.nodes[id];
    if (node === undefined) {
      return pin;
    }
    const found = this.#ofVariable(node) ?? this.#ofName(id, node, pin, `${side}:${key}`);
    if (found === undefined) {
      return pin;
    }
    const own = valueTypeOf(pin);
    if (own === "Normal") {
      return typed(pin, found);
    }
    return found.container === "Normal" ? typed(pin, { type: found.type, container: own }) : pin;
  };

  #ofVariable(node: Node): Found | undefined {
    const definition = definitionOf(node, this.#board, this.#types);
    if (definition === undefined || !VARIABLE_VALUES.has(kindOf(definition))) {
      return undefined;
    }
    const named = literalOf(node, VARIABLE_PIN);
    const variable = typeof named === "string" ? this.#board.variables[named] : undefined;
    return variable === undefined ? undefined : { type: variable.type, container: valueTypeOf(variable) };
  }

  /** The type that stands for a name of the node, by the first of its pins that knows. */
  #ofName(id: string, node: Node, pin: PinDefinition, place: string): Found | undefined {
    const route = pin.name === "route_in" || pin.name === "route_out";
    const name = route ? "route" : (pin.generic ?? place);
    const memo = `${id} ${name}`;
    if (this.#known.has(memo)) {
      return this.#known.get(memo);
    }
    if (this.#depth > LOOPS) {
      return undefined;
    }
    this.#known.set(memo, undefined);
    this.#depth += 1;
    const found = this.#search(id, node, (other, at) =>
      route ? other.name === "route_in" || other.name === "route_out" : (other.generic ?? at) === name,
    );
    this.#depth -= 1;
    this.#known.set(memo, found);
    return found;
  }

  #search(id: string, node: Node, isNamed: (pin: PinDefinition, place: string) => boolean): Found | undefined {
    const { inputs, outputs } = sidesOf(node, definitionOf(node, this.#board, this.#types));
    for (const [key, pin] of inputs) {
      const source = isNamed(pin, `in:${key}`) ? this.#sources.get(`${id}.${key}`) : undefined;
      const found = source === undefined ? undefined : this.#through(pin, this.#pinOf(source, "out"));
      if (found !== undefined) {
        return found;
      }
    }
    for (const [key, pin] of outputs) {
      if (isNamed(pin, `out:${key}`)) {
        for (const end of node.out?.[key]?.to ?? []) {
          const found = this.#through(pin, this.#pinOf(end, "in"));
          if (found !== undefined) {
            return found;
          }
        }
      }
    }
    return undefined;
  }

  /** What a pin learns from the one it is wired to. */
  #through(own: PinDefinition, other: PinDefinition | undefined): Found | undefined {
    if (other === undefined || other.type === "Generic") {
      return undefined;
    }
    const [wanted, given] = [valueTypeOf(own), valueTypeOf(other)];
    if (wanted === "Normal") {
      return { type: other.type, container: given };
    }
    return wanted === given ? { type: other.type, container: "Normal" } : undefined;
  }

  #pinOf(end: string, side: "in" | "out"): PinDefinition | undefined {
    const [id, key] = splitEnd(end);
    const node = this.#board.nodes[id];
    if (node !== undefined) {
      const sides = sidesOf(node, definitionOf(node, this.#board, this.#types));
      const pin = (side === "in" ? sides.inputs : sides.outputs).get(key);
      return pin === undefined ? undefined : this.resolve(id, side, key, pin);
    }
    const pins = this.#board.layers[id]?.pins;
    return [...(pins?.in ?? []), ...(pins?.out ?? [])].find((pin) => pin.name === key);
  }
}

/** Which output leads to an input, the first if there are several. */
function sourcesOf(board: Board): ReadonlyMap<string, string> {
  const sources = new Map<string, string>();
  for (const entities of [board.nodes, board.layers]) {
    for (const id of Object.keys(entities)) {
      const out = entities[id]?.out;
      for (const key of out === undefined ? [] : Object.keys(out)) {
        for (const end of out?.[key]?.to ?? []) {
          if (!sources.has(end)) {
            sources.set(end, `${id}.${key}`);
          }
        }
      }
    }
  }
  return sources;
}
