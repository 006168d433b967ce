/** Pins a person gives to a start node, a call or a layer: fields of the payload, ways in and out. */
import { type Command, connect, kindOf, labelOf, type PinDefinition } from "~/core";
import type { PinPlace } from "~/canvas";
import { endOfPlace, ENTRY, EXIT, pinAt } from "~/canvas/view/scene";

import type { Desk } from "../desk/desk";

/** The side on which a thing may be given pins; undefined if on none. */
export function ownSide(desk: Desk, id: string): "in" | "out" | undefined {
  const node = desk.board.nodes[id];
  const definition = node === undefined ? undefined : desk.session.types.get(node.type);
  if (definition === undefined || definition.derived === true) {
    return undefined;
  }
  const kind = kindOf(definition);
  if (kind === "start") {
    return definition.name.startsWith("event_http") ? undefined : "out"; // a request has what it has
  }
  return kind === "call_reference" && node?.in?.["fn_ref"]?.value === undefined ? "in" : undefined;
}

/** Whether a thing gets a new pin for a wire that is let go over it. */
export function canGrow(desk: Desk, from: PinPlace, thing: string): boolean {
  const pin = pinAt(desk.scene, from)?.definition;
  if (pin === undefined || pin.type === "Execution" || desk.readOnly) {
    return false;
  }
  if (thing === ENTRY || thing === EXIT) {
    return (thing === ENTRY) === (from.side === "in");
  }
  return desk.board.layers[thing] !== undefined || ownSide(desk, thing) === (from.side === "in" ? "out" : "in");
}

/** A wire was let go over a thing that can grow a pin for it: it does, of the same type and name. */
export function growPin(desk: Desk, from: PinPlace, thing: string): boolean {
  const pin = pinAt(desk.scene, from)?.definition;
  if (pin === undefined || !canGrow(desk, from, thing)) {
    return false;
  }
  const layerEnd = thing === ENTRY || thing === EXIT;
  // Inside a layer its entry gives what enters, so the pin of the layer is on the other side.
  const direction = layerEnd ? from.side : from.side === "in" ? "out" : "in";
  const id = layerEnd ? desk.layer : thing;
  const name = freeName(desk, id, pin);
  const own: PinDefinition = {
    name,
    type: pin.type,
    ...(pin.value_type === undefined ? {} : { value_type: pin.value_type }),
    ...(pin.schema === undefined ? {} : { schema: pin.schema }),
  };
  const end = endOfPlace(from, desk.layer);
  const wire = from.side === "in" ? connect(`${id}.${name}`, end) : connect(end, `${id}.${name}`);
  const commands: Command[] = [{ command: "add_pin", id, direction, pin: own }, wire];
  return desk.edit(commands, { label: `Pin ${name} added and wired` });
}

function freeName(desk: Desk, id: string, pin: PinDefinition): string {
  const base =
    labelOf(pin)
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/gu, "_")
      .replaceAll(/^_+|_+$/gu, "") || "value";
  const entity = desk.board.nodes[id] ?? desk.board.layers[id];
  const view = desk.scene.things.get(id);
  const taken = new Set([
    ...(entity?.pins?.in ?? []).map((one) => one.name),
    ...(entity?.pins?.out ?? []).map((one) => one.name),
    ...(view === undefined || view.kind === "frame" ? [] : view.pins.map((one) => one.key)),
  ]);
  let name = base;
  for (let number = 2; taken.has(name); number += 1) {
    name = `${base}_${number}`;
  }
  return name;
}
