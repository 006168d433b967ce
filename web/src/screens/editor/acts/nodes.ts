/** Nodes: placed, removed, named, switched off, given values. */
import {
  addNode,
  type Command,
  connect,
  inputsOf,
  type Json,
  kindOf,
  outputsOf,
  type Place,
  remove,
  setValue,
  snap,
  VARIABLE_PIN,
} from "~/core";
import { isEnd, type PinPlace, type WireView } from "~/canvas";
import { select } from "~/canvas/state/stage";
import { endOfPlace, pinAt } from "~/canvas/view/scene";

import type { Desk } from "../desk/desk";
import { freshId } from "../desk/ids";
import type { PaletteRequest } from "../desk/surface";
import { refusalOf } from "../desk/types";
import { healing, spliceCommands } from "./wires";

/** What the palette chose: a node type, with literals it starts with. */
export interface Choice {
  readonly type: string;
  readonly name?: string;
  readonly values?: Readonly<Record<string, Json>>;
}

const HEAD = 24;
const FIRST_ROW = 42;

/**
 * Places a node where the palette was opened, wired to the pin it was opened from or put into the
 * wire it was opened on. Selects it. Its id, or undefined if it was refused.
 */
export function insert(desk: Desk, choice: Choice, request: PaletteRequest): string | undefined {
  const definition = desk.session.types.get(choice.type);
  if (definition === undefined) {
    return undefined;
  }
  const id = freshId(definition.name);
  const wire = request.wire === undefined ? undefined : desk.scene.wires.get(request.wire);
  const commands: Command[] = [
    { ...addNode(id, choice.type, placeFor(request, wire), desk.layer), ...(choice.name ? { name: choice.name } : {}) },
  ];
  for (const [key, value] of Object.entries(choice.values ?? {})) {
    commands.push(setValue(id, key, value));
  }
  if (request.taken !== undefined) {
    commands.push({ command: "disconnect", ...request.taken });
  }
  if (request.from !== undefined) {
    commands.push(...wiring(desk, id, choice.type, request.from));
  }
  if (wire !== undefined) {
    const pins = pinsFor(desk, choice.type, id, wire);
    commands.push(...(pins === undefined ? [] : spliceCommands(desk, wire, id, pins)));
  }
  const title = definition.title ?? definition.name;
  if (!desk.edit(commands, { label: `${title} added` })) {
    return undefined;
  }
  select(desk.stage, [id]);
  return id;
}

function placeFor({ spot, from }: PaletteRequest, wire: WireView | undefined): Place {
  const { x, y } = spot.ground;
  if (from === undefined) {
    return wire === undefined ? snap({ x: x - 16, y: y - HEAD / 2 }) : snap({ x: x - 80, y: y - FIRST_ROW });
  }
  return snap(from.side === "out" ? { x, y: y - FIRST_ROW } : { x: x - 176, y: y - FIRST_ROW });
}

/** The wire from a pin to the first pin of a new node that fits it, and execution on to it. */
function wiring(desk: Desk, id: string, type: string, from: PinPlace): Command[] {
  const definition = desk.session.types.get(type);
  const source = pinAt(desk.scene, from)?.definition;
  if (definition === undefined || source === undefined) {
    return [];
  }
  const end = endOfPlace(from, desk.layer);
  if (from.side === "out") {
    const target = inputsOf(definition).find((pin) => pin.name !== VARIABLE_PIN && refusalOf(source, pin) === "");
    return target === undefined ? [] : [connect(end, `${id}.${target.name}`)];
  }
  const output = outputsOf(definition).find((pin) => refusalOf(pin, source) === "");
  return output === undefined ? [] : [connect(`${id}.${output.name}`, end)];
}

function pinsFor(desk: Desk, type: string, id: string, wire: WireView) {
  const definition = desk.session.types.get(type);
  const [source, target] = [pinAt(desk.scene, wire.from)?.definition, pinAt(desk.scene, wire.to)?.definition];
  if (definition === undefined || source === undefined || target === undefined) {
    return undefined;
  }
  const input = inputsOf(definition).find((pin) => pin.name !== VARIABLE_PIN && refusalOf(source, pin) === "");
  const output = outputsOf(definition).find((pin) => refusalOf(pin, target) === "");
  return input === undefined || output === undefined
    ? undefined
    : {
        input: { node: id, side: "in", key: input.name },
        output: { node: id, side: "out", key: output.name },
      } as const;
}

/** Removes what is selected, things and wires. With `heal` the chains they were in stay together. */
export function removeSelected(desk: Desk, heal: boolean): boolean {
  const { selectedWires } = desk.stage.getState();
  const ids = desk.selected.filter((id) => !isEnd(id));
  const commands: Command[] = [...selectedWires].flatMap((id) => {
    const wire = desk.scene.wires.get(id);
    return wire === undefined || ids.includes(wire.from.node) || ids.includes(wire.to.node)
      ? []
      : [{ command: "disconnect" as const, source: wire.source, target: wire.target }];
  });
  if (ids.length > 0) {
    const joined = heal ? healing(desk, new Set(ids)) : [];
    commands.push(remove(ids), ...joined);
  }
  const what = ids.length === 1 ? "1 thing" : `${ids.length} things`;
  const label = ids.length === 0 ? "Wires removed" : heal ? `${what} removed, wires joined` : `${what} removed`;
  return desk.edit(commands, { label });
}

export function rename(desk: Desk, id: string, name: string): boolean {
  return desk.edit([{ command: "rename", id, name }], { label: name === "" ? "Name removed" : `Named ${name}` });
}

export function setLiteral(desk: Desk, node: string, key: string, value: Json | undefined): boolean {
  return desk.edit([setValue(node, key, value)], { label: value === undefined ? "Value cleared" : "Value changed" });
}

/** Nodes of the selection. */
export function selectedNodes(desk: Desk): readonly string[] {
  return desk.selected.filter((id) => desk.board.nodes[id] !== undefined);
}

/** Switches the selected nodes off, or on again if all of them are off. */
export function toggleOff(desk: Desk): boolean {
  const ids = selectedNodes(desk);
  const off = !ids.every((id) => desk.board.nodes[id]?.settings?.disabled === true);
  return desk.edit(
    ids.map((node) => {
      const command = { command: "set_node_setting", node, setting: "disabled" } as const;
      return off ? Object.assign(command, { value: true }) : command;
    }),
    { label: off ? "Switched off" : "Switched on" },
  );
}

export function writeNote(desk: Desk, id: string, comment: string): boolean {
  return desk.edit([{ command: "set_comment", id, comment }], { label: "Note written", merge: `note ${id}` });
}

/** Adds one more of the repeated pins of a node that a key is of. */
export function addVariadic(desk: Desk, id: string, side: "in" | "out", name: string): boolean {
  return desk.edit([{ command: "add_pin", id, direction: side, name }], { label: "Pin added" });
}

export function removePin(desk: Desk, id: string, side: "in" | "out", pin: string): boolean {
  return desk.edit([{ command: "remove_pin", id, direction: side, pin }], { label: "Pin removed" });
}

/** Whether a node may get outputs for its failure, or has them. */
export function errorPins(desk: Desk, id: string): "none" | "has" | "may" {
  const node = desk.board.nodes[id];
  const definition = node && desk.session.types.get(node.type);
  if (node === undefined || definition === undefined) {
    return "none";
  }
  if (node.out?.["auto_handle_error"] !== undefined || node.out?.["auto_handle_error_string"] !== undefined) {
    return "has";
  }
  const runs = [...inputsOf(definition), ...outputsOf(definition)].some((pin) => pin.type === "Execution");
  return runs && kindOf(definition) !== "start" ? "may" : "none";
}

export function toggleErrorPins(desk: Desk, id: string): boolean {
  switch (errorPins(desk, id)) {
    case "has":
      return desk.edit([{ command: "remove_error_pin", node: id }], { label: "Error pins removed" });
    case "may":
      return desk.edit([{ command: "add_error_pin", node: id }], { label: "Error pins added" });
    case "none":
      return false;
  }
}
