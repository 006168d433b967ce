/** Where things are: moved, aligned, straightened, tidied. Each is one step of undo. */
import {
  align,
  type Axis,
  boundsOfCurve,
  type Box,
  type Command,
  contains,
  curveOf,
  distanceToCurve,
  distribute,
  type Edge,
  grown,
  holds,
  type Move,
  moveMany,
  type Places,
  type Point,
  snapped,
} from "~/core";
import { pointOf } from "~/canvas/ground/wiring";
import { ENTRY, EXIT } from "~/canvas/view/scene";

import type { Desk } from "../desk/desk";
import { boxOf } from "./layers";
import { isLoose, spliceCommands, splicePins } from "./wires";

/** The command that moves things; the ends of a layer are kept with the layer. */
export function movesOf(desk: Desk, places: Places): Command[] {
  const moves: Record<string, Move> = {};
  for (const [id, { x, y }] of places) {
    if (id === ENTRY || id === EXIT) {
      const field = id === ENTRY ? "entry" : "exit";
      moves[desk.layer] = { ...moves[desk.layer], [field]: [x, y] };
    } else {
      const before = desk.scene.places.get(id);
      if (before?.x !== x || before.y !== y) {
        moves[id] = { x, y };
      }
    }
  }
  return Object.keys(moves).length === 0 ? [] : [moveMany(moves)];
}

export function move(desk: Desk, places: Places, label = "Moved"): boolean {
  return desk.edit(movesOf(desk, places), { label });
}

/** Things were dragged; a lone node let go on a wire is put into it. */
export function drop(desk: Desk, places: Places, wireId: string): boolean {
  const commands = movesOf(desk, places);
  const wire = desk.scene.wires.get(wireId);
  const [id] = places.keys();
  const pins = wire === undefined || id === undefined ? undefined : splicePins(desk, wire, id);
  if (wire === undefined || id === undefined || pins === undefined) {
    return desk.edit(commands, { label: places.size === 1 ? "Moved" : `${places.size} things moved` });
  }
  return desk.edit([...commands, ...spliceCommands(desk, wire, id, pins)], { label: "Put into the wire" });
}

const NEAR = 28;

/** The wire that a dragged node would be put into: the nearest that runs through its middle and fits. */
export function spliceAt(desk: Desk, id: string, at: Point): string {
  const view = desk.scene.things.get(id);
  if (view === undefined || view.kind === "frame" || desk.readOnly || !isLoose(desk.scene, id)) {
    return "";
  }
  const middle = { x: at.x + view.width / 2, y: at.y + view.height / 2 };
  let best = { id: "", distance: NEAR };
  for (const wire of desk.scene.wires.values()) {
    const [from, to] = [pointOf(desk.scene, wire.from), pointOf(desk.scene, wire.to)];
    const curve = from === undefined || to === undefined ? undefined : curveOf(from, to);
    if (curve !== undefined && holds(grown(boundsOfCurve(curve), NEAR), middle)) {
      const { distance } = distanceToCurve(curve, middle);
      if (distance <= best.distance && splicePins(desk, wire, id) !== undefined) {
        best = { id: wire.id, distance };
      }
    }
  }
  return best.id;
}

/** What lies wholly in a frame and moves with it. */
export function membersOf(desk: Desk, frame: string): string[] {
  const outer = boxOf(desk, frame);
  if (outer === undefined) {
    return [];
  }
  return [...desk.scene.things.keys()].filter((id) => {
    const inner = id === frame ? undefined : boxOf(desk, id);
    return inner !== undefined && contains(outer, inner);
  });
}

function selectedBoxes(desk: Desk): Map<string, Box> {
  return new Map(
    desk.selected.flatMap((id): [string, Box][] => {
      const box = boxOf(desk, id);
      return box === undefined ? [] : [[id, box]];
    }),
  );
}

export function alignSelected(desk: Desk, edge: Edge): boolean {
  return move(desk, align(selectedBoxes(desk), edge), "Aligned");
}

export function distributeSelected(desk: Desk, axis: Axis): boolean {
  return move(desk, distribute(selectedBoxes(desk), axis), "Distributed");
}

/** Moves what is selected by steps of the grid. */
export function nudge(desk: Desk, dx: number, dy: number): boolean {
  const places = new Map<string, Point>();
  const ids = new Set(desk.selected);
  for (const id of desk.selected) {
    if (desk.scene.things.get(id)?.kind === "frame") {
      for (const member of membersOf(desk, id)) {
        ids.add(member);
      }
    }
  }
  for (const id of ids) {
    const at = desk.scene.places.get(id);
    if (at !== undefined) {
      places.set(id, { x: dx === 0 ? at.x : snapped(at.x + dx), y: dy === 0 ? at.y : snapped(at.y + dy) });
    }
  }
  return desk.edit(movesOf(desk, places), { label: "Moved" });
}

/** Moves nodes up or down so that the wires that lead to them run straight: execution first. */
export function straighten(desk: Desk): boolean {
  const ids = desk.selected.length > 0 ? desk.selected : [...desk.scene.things.keys()];
  const places = new Map<string, Point>();
  const { scene } = desk;
  const ordered = ids.toSorted((one, two) => (scene.places.get(one)?.x ?? 0) - (scene.places.get(two)?.x ?? 0));
  const chosen = new Set(ids);
  for (const id of ordered) {
    const entering = [...scene.wires.values()].filter((wire) => wire.to.node === id);
    const wire = entering.find((one) => one.kind === "exec") ?? entering[0];
    const at = scene.places.get(id);
    if (wire === undefined || at === undefined || (desk.selected.length > 0 && !chosen.has(id))) {
      continue;
    }
    const from = pointOf(scene, wire.from);
    const to = pointOf(scene, wire.to);
    if (from !== undefined && to !== undefined) {
      const shift = (places.get(wire.from.node)?.y ?? scene.places.get(wire.from.node)?.y ?? 0) - (scene.places.get(wire.from.node)?.y ?? 0);
      places.set(id, { x: at.x, y: at.y + from.y + shift - to.y });
    }
  }
  return move(desk, places, "Wires straightened");
}
