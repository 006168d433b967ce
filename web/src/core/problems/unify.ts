/**
 * What Generic pins carry on this board: types flow along the wires into type variables.
 *
 * Pins of one node with the same `generic` name share a variable; a pin without a name has its own.
 * A container over a variable says what the elements are. Types flow forwards only. Where several
 * types meet in a variable their join is taken; types that have no join are a conflict on the wire
 * that comes later in pin order. Joins only widen, so the result does not depend on order.
 */
import type { PinDefinition, ValueType } from "../definition";
import { valueTypeOf } from "../definition";
import { splitEnd } from "../pins";
import { equal } from "../types/schema";
import type { Shape } from "../types/shapes";
import { containerOf, elementOf, isUnknown, sameShape, shapeOf, showShape, UNKNOWN } from "../types/shapes";
import type { Unfit, Verdict } from "../types/wire";
import { checkShapes, checkWire, enforces, TYPE_MISMATCH } from "../types/wire";
import type { BoardScene } from "./scene";

const NESTING = 16;
const LISTS = new Set<ValueType>(["Array", "HashSet"]);

/** One wire into a type variable: from a shape, or from a variable inside a container. */
interface Inflow {
  readonly source: string;
  readonly target: string;
  readonly shape: Shape | undefined;
  readonly variable: number;
  readonly form: ValueType;
  readonly into: ValueType;
}

/** What every pin of a board carries, as far as known. */
export class ResolvedTypes {
  readonly #scene: BoardScene;
  readonly #variables = new Map<string, number>();
  readonly #inflows: Inflow[][] = [];
  readonly #readers: number[][] = [];
  readonly #values: (Shape | undefined)[] = [];
  readonly #pairs = new Map<PinDefinition, Map<PinDefinition, Verdict>>();
  readonly #conflicts: ReadonlyMap<string, Unfit>;

  constructor(scene: BoardScene) {
    this.#scene = scene;
    this.#gather();
    this.#settle();
    this.#conflicts = this.#findConflicts();
  }

  /** What an input pin takes; unknown if there is no such pin. */
  input(node: string, key: string): Shape {
    const pin = this.#scene.parts.get(node)?.inputs.get(key);
    return pin === undefined ? UNKNOWN : this.#shape(node, "in", key, pin);
  }

  /** What an output pin gives; unknown if there is no such pin. */
  output(node: string, key: string): Shape {
    const pin = this.#scene.parts.get(node)?.outputs.get(key);
    return pin === undefined ? UNKNOWN : this.#shape(node, "out", key, pin);
  }

  /** Whether a wire of the board fits; undefined if one of its ends is not known. */
  wire(source: string, target: string): Verdict | undefined {
    const [sourceId, sourceKey] = splitEnd(source);
    const [targetId, targetKey] = splitEnd(target);
    const output = this.#scene.parts.get(sourceId)?.outputs.get(sourceKey);
    const wanted = this.#scene.parts.get(targetId)?.inputs.get(targetKey);
    if (output === undefined || wanted === undefined) {
      return undefined;
    }
    const verdict = this.#pair(output, wanted);
    const isOpen = output.type === "Generic" || wanted.type === "Generic";
    if (!isOpen || !verdict.ok) {
      return verdict;
    }
    return (
      this.#conflicts.get(`${source}>${target}`) ??
      checkShapes(
        this.#shape(sourceId, "out", sourceKey, output),
        this.#shape(targetId, "in", targetKey, wanted),
        enforces(output, wanted),
      )
    );
  }

  #pair(output: PinDefinition, wanted: PinDefinition): Verdict {
    const known = this.#pairs.get(output) ?? new Map<PinDefinition, Verdict>();
    this.#pairs.set(output, known);
    let verdict = known.get(wanted);
    if (verdict === undefined) {
      verdict = checkWire(output, wanted);
      known.set(wanted, verdict);
    }
    return verdict;
  }

  #shape(node: string, side: string, key: string, pin: PinDefinition): Shape {
    if (pin.type !== "Generic") {
      return shapeOf(pin);
    }
    const variable = this.#variables.get(variableKey(node, side, key, pin));
    const value = variable === undefined ? undefined : this.#values[variable];
    return containerOf(valueTypeOf(pin), value ?? UNKNOWN);
  }

  #variable(node: string, side: string, key: string, pin: PinDefinition): number {
    const name = variableKey(node, side, key, pin);
    let known = this.#variables.get(name);
    if (known === undefined) {
      known = this.#values.length;
      this.#variables.set(name, known);
      this.#values.push(undefined);
      this.#inflows.push([]);
      this.#readers.push([]);
    }
    return known;
  }

  #gather(): void {
    const { source, rivals } = this.#scene.wiring;
    for (const [id, part] of this.#scene.parts) {
      for (const [key, pin] of part.inputs) {
        if (pin.type !== "Generic") {
          continue;
        }
        const variable = this.#variable(id, "in", key, pin);
        const target = `${id}.${key}`;
        const first = source.get(target);
        for (const output of rivals.get(target) ?? (first === undefined ? [] : [first])) {
          this.#flow(output, target, variable, pin);
        }
      }
    }
  }

  #flow(source: string, target: string, variable: number, wanted: PinDefinition): void {
    const [id, key] = splitEnd(source);
    const pin = this.#scene.parts.get(id)?.outputs.get(key);
    let inflow: Inflow = { source, target, shape: UNKNOWN, variable: -1, form: "Normal", into: valueTypeOf(wanted) };
    if (pin?.type === "Generic") {
      const origin = this.#variable(id, "out", key, pin);
      this.#readers[origin]?.push(variable);
      inflow = { ...inflow, shape: undefined, variable: origin, form: valueTypeOf(pin) };
    } else if (pin !== undefined) {
      inflow = { ...inflow, shape: shapeOf(pin) };
    }
    this.#inflows[variable]?.push(inflow);
  }

  /** Widens variables until nothing changes. Each can change only a few times. */
  #settle(): void {
    for (const [variable, inflows] of this.#inflows.entries()) {
      if (inflows.length === 0) {
        this.#values[variable] = UNKNOWN;
      }
    }
    const waiting = new Set(this.#values.keys());
    for (const variable of waiting) {
      waiting.delete(variable);
      const value = this.#joined(variable);
      const before = this.#values[variable];
      if (value !== undefined && (before === undefined || !sameShape(value, before))) {
        this.#values[variable] = value;
        for (const reader of this.#readers[variable] ?? []) {
          waiting.add(reader);
        }
      }
    }
  }

  #joined(variable: number): Shape | undefined {
    let joined = this.#values[variable];
    for (const inflow of this.#inflows[variable] ?? []) {
      const shape = this.#contribution(inflow);
      if (shape !== undefined) {
        joined = joined === undefined ? shape : widen(joined, shape);
      }
    }
    return joined;
  }

  /** What a wire says of the variable it leads into; undefined if nothing, or nothing yet. */
  #contribution(inflow: Inflow): Shape | undefined {
    let { shape } = inflow;
    if (shape === undefined) {
      const value = this.#values[inflow.variable];
      if (value === undefined) {
        return undefined;
      }
      shape = containerOf(inflow.form, value);
    }
    if (inflow.into === "Normal") {
      return depthOf(shape) <= NESTING ? shape : UNKNOWN;
    }
    if (isUnknown(shape)) {
      return UNKNOWN;
    }
    const areLists = LISTS.has(inflow.into) && LISTS.has(shape.value_type);
    if (areLists || shape.value_type === inflow.into) {
      return elementOf(shape);
    }
    return inflow.into === "HashMap" && shape.type === "Struct" ? UNKNOWN : undefined;
  }

  #findConflicts(): Map<string, Unfit> {
    const found = new Map<string, Unfit>();
    for (const [variable, inflows] of this.#inflows.entries()) {
      if (this.#values[variable] === undefined || inflows.length < 2) {
        continue;
      }
      let agreed: Shape | undefined;
      let first = "";
      for (const inflow of inflows) {
        const shape = this.#contribution(inflow);
        if (shape === undefined || isUnknown(shape)) {
          continue;
        }
        const joined = agreed === undefined ? shape : join(agreed, shape);
        if (joined === undefined) {
          const message = `source is ${showShape(shape)}, but ${first} makes this pin ${showShape(agreed as Shape)}`;
          found.set(`${inflow.source}>${inflow.target}`, { ok: false, code: TYPE_MISMATCH, path: "", message });
        } else {
          agreed = joined;
          first ||= inflow.source;
        }
      }
    }
    return found;
  }
}

/** The narrowest shape both fit, or undefined if there is none but "any value". */
export function join(left: Shape, right: Shape): Shape | undefined {
  if (left === right || (sameShape(left, right) && equal(left.schema, right.schema))) {
    return left;
  }
  if (isUnknown(left) || isUnknown(right)) {
    return UNKNOWN;
  }
  if (left.value_type !== right.value_type) {
    return undefined;
  }
  if (left.value_type !== "Normal") {
    const element = join(elementOf(left), elementOf(right));
    return element === undefined ? undefined : containerOf(left.value_type, element);
  }
  if (left.type === right.type) {
    return shapeOf({ type: left.type });
  }
  const numbers = [left.type, right.type].every((type) => type === "Integer" || type === "Float");
  return numbers ? shapeOf({ type: "Float" }) : undefined;
}

/** Like `join`, and unknown where there is none: every pair has an answer, in any order. */
function widen(left: Shape, right: Shape): Shape {
  if (left.value_type === right.value_type && left.value_type !== "Normal") {
    return containerOf(left.value_type, widen(elementOf(left), elementOf(right)));
  }
  return join(left, right) ?? UNKNOWN;
}

function variableKey(node: string, side: string, key: string, pin: PinDefinition): string {
  return pin.generic ? `${node}//${pin.generic}` : `${node}/${side}/${key}`;
}

function depthOf(shape: Shape): number {
  let depth = 0;
  for (let inner: Shape | undefined = shape; inner !== undefined; inner = inner.element) {
    depth += 1;
  }
  return depth;
}
