/** Pins that follow from something else: the start node a call names. Those that follow from a
 * node's literals come from the server. */
import type { NodeDefinition, PinDefinition } from "../definition";
import { isExecution, inputsOf } from "../definition";
import type { InstancePins, Node } from "../document";
import { ERROR_TEXT_PIN } from "../document";
import { same, table } from "../json";
import { inputPins, outputPins, splitEnd } from "../pins";
import type { Draft } from "./draft";
import { tidyPin, tidyPins } from "./tidy";

/** Input of a call node that holds the id of the start node it calls. */
export const FUNCTION_PIN = "fn_ref";
/** Input of variable nodes that holds the id of the variable. */
export const VARIABLE_PIN = "var_ref";

/** Renews the own pins of a node whose pins follow from its literals, and of its callers. */
export function followLiterals(draft: Draft, id: string): void {
  const definition = draft.definition(draft.node(id));
  if (definition?.kind === "call_reference") {
    followCall(draft, id);
  }
  if (definition?.kind === "start") {
    followStarts(draft, [id]);
  }
}

/** Renews the pins of every call of these start nodes; calls of removed ones keep theirs. */
export function followStarts(draft: Draft, starts: Iterable<string>): void {
  const wanted = new Set([...starts].filter((id) => isStart(draft, id)));
  if (wanted.size === 0) {
    return;
  }
  const callers = Object.keys(draft.nodes).filter((id) => {
    const ref = draft.nodes[id]?.in?.[FUNCTION_PIN]?.value;
    return typeof ref === "string" && wanted.has(ref);
  });
  for (const id of callers) {
    followCall(draft, id);
  }
}

/** Id of the start node a call names, empty if it names none that exists. */
export function calledStart(draft: Draft, node: Node): string {
  const ref = node.in?.[FUNCTION_PIN]?.value;
  const isCall = draft.definition(node)?.kind === "call_reference";
  return isCall && typeof ref === "string" && isStart(draft, ref) ? ref : "";
}

function isStart(draft: Draft, id: string): boolean {
  const node = draft.nodes[id];
  return node !== undefined && draft.definition(node)?.kind === "start";
}

function followCall(draft: Draft, id: string): void {
  const node = draft.node(id);
  const start = calledStart(draft, node);
  const target = start === "" ? undefined : draft.node(start);
  const own = draft.definition(node);
  const definition = target && draft.definition(target);
  if (own === undefined || target === undefined || definition === undefined) {
    return;
  }
  setOwnPins(draft, id, { in: parameters(target, definition, own), out: node.pins?.out ?? [] });
}

function parameters(target: Node, definition: NodeDefinition, own: NodeDefinition): PinDefinition[] {
  const taken = new Set(inputsOf(own).map((pin) => pin.name));
  return [...outputPins(target, definition)]
    .filter(([key, pin]) => !isExecution(pin) && !taken.has(key) && key !== ERROR_TEXT_PIN)
    .map(([key, pin]) => parameter(key, pin));
}

function parameter(key: string, pin: PinDefinition): PinDefinition {
  const { type, value_type, label, description, schema, sensitive, optional } = pin;
  const made = { name: key, type, value_type, label, description, schema, sensitive, optional };
  return tidyPin(made as unknown as PinDefinition);
}

/** Gives a node other own pins. Literals and wires of pins that vanish go with them. */
export function setOwnPins(draft: Draft, id: string, pins: InstancePins): void {
  const tidy = tidyPins(pins);
  if (same(draft.node(id).pins ?? {}, tidy)) {
    return;
  }
  draft.editNode(id, { pins: tidy });
  dropLost(draft, id);
}

/** Drops literals and wires of pins that a node no longer has. */
function dropLost(draft: Draft, id: string): void {
  const node = draft.node(id);
  const definition = draft.definition(node);
  if (definition === undefined) {
    return;
  }
  const [inputs, outputs] = [inputPins(node, definition), outputPins(node, definition)];
  draft.editNode(id, {
    in: table(Object.entries(node.in ?? {}).filter(([key]) => inputs.has(key))),
    out: table(Object.entries(node.out ?? {}).filter(([key]) => outputs.has(key))),
  });
  draft.cut(draft.wiresInto([id]).filter(([, , target]) => !inputs.has(splitEnd(target)[1])));
}
