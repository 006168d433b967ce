/** Nodes: add, literals, names, notes, removal, places. */
import { isExecution } from "../definition";
import type { Node, Place } from "../document";
import { isInteger, isNumber, table } from "../json";
import type * as commands from "./commands";
import type { Draft } from "./draft";
import { allInputs, beyondCount } from "./draft";
import { followLiterals, followStarts } from "./follow";
import { refusal } from "./refusal";
import { tidyNode } from "./tidy";
import { checkName, checkPlace, checkValue } from "./values";

const [LOWEST, HIGHEST] = [-(2n ** 63n), 2n ** 63n - 1n];

export function addNode(draft: Draft, command: commands.AddNode): void {
  const id = draft.fresh(command.id);
  const layer = command.layer ?? "";
  draft.checkLayer(layer);
  if (draft.types.get(command.type) === undefined) {
    throw refusal("command.unknown-type", `The type ${command.type} is not installed.`, { node: id });
  }
  const name = checkName(command.name ?? "", { node: id }, true);
  draft.put("node", id, tidyNode({ type: command.type, name, layer }));
  if (command.place !== undefined && command.place !== null) {
    draft.put("place", id, checkPlace(command.place, id));
  }
  followLiterals(draft, id);
}

export function setPinValue(draft: Draft, command: commands.SetPinValue): void {
  const node = withInput(draft, command.node, command.pin);
  const value = checkValue(command.value, { node: command.node, pin: command.pin });
  checkFit(draft, command);
  draft.editNode(command.node, { in: table([...Object.entries(node.in ?? {}), [command.pin, { value }]]) });
  followLiterals(draft, command.node);
}

export function clearPinValue(draft: Draft, command: commands.ClearPinValue): void {
  const node = withInput(draft, command.node, command.pin);
  const definition = draft.definition(node);
  const inputs = table(Object.entries(node.in ?? {}).filter(([key]) => key !== command.pin));
  if (definition !== undefined && beyondCount(command.pin, allInputs(node, definition))) {
    inputs[command.pin] = {};
  }
  draft.editNode(command.node, { in: inputs });
  followLiterals(draft, command.node);
}

export function rename(draft: Draft, command: commands.Rename): void {
  draft.wired(command.id);
  const name = checkName(command.name, { node: command.id }, draft.isNode(command.id));
  draft.editWired(command.id, { name });
}

export function setComment(draft: Draft, command: commands.SetComment): void {
  draft.wired(command.id);
  const comment = checkValue(command.comment, { node: command.id, path: "comment" });
  draft.editWired(command.id, { comment });
}

export function setFunctionReference(draft: Draft, command: commands.SetFunctionReference): void {
  draft.node(command.node);
  for (const id of command.functions) {
    draft.node(id);
  }
  if (new Set(command.functions).size < command.functions.length) {
    throw refusal("command.bad-value", "A function is listed twice.", { node: command.node });
  }
  draft.editNode(command.node, { functions: command.functions });
}

const FOREIGN: { readonly [kind: string]: readonly (keyof commands.Move)[] } = {
  node: ["entry", "exit", "width", "height"],
  layer: ["width", "height"],
  comment: ["entry", "exit"],
};

export function moveMany(draft: Draft, command: commands.MoveMany): void {
  for (const [id, move] of Object.entries(command.moves)) {
    const kind = draft.kindOf(id);
    const wrong = FOREIGN[kind]?.find((name) => move[name] !== undefined);
    if (wrong !== undefined) {
      throw refusal("command.bad-value", `A ${kind} has no ${wrong}.`, { node: id });
    }
    const given = Object.fromEntries(Object.entries(move).filter(([, value]) => value !== undefined));
    draft.put("place", id, checkPlace({ ...draft.layout[id], ...given } as Place, id));
  }
}

export function setLayer(draft: Draft, command: commands.SetLayer): void {
  draft.checkLayer(command.layer);
  const above = new Set<string>();
  for (let step = command.layer; step !== "" && !above.has(step); step = draft.layers[step]?.parent ?? "") {
    above.add(step);
  }
  for (const id of command.ids) {
    if (draft.kindOf(id) === "layer" && above.has(id)) {
      throw refusal("command.layer-cycle", `Layer ${id} cannot lie inside itself.`, { node: id });
    }
    draft.setHome(id, command.layer);
  }
}

export function remove(draft: Draft, command: commands.Remove): void {
  for (const id of command.ids) {
    draft.kindOf(id);
  }
  const inside = draft.members(command.ids.filter((id) => draft.layers[id] !== undefined));
  removeEntities(draft, new Set([...command.ids, ...inside]));
}

/** Removes nodes, layers and comments with the wires and references that lead to them. */
function removeEntities(draft: Draft, gone: ReadonlySet<string>): void {
  const ends = [...gone].filter((id) => draft.isWired(id));
  if (ends.length > 0) {
    draft.cut(draft.wiresInto(ends).filter(([source]) => !gone.has(source)));
    for (const [id, node] of Object.entries(draft.nodes)) {
      const left = node.functions?.filter((ref) => !gone.has(ref));
      if (!gone.has(id) && left !== undefined && left.length !== node.functions?.length) {
        draft.editNode(id, { functions: left });
      }
    }
  }
  for (const id of gone) {
    draft.drop(draft.kindOf(id), id);
    draft.drop("place", id);
  }
  followStarts(draft, gone);
}

function withInput(draft: Draft, id: string, key: string): Node {
  draft.wired(id);
  const pin = draft.targetPin(`${id}.${key}`);
  if (!draft.isNode(id) || isExecution(pin)) {
    throw refusal("command.bad-value", `The pin ${key} of ${id} holds no value.`, { node: id, pin: key });
  }
  return draft.node(id);
}

/** Refuses what could never run. Other misfits are findings, so that people may type in steps. */
function checkFit(draft: Draft, command: commands.SetPinValue): void {
  const pin = draft.targetPin(`${command.node}.${command.pin}`);
  const { value } = command;
  let fault = "";
  if (pin.choices !== undefined && pin.choices.length > 0 && typeof value === "string" && !pin.choices.includes(value)) {
    fault = "not one of the choices";
  } else if (pin.type === "Integer" && isNumber(value) && isInteger(value) && !fits64Bits(String(value))) {
    fault = "an integer beyond 64 bits";
  }
  if (fault !== "") {
    const where = { node: command.node, pin: command.pin };
    throw refusal("command.bad-value", `The value for ${command.pin} is ${fault}.`, where);
  }
}

/** Whether a whole number fits what a wire carries. */
export function fits64Bits(text: string): boolean {
  const value = BigInt(text);
  return value >= LOWEST && value <= HIGHEST;
}

