/**
 * A board with its definitions looked up once: the pins of every node, and the resolved wires. Pins
 * of nodes that read or write a variable have the variable's type here, not Generic.
 */
import type { NodeDefinition, PinDefinition, Types } from "../definition";
import { kindOf } from "../definition";
import type { Board, Node, Variable } from "../document";
import { titleOfNode } from "../document";
import { byCodePoints } from "../edit/change";
import { VARIABLE_PIN } from "../edit/follow";
import type { PinTable } from "../pins";
import { definitionOf, sidesOf } from "../pins";
import type { Wiring } from "./wiring";
import { resolveWires } from "./wiring";

/** One node with its definition and pins by key. */
export interface Part {
  readonly id: string;
  readonly node: Node;
  readonly definition: NodeDefinition;
  readonly title: string;
  readonly inputs: PinTable;
  readonly outputs: PinTable;
}

const READS_OR_WRITES = new Set(["variable_get", "variable_set"]);

export class BoardScene {
  readonly board: Board;
  readonly types: Types;
  /** Nodes of known type by id, in order of ids. */
  readonly parts = new Map<string, Part>();
  /** Ids of the others. */
  readonly missing: string[] = [];
  readonly #bound = new Map<Variable, Map<PinDefinition, PinDefinition>>();
  #wiring: Wiring | undefined;

  constructor(board: Board, types: Types) {
    this.board = board;
    this.types = types;
    for (const id of Object.keys(board.nodes).sort(byCodePoints)) {
      const node = board.nodes[id] as Node;
      const definition = definitionOf(node, board, types);
      if (definition === undefined) {
        this.missing.push(id);
      } else {
        this.parts.set(id, this.#part(id, node, definition));
      }
    }
  }

  /** The wires with relays walked through. */
  get wiring(): Wiring {
    this.#wiring ??= resolveWires(this.board);
    return this.#wiring;
  }

  #part(id: string, node: Node, definition: NodeDefinition): Part {
    const { inputs, outputs } = sidesOf(node, definition);
    const title = titleOfNode(node, definition);
    const variable = READS_OR_WRITES.has(kindOf(definition)) ? this.#variableOf(node) : undefined;
    return variable === undefined
      ? { id, node, definition, title, inputs, outputs }
      : { id, node, definition, title, inputs: this.#bind(inputs, variable), outputs: this.#bind(outputs, variable) };
  }

  #variableOf(node: Node): Variable | undefined {
    const id = node.in?.[VARIABLE_PIN]?.value;
    return typeof id === "string" ? this.board.variables[id] : undefined;
  }

  #bind(pins: PinTable, variable: Variable): PinTable {
    return new Map([...pins].map(([key, pin]) => [key, pin.type === "Generic" ? this.#boundPin(pin, variable) : pin]));
  }

  #boundPin(pin: PinDefinition, variable: Variable): PinDefinition {
    const known = this.#bound.get(variable) ?? new Map<PinDefinition, PinDefinition>();
    this.#bound.set(variable, known);
    let bound = known.get(pin);
    if (bound === undefined) {
      const { schema: _schema, generic: _generic, ...rest } = pin;
      bound = {
        ...rest,
        type: variable.type,
        value_type: variable.value_type ?? "Normal",
        ...(variable.schema ? { schema: variable.schema } : {}),
      };
      known.set(pin, bound);
    }
    return bound;
  }
}
