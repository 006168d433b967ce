/** Variables: added, changed, used. */
import { addNode, type Json, snap, type Variable, VARIABLE_PIN } from "~/core";
import type { Spot } from "~/canvas";
import { select } from "~/canvas/state/stage";

import type { Desk } from "../desk/desk";
import { freshId } from "../desk/ids";

const KINDS: ReadonlySet<string> = new Set(["variable_get", "variable_set", "variable_update"]);

export function addVariable(desk: Desk, name: string): string | undefined {
  const id = freshId(name);
  const variable: Variable = { name: freeName(desk, name), type: "String", default: "" };
  return desk.edit([{ command: "upsert_variable", id, variable }], { label: `Variable ${name} added` }) ? id : undefined;
}

function freeName(desk: Desk, name: string): string {
  const taken = new Set(Object.values(desk.board.variables).map((variable) => variable.name));
  let free = name;
  for (let number = 2; taken.has(free); number += 1) {
    free = `${name} ${number}`;
  }
  return free;
}

/** Changes fields of a variable. A new type takes a value that does not fit it away. */
export function changeVariable(desk: Desk, id: string, fields: Partial<Variable>): boolean {
  const before = desk.board.variables[id];
  if (before === undefined) {
    return false;
  }
  const retyped = "type" in fields || "value_type" in fields || fields.secret === true;
  const { default: _value, ...bare } = before;
  const variable: Variable = { ...(retyped ? bare : before), ...fields };
  return desk.edit([{ command: "upsert_variable", id, variable }], {
    label: `Variable ${variable.name} changed`,
    merge: `variable ${id} ${Object.keys(fields).join()}`,
  });
}

export function setVariableValue(desk: Desk, id: string, value: Json | undefined): boolean {
  const before = desk.board.variables[id];
  if (before === undefined) {
    return false;
  }
  const { default: _value, ...bare } = before;
  const variable: Variable = value === undefined ? bare : { ...bare, default: value };
  return desk.edit([{ command: "upsert_variable", id, variable }], { label: `Value of ${variable.name} changed` });
}

/** Removes a variable and the nodes that name it: they would be faults. */
export function removeVariable(desk: Desk, id: string): boolean {
  const uses = usesOf(desk, id);
  return desk.edit(
    [...(uses.length > 0 ? [{ command: "remove" as const, ids: uses }] : []), { command: "remove_variable", id }],
    { label: "Variable removed" },
  );
}

/** Nodes that read or write a variable. */
export function usesOf(desk: Desk, id: string): string[] {
  return Object.keys(desk.board.nodes).filter((node) => desk.board.nodes[node]?.in?.[VARIABLE_PIN]?.value === id);
}

/** All uses, counted in one pass: for a list of variables. */
export function useCounts(desk: Desk): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const node of Object.values(desk.board.nodes)) {
    const id = node.in?.[VARIABLE_PIN]?.value;
    const kind = desk.session.types.get(node.type)?.kind;
    if (typeof id === "string" && kind !== undefined && KINDS.has(kind)) {
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
  }
  return counts;
}

/** Places a node that reads (or writes) a variable. */
export function placeVariable(desk: Desk, id: string, kind: "variable_get" | "variable_set", spot: Spot): boolean {
  const type = [...desk.session.types.keys()].find((key) => desk.session.types.get(key)?.kind === kind);
  const variable = desk.board.variables[id];
  if (type === undefined || variable === undefined) {
    return false;
  }
  const node = freshId(kind === "variable_get" ? `get_${variable.name}` : `set_${variable.name}`);
  const verb = kind === "variable_get" ? "Get" : "Set";
  const place = snap({ x: spot.ground.x - 16, y: spot.ground.y - 12 });
  const done = desk.edit(
    [
      { ...addNode(node, type, place, desk.layer), name: `${verb} ${variable.name}`.slice(0, 120) },
      { command: "set_pin_value", node, pin: VARIABLE_PIN, value: id },
    ],
    { label: `${verb} ${variable.name} added` },
  );
  if (done) {
    select(desk.stage, [node]);
  }
  return done;
}
