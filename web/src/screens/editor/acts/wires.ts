/** Wires: drawn, refused with a reason, converted, put around nodes, healed when nodes go. */
import { addNode, type Command, connect, disconnect, type PinDefinition, snap, titleOfType } from "~/core";
import type { Fit, Joining, PinPlace, SceneView, Spot, WireView } from "~/canvas";
import { bestPin } from "~/canvas/ground/wiring";
import { endOfPlace, pinAt } from "~/canvas/view/scene";
import { select } from "~/canvas/state/stage";

import type { Desk } from "../desk/desk";
import { freshId } from "../desk/ids";
import { arrowWords, type ConversionNode, refusalOf } from "../desk/types";

/** Two pins in the order of the wire between them; undefined if they are on the same side. */
export function oriented(one: PinPlace, two: PinPlace): { from: PinPlace; to: PinPlace } | undefined {
  if (one.side === two.side) {
    return undefined;
  }
  return one.side === "out" ? { from: one, to: two } : { from: two, to: one };
}

function definitions(scene: SceneView, from: PinPlace, to: PinPlace) {
  const [source, target] = [pinAt(scene, from), pinAt(scene, to)];
  return source === undefined || target === undefined
    ? undefined
    : { source: source.definition, target: target.definition };
}

/** Whether a wire may join two pins, in words for a tip beside the pointer. */
export function joining(desk: Desk, one: PinPlace, two: PinPlace): Joining {
  const pair = oriented(one, two);
  if (pair === undefined) {
    return { fit: "unfit", words: one.side === "out" ? "Lead the wire to an input" : "Lead the wire to an output" };
  }
  if (pair.from.node === pair.to.node) {
    return { fit: "unfit", words: "A node cannot feed itself" };
  }
  const found = definitions(desk.scene, pair.from, pair.to);
  if (found === undefined) {
    return { fit: "unfit", words: "" };
  }
  const { source, target } = found;
  if (refusalOf(source, target) === "") {
    return { fit: "fits", words: "" };
  }
  const [conversion] = desk.conversions.between(source, target);
  return conversion === undefined
    ? { fit: "unfit", words: noConversion(source, target) }
    : { fit: "converts", words: `${arrowWords(source, target)}: through ${conversion.title}` };
}

function noConversion(source: PinDefinition, target: PinDefinition): string {
  return source.type === "Execution" || target.type === "Execution"
    ? "Execution joins only execution"
    : `${arrowWords(source, target)}: no conversion`;
}

/** How pins relate to the wire that starts at one; asked for each pin in view. */
export function fitting(desk: Desk, from: PinPlace): (place: PinPlace) => Fit {
  const { scene } = desk;
  return (place) => {
    if (place.node === from.node && place.side === from.side && place.key === from.key) {
      return "same";
    }
    return scene === desk.scene || desk.scene.things.has(place.node) ? joining(desk, from, place).fit : "unfit";
  };
}

interface Taken {
  readonly source: string;
  readonly target: string;
}

/** Draws a wire, offers a conversion, or says why not. `taken` is a wire that the new one replaces. */
export function connectPins(desk: Desk, one: PinPlace, two: PinPlace, spot: Spot, taken?: Taken): boolean {
  const pair = oriented(one, two);
  const verdict = joining(desk, one, two);
  const found = pair && definitions(desk.scene, pair.from, pair.to);
  if (pair === undefined || found === undefined) {
    desk.say(verdict.words);
    return false;
  }
  const source = endOfPlace(pair.from, desk.layer);
  const target = endOfPlace(pair.to, desk.layer);
  if (taken?.source === source && taken.target === target) {
    return true; // let go where it was
  }
  if (verdict.fit === "fits") {
    const off = taken === undefined ? [] : [disconnect(taken.source, taken.target)];
    return desk.edit([...off, connect(source, target)], { label: "Connected" });
  }
  const options = pair.from.node === pair.to.node ? [] : desk.conversions.between(found.source, found.target);
  if (options.length === 0) {
    desk.complain("These pins do not fit", `${verdict.words}.`);
    return false;
  }
  desk.surface.setState({ offer: { spot, from: pair.from, to: pair.to, words: verdict.words, options } });
  desk.say(`${verdict.words}. A conversion is offered.`);
  return false;
}

/** Puts a converting node between two pins, and wires it. */
export function convert(desk: Desk, from: PinPlace, to: PinPlace, node: ConversionNode, near?: Spot): boolean {
  const id = freshId(node.type.split("@")[0] ?? "");
  const at = near?.ground ?? desk.camera.middle();
  const place = snap({ x: at.x - 180, y: at.y - 40 });
  return desk.edit(
    [
      addNode(id, node.type, place, desk.layer),
      connect(endOfPlace(from, desk.layer), `${id}.${node.input}`),
      connect(`${id}.${node.output}`, endOfPlace(to, desk.layer)),
    ],
    { label: `Put ${node.title} between` },
  );
}

/** The one wire that leads to a data input, which can be taken off there and led elsewhere. */
export function takeOff(desk: Desk, place: PinPlace): (Taken & { from: PinPlace }) | undefined {
  if (place.side !== "in") {
    return undefined;
  }
  const wires = wiresAt(desk.scene, place);
  const [wire] = wires;
  return wire === undefined || wires.length > 1 || wire.kind === "exec"
    ? undefined
    : { from: wire.from, source: wire.source, target: wire.target };
}

/** Wires in view that end at a pin or leave from it. */
export function wiresAt(scene: SceneView, place: PinPlace): WireView[] {
  return [...scene.wires.values()].filter((wire) => {
    const end = place.side === "in" ? wire.to : wire.from;
    return end.node === place.node && end.key === place.key;
  });
}

/** Takes all wires off a pin. */
export function cutPin(desk: Desk, place: PinPlace): boolean {
  const wires = wiresAt(desk.scene, place);
  return desk.edit(
    wires.map((wire) => disconnect(wire.source, wire.target)),
    { label: wires.length === 1 ? "Wire removed" : `${wires.length} wires removed` },
  );
}

export function cutWires(desk: Desk, ids: Iterable<string>): boolean {
  const wires = [...ids].flatMap((id) => desk.scene.wires.get(id) ?? []);
  return desk.edit(
    wires.map((wire) => disconnect(wire.source, wire.target)),
    { label: wires.length === 1 ? "Wire removed" : `${wires.length} wires removed` },
  );
}

/** The turns by which a wire is led through a node; undefined if the node does not fit into it. */
export function spliceCommands(
  desk: Desk,
  wire: WireView,
  id: string,
  pins: { readonly input: PinPlace; readonly output: PinPlace },
): Command[] {
  const source = desk.board.nodes[wire.from.node] ?? desk.board.layers[wire.from.node];
  const turn = source?.out?.[wire.from.key]?.to?.indexOf(wire.target) ?? -1;
  return [
    disconnect(wire.source, wire.target),
    connect(wire.source, `${id}.${pins.input.key}`, turn < 0 ? undefined : turn),
    connect(`${id}.${pins.output.key}`, wire.target),
  ];
}

/** The pins by which a thing on the ground fits into a wire. */
export function splicePins(
  desk: Desk,
  wire: WireView,
  id: string,
): { readonly input: PinPlace; readonly output: PinPlace } | undefined {
  const view = desk.scene.things.get(id);
  if (view === undefined || view.kind === "frame" || id === wire.from.node || id === wire.to.node) {
    return undefined;
  }
  const input = bestPin(view, (place) => (place.side === "in" ? joining(desk, wire.from, place).fit : "unfit"));
  const output = bestPin(view, (place) => (place.side === "out" ? joining(desk, place, wire.to).fit : "unfit"));
  return input === undefined || output === undefined ? undefined : { input, output };
}

/** Whether a thing has no wires yet: only such a one is put into a wire by dragging. */
export function isLoose(scene: SceneView, id: string): boolean {
  for (const wire of scene.wires.values()) {
    if (wire.from.node === id || wire.to.node === id) {
      return false;
    }
  }
  return true;
}

const BEND_MIDDLE = { x: 16, y: 12 } as const;

/** Puts a bend into a wire. */
export function bendWire(desk: Desk, wireId: string, at: { readonly x: number; readonly y: number }): boolean {
  const wire = desk.scene.wires.get(wireId);
  const type = [...desk.session.types.keys()].find((key) => desk.session.types.get(key)?.kind === "reroute");
  if (wire === undefined || type === undefined) {
    return false;
  }
  const id = freshId("bend");
  const place = { x: Math.round((at.x - BEND_MIDDLE.x) / 8) * 8, y: Math.round((at.y - BEND_MIDDLE.y) / 8) * 8 };
  const pins = {
    input: { node: id, side: "in", key: "route_in" },
    output: { node: id, side: "out", key: "route_out" },
  } as const;
  const done = desk.edit([addNode(id, type, place, desk.layer), ...spliceCommands(desk, wire, id, pins)], {
    label: "Bend added",
  });
  if (done) {
    select(desk.stage, [id]);
  }
  return done;
}

/** Wires that keep a chain together when some of its nodes are removed. */
export function healing(desk: Desk, removed: ReadonlySet<string>): Command[] {
  const commands: Command[] = [];
  const done = new Set<string>();
  for (const wire of desk.scene.wires.values()) {
    if (removed.has(wire.from.node) || !removed.has(wire.to.node)) {
      continue;
    }
    for (const end of onward(desk, wire, removed, new Set())) {
      const key = `${wire.source}>${end}`;
      if (!done.has(key) && !(wire.kind !== "exec" && done.has(end))) {
        done.add(key);
        done.add(end);
        commands.push(connect(wire.source, end));
      }
    }
  }
  return commands;
}

/** Where what a wire carries would have gone on to, past nodes that are removed. */
function onward(desk: Desk, wire: WireView, removed: ReadonlySet<string>, seen: Set<string>): string[] {
  const node = wire.to.node;
  if (seen.has(node)) {
    return [];
  }
  seen.add(node);
  const leaving = [...desk.scene.wires.values()].filter((next) => next.from.node === node);
  const through = leaving.filter((next) => next.kind === wire.kind && fitsOn(desk, wire.from, next.to));
  const [first] = through;
  const chosen = wire.kind === "exec" ? through.filter((next) => next.from.key === first?.from.key) : through;
  return chosen.flatMap((next) => (removed.has(next.to.node) ? onward(desk, { ...next, from: wire.from }, removed, seen) : [next.target]));
}

function fitsOn(desk: Desk, from: PinPlace, to: PinPlace): boolean {
  const found = definitions(desk.scene, from, to);
  return found !== undefined && refusalOf(found.source, found.target) === "";
}

/** Pins in view that a pin can be wired to, the nearest first. */
export interface Target {
  readonly place: PinPlace;
  readonly title: string;
  readonly pin: string;
  readonly type: string;
  readonly fit: "fits" | "converts";
  readonly wired: boolean;
}

export function targetsOf(desk: Desk, from: PinPlace): readonly Target[] {
  const { scene } = desk;
  const here = scene.places.get(from.node) ?? { x: 0, y: 0 };
  const found: (Target & { readonly far: number })[] = [];
  for (const [id, view] of scene.things) {
    const at = scene.places.get(id);
    if (view.kind === "frame" || id === from.node || at === undefined) {
      continue;
    }
    for (const pin of view.pins) {
      const place: PinPlace = { node: id, side: pin.side, key: pin.key };
      const { fit } = joining(desk, from, place);
      if (fit === "fits" || fit === "converts") {
        const far = Math.hypot(at.x - here.x, at.y - here.y) + (fit === "converts" ? 10_000 : 0) + (pin.wired ? 500 : 0);
        const label = pin.label === "" ? titleOfPin(pin.definition) : pin.label;
        found.push({ place, title: view.title, pin: label, type: pin.type, fit, wired: pin.wired, far });
      }
    }
  }
  return found.sort((one, two) => one.far - two.far);
}

function titleOfPin(pin: PinDefinition): string {
  return pin.type === "Execution" ? "execution" : titleOfType({ name: pin.name, title: pin.label ?? "" });
}
