/** Checks of inputs: each has a value that fits, from a wire, a person or the type. */
import type { PinDefinition } from "../definition";
import { isExecution } from "../definition";
import type { Json } from "../json";
import { isNumber, toNumber } from "../json";
import { shapeOf, showShape } from "../types/shapes";
import type { Shape } from "../types/shapes";
import type { ValueFault } from "../types/values";
import { faultIn, valueFault } from "../types/values";
import { quoted } from "../types/fit";
import type { Problem } from "./problem";
import { named, problem } from "./problem";
import type { BoardScene, Part } from "./scene";
import type { ResolvedTypes } from "./unify";

/** The code of the check for a value that does not fit. */
export function labelledValue(code: ValueFault["code"]): string {
  switch (code) {
    case "value.integer-beyond-64-bits":
      return "board.integer-beyond-64-bits";
    case "value.not-finite":
      return "board.not-finite";
    default:
      return "board.bad-literal";
  }
}

/** Looks at the inputs of all nodes. */
export function* inputs(scene: BoardScene, resolved: ResolvedTypes): Iterable<Problem> {
  for (const part of scene.parts.values()) {
    yield* ofPart(scene, resolved, part);
  }
}

function* ofPart(scene: BoardScene, resolved: ResolvedTypes, part: Part): Iterable<Problem> {
  const { settings } = part.node;
  const isIdle = settings?.disabled === true || (settings?.pinned ?? undefined) !== undefined;
  for (const [key, pin] of part.inputs) {
    if (isExecution(pin)) {
      continue;
    }
    const value = part.node.in?.[key]?.value;
    if (value !== undefined) {
      yield* literal(resolved, part, key, pin, value);
    } else if (pin.default === undefined && pin.optional !== true && !isIdle && !scene.wiring.source.has(`${part.id}.${key}`)) {
      const remedy = "Type a value, or connect an output to it.";
      yield problem("board.missing-value", `The input ${named(key)} has no value.`, remedy, { node: part.id, pin: key });
    }
  }
  for (const [key, { value }] of Object.entries(part.node.in ?? {})) {
    const pin = part.inputs.get(key);
    if (pin === undefined) {
      yield unknown(part, key, "input");
    } else if (isExecution(pin) && value !== undefined) {
      const message = `${named(key)} carries execution and can have no value.`;
      yield problem("board.bad-literal", message, "Remove the value.", { node: part.id, pin: key });
    }
  }
  yield* pinned(part);
}

function unknown(part: Part, key: string, side: string): Problem {
  const message = `There is no ${side} ${named(key)}.`;
  return problem("board.unknown-pin", message, "Remove the value of this pin.", { node: part.id, pin: key });
}

function* literal(
  resolved: ResolvedTypes,
  part: Part,
  key: string,
  pin: PinDefinition,
  value: Json,
): Iterable<Problem> {
  if (pin.sensitive === true && value !== "" && value !== null) {
    const message = `${named(key)} is sensitive, and its value stands in the board for all to read.`;
    const remedy = "Put the value into a secret variable and connect that.";
    yield problem("board.sensitive-literal", message, remedy, { node: part.id, pin: key });
  }
  if (value === null && pin.optional === true) {
    return;
  }
  yield* fitting(part, key, pin, pin.type === "Generic" ? resolved.input(part.id, key) : undefined, value);
}

function* fitting(part: Part, key: string, pin: PinDefinition, shape: Shape | undefined, value: Json): Iterable<Problem> {
  const fault = shape === undefined ? valueFault(value, pin) : faultIn(value, shape);
  if (fault === undefined) {
    yield* bounds(part, key, pin, value);
    return;
  }
  const where = { node: part.id, pin: key, ...(fault.path === "" ? {} : { path: fault.path }) };
  const wanted = shape === undefined ? pin.type : showShape(shape);
  const message = `The value of ${named(key)} ${fault.message}.`;
  yield problem(labelledValue(fault.code), message, `Give it a value of its type, ${wanted}.`, where);
}

function* pinned(part: Part): Iterable<Problem> {
  for (const [key, value] of Object.entries(part.node.settings?.pinned ?? {})) {
    const pin = part.outputs.get(key);
    if (pin === undefined || isExecution(pin)) {
      yield unknown(part, key, "data output");
    } else {
      yield* fitting(part, key, pin, undefined, value);
    }
  }
}

/** The first element that is no choice, and the first out of range. */
function* bounds(part: Part, key: string, pin: PinDefinition, value: Json): Iterable<Problem> {
  const isList = Array.isArray(value) && shapeOf(pin).value_type !== "Normal";
  const values = isList ? (value as readonly Json[]) : [value];
  const choices = pin.type === "String" ? (pin.choices ?? []) : [];
  const where = { node: part.id, pin: key };
  const wrong = choices.length === 0 ? undefined : values.find((each) => !choices.includes(each as string));
  if (wrong !== undefined) {
    const message = `${quoted(wrong).slice(0, 80)} is not among the choices of ${named(key)}.`;
    const listed = choices.slice(0, 8).map((each) => named(each));
    yield problem("board.not-a-choice", message, `Choose one of ${listed.join(", ")}.`, where);
  }
  if (pin.range === undefined || pin.range === null || (pin.type !== "Integer" && pin.type !== "Float")) {
    return;
  }
  const [lowest, highest] = pin.range;
  const beyond = values.find((each) => isNumber(each) && !(toNumber(each) >= lowest && toNumber(each) <= highest));
  if (beyond !== undefined) {
    const message = `${quoted(beyond)} lies outside the range of ${named(key)}.`;
    yield problem("board.out-of-range", message, `Give a number from ${lowest} to ${highest}.`, where);
  }
}
