/** Pins people add and take away: variadic ones, own ones, error pins. */
import type { PinDefinition } from "../definition";
import { isPure, kindOf } from "../definition";
import type { Input, Node, Output } from "../document";
import { ERROR_PIN, ERROR_TEXT_PIN } from "../document";
import type { Table } from "../json";
import { same, table } from "../json";
import type { PinTable } from "../pins";
import { pinKey, splitKey } from "../pins";
import type * as commands from "./commands";
import type { Draft } from "./draft";
import { beyondCount } from "./draft";
import { calledStart, followStarts } from "./follow";
import { refusal } from "./refusal";
import { tidyPin, tidyPins } from "./tidy";
import { checkValue, isPrintable, NAME_LENGTH } from "./values";

/** Most pins of one variadic name. */
export const VARIADIC_PINS = 999;
/** Most own pins in one direction of a node or layer. */
export const OWN_PINS = 200;

type Direction = commands.Direction;

export function addPin(draft: Draft, command: commands.AddPin): void {
  const [name, pin] = [command.name ?? "", command.pin ?? undefined];
  if ((name !== "") === (pin !== undefined)) {
    throw refusal("command.bad-pin", "Give either the name of a variadic pin or a pin.", { node: command.id });
  }
  if (pin === undefined) {
    addVariadic(draft, command.id, command.direction, name);
  } else {
    addOwn(draft, command, tidyPin(pin));
  }
  followStarts(draft, [command.id]);
}

export function removePin(draft: Draft, command: commands.RemovePin): void {
  const { id, direction } = command;
  const own = ownPins(draft, id, direction);
  const pins = tableOf(draft, id, direction);
  const pin = pins.get(command.pin);
  const where = { node: id, pin: command.pin };
  if (pin === undefined) {
    throw refusal("command.unknown-pin", `${id} has no pin ${command.pin}.`, where);
  }
  if (pin.variadic === true) {
    removeVariadic(draft, command, pin, pins);
  } else if (own.some((each) => same(each, pin))) {
    checkMayChange(draft, id, direction);
    forget(draft, id, direction, command.pin);
    setOwn(
      draft,
      id,
      direction,
      own.filter((each) => each.name !== pin.name),
    );
  } else {
    throw refusal("command.fixed-pins", `The pin ${command.pin} belongs to the type of ${id}.`, where);
  }
  followStarts(draft, [id]);
}

export function addErrorPin(draft: Draft, command: commands.AddErrorPin): void {
  const node = draft.node(command.node);
  const definition = draft.definition(node);
  if (definition !== undefined && isPure(definition)) {
    const message = `${command.node} has no execution pins; the node that pulls it handles its failure.`;
    throw refusal("command.fixed-pins", message, { node: command.node });
  }
  if (hasErrorPins(node)) {
    throw refusal("command.bad-pin", `${command.node} has its error pins already.`, { node: command.node });
  }
  draft.editNode(command.node, { out: table([...Object.entries(node.out ?? {}), [ERROR_PIN, {}]]) });
}

export function removeErrorPin(draft: Draft, command: commands.RemoveErrorPin): void {
  const node = draft.node(command.node);
  if (!hasErrorPins(node)) {
    throw refusal("command.unknown-pin", `${command.node} has no error pins.`, { node: command.node });
  }
  const left = Object.entries(node.out ?? {}).filter(([key]) => key !== ERROR_PIN && key !== ERROR_TEXT_PIN);
  draft.editNode(command.node, { out: table(left) });
}

function hasErrorPins(node: Node): boolean {
  return node.out?.[ERROR_PIN] !== undefined || node.out?.[ERROR_TEXT_PIN] !== undefined;
}

/** Refuses own pins with names that are empty, repeated, reserved or like `name#2`. */
export function checkOwnPins(pins: readonly PinDefinition[], owner: string): void {
  if (pins.length > 2 * OWN_PINS) {
    throw refusal("command.too-large", `${owner} would have too many pins.`, { node: owner });
  }
  const seen = new Set<string>();
  for (const pin of pins) {
    const fault = faultOf(pin, seen);
    if (fault !== "") {
      throw refusal("command.bad-pin", `The pin name ${fault}.`, { node: owner, pin: pin.name.slice(0, 80) });
    }
    if (pin.default !== undefined) {
      checkValue(pin.default, { node: owner, pin: pin.name });
    }
    seen.add(pin.name);
  }
}

function faultOf(pin: PinDefinition, seen: ReadonlySet<string>): string {
  if (pin.name === "" || Array.from(pin.name).length > NAME_LENGTH || !isPrintable(pin.name)) {
    return "is empty, too long or holds control characters";
  }
  if (seen.has(pin.name)) {
    return "is there already";
  }
  if (pin.name === ERROR_PIN || pin.name === ERROR_TEXT_PIN) {
    return "is reserved for failures";
  }
  if (splitKey(pin.name)[1] !== 1) {
    return "looks like the key of a repeated pin";
  }
  return pin.variadic === true ? "cannot be variadic" : "";
}

function addVariadic(draft: Draft, id: string, direction: Direction, name: string): void {
  draft.wired(id);
  const pins = tableOf(draft, id, direction);
  const where = { node: id, pin: name };
  if (!draft.isNode(id) || pins.get(name)?.variadic !== true) {
    throw refusal("command.fixed-pins", `The pin ${name} of ${id} stands once.`, where);
  }
  const number = countOf(pins, name) + 1;
  if (number > VARIADIC_PINS) {
    throw refusal("command.too-large", `${name} stands at most ${VARIADIC_PINS} times.`, where);
  }
  const node = draft.node(id);
  const key = pinKey(name, number);
  draft.editNode(
    id,
    direction === "in"
      ? { in: table([...Object.entries(node.in ?? {}), [key, {}]]) }
      : { out: table([...Object.entries(node.out ?? {}), [key, {}]]) },
  );
}

function addOwn(draft: Draft, command: commands.AddPin, pin: PinDefinition): void {
  const { id, direction } = command;
  draft.wired(id);
  checkMayChange(draft, id, direction);
  const own = ownPins(draft, id, direction);
  const index = command.index ?? own.length;
  if (!Number.isInteger(index) || index < 0 || index > own.length) {
    throw refusal("command.bad-pin", `There is no place ${index} among the pins.`, { node: id });
  }
  if (namesOf(draft, id, direction).has(pin.name)) {
    throw refusal("command.bad-pin", `${id} has a pin ${pin.name} already.`, { node: id, pin: pin.name });
  }
  const pins = own.toSpliced(index, 0, pin);
  checkOwnPins(pins, id);
  if (pins.length > OWN_PINS) {
    throw refusal("command.too-large", `${id} would have too many pins.`, { node: id });
  }
  setOwn(draft, id, direction, pins);
}

function namesOf(draft: Draft, id: string, direction: Direction): Set<string> {
  const layer = draft.isNode(id) ? undefined : draft.layer(id);
  return layer === undefined
    ? new Set(tableOf(draft, id, direction).keys())
    : new Set([...(layer.pins?.in ?? []), ...(layer.pins?.out ?? [])].map((pin) => pin.name));
}

/** Refuses unless: a layer, an output of a start node, an input of a call that names nothing. */
function checkMayChange(draft: Draft, id: string, direction: Direction): void {
  if (!draft.isNode(id)) {
    return;
  }
  const node = draft.node(id);
  const definition = draft.definition(node);
  if (definition !== undefined && definition.derived !== true) {
    const kind = kindOf(definition);
    const isOpenCall = kind === "call_reference" && direction === "in" && calledStart(draft, node) === "";
    if ((kind === "start" && direction === "out") || isOpenCall) {
      return;
    }
  }
  throw refusal("command.fixed-pins", `The pins of ${id} follow from something else.`, { node: id });
}

function ownPins(draft: Draft, id: string, direction: Direction): readonly PinDefinition[] {
  return draft.wired(id).pins?.[direction] ?? [];
}

function tableOf(draft: Draft, id: string, direction: Direction): PinTable {
  if (!draft.isNode(id)) {
    return new Map(ownPins(draft, id, direction).map((pin) => [pin.name, pin]));
  }
  return direction === "in" ? draft.inputTable(id) : draft.outputTable(id);
}

function setOwn(draft: Draft, id: string, direction: Direction, own: readonly PinDefinition[]): void {
  draft.editWired(id, { pins: tidyPins({ ...draft.wired(id).pins, [direction]: own }) });
}

/** Drops the literal and the wires of one pin. */
function forget(draft: Draft, id: string, direction: Direction, key: string): void {
  const isLayer = !draft.isNode(id);
  if (isLayer || direction === "in") {
    draft.cut(draft.wiresInto([id]).filter((wire) => wire[2] === `${id}.${key}`));
  }
  const without = <T>(items: Table<T> | undefined) =>
    table(Object.entries(items ?? {}).filter(([each]) => each !== key));
  if (!isLayer && direction === "in") {
    draft.editNode(id, { in: without(draft.node(id).in) });
  } else {
    draft.editWired(id, { out: without(draft.wired(id).out) });
  }
}

function countOf(pins: PinTable, name: string): number {
  return [...pins.keys()].filter((key) => splitKey(key)[0] === name).length;
}

/** Drops one of several; the literals and wires of later ones move up by one. */
function removeVariadic(draft: Draft, command: commands.RemovePin, pin: PinDefinition, pins: PinTable): void {
  const { id, direction } = command;
  const { name } = pin;
  const [gone, count] = [splitKey(command.pin)[1], countOf(pins, name)];
  if (count <= (pin.count ?? 1)) {
    const message = `${name} stands ${pin.count ?? 1} times by its type.`;
    throw refusal("command.least-pins", message, { node: id, pin: name });
  }
  forget(draft, id, direction, command.pin);
  const node = draft.node(id);
  const last = pinKey(name, count - 1);
  const keep = beyondCount(last, [pin]);
  if (direction === "out") {
    draft.editNode(id, { out: shifted(node.out, name, gone, keep ? last : "", isWiredOutput) });
    return;
  }
  draft.editNode(id, { in: shifted(node.in, name, gone, keep ? last : "", hasValue) });
  moveWires(draft, id, name, gone, count);
}

const isWiredOutput = (output: Output): boolean => (output.to?.length ?? 0) > 0;
const hasValue = (input: Input): boolean => input.value !== undefined;

/** What later pins of a name carry, under the key before; `last` stays listed if it is not empty. */
function shifted<T extends Input | Output>(
  items: Table<T> | undefined,
  name: string,
  gone: number,
  last: string,
  counts: (item: T) => boolean,
): Table<T> {
  const made = table<T>();
  for (const [key, item] of Object.entries(items ?? {})) {
    const [each, ordinal] = splitKey(key);
    if (each !== name) {
      made[key] = item;
    } else if (counts(item)) {
      made[ordinal > gone ? pinKey(name, ordinal - 1) : key] = item;
    }
  }
  if (last !== "" && made[last] === undefined) {
    made[last] = {} as T;
  }
  return made;
}

function moveWires(draft: Draft, id: string, name: string, gone: number, count: number): void {
  const moved = new Map<string, string>();
  for (let ordinal = gone + 1; ordinal <= count; ordinal += 1) {
    moved.set(`${id}.${pinKey(name, ordinal)}`, `${id}.${pinKey(name, ordinal - 1)}`);
  }
  const outputs = new Map<string, readonly [string, string]>();
  for (const [source, key, target] of draft.wiresInto([id])) {
    if (moved.has(target)) {
      outputs.set(`${source}.${key}`, [source, key]);
    }
  }
  for (const [source, key] of outputs.values()) {
    const ends = draft.wiresFrom(source, key);
    draft.setWires(
      source,
      key,
      ends.map((end) => moved.get(end) ?? end),
    );
  }
}

