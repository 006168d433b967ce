/** The ground by keys: from thing to thing, from pin to pin, along wires. */
import type { PinPlace, PinView, SceneView, ThingView } from "~/canvas";
import { deselect } from "~/canvas/state/stage";
import { say, toggle } from "~/canvas/state/stage";

import type { Desk } from "../desk/desk";
import { editLiteral, openThing } from "../desk/ground-hooks";
import { nudge } from "./arrange";
import { boxOf } from "./layers";
import { wiresAt } from "./wires";

export type Direction = "left" | "right" | "up" | "down";

const STEPS: Readonly<Record<Direction, readonly [number, number]>> = {
  left: [-1, 0],
  right: [1, 0],
  up: [0, -1],
  down: [0, 1],
};
const SMALL = 16;
const LARGE = 64;

/** An arrow: moves the selection, goes from pin to pin, or to the nearest thing that way. */
export function arrow(desk: Desk, direction: Direction, far: boolean): void {
  const { cursorPin, selected } = desk.stage.getState();
  const [dx, dy] = STEPS[direction];
  if (cursorPin !== null) {
    stepPin(desk, cursorPin, direction);
  } else if (selected.size > 0 && !desk.readOnly) {
    const step = far ? LARGE : SMALL;
    nudge(desk, dx * step, dy * step);
  } else {
    goTo(desk, nearest(desk.scene, desk.stage.getState().cursor, dx, dy));
  }
}

/** Puts the keyboard on a thing, in view, and says what it is. */
export function goTo(desk: Desk, id: string | undefined): void {
  const thing = id === undefined ? undefined : desk.scene.things.get(id);
  const box = id === undefined ? undefined : boxOf(desk, id);
  if (id === undefined || thing === undefined || box === undefined) {
    return;
  }
  desk.stage.setState({ cursor: id, cursorPin: null });
  desk.camera.reveal(box);
  say(desk.stage, thing.label);
}

/** The nearest thing in a direction; what lies aside counts as twice as far. Without a start, the first. */
export function nearest(scene: SceneView, from: string, dx: number, dy: number): string | undefined {
  const start = middle(scene, from);
  if (start === undefined) {
    return firstThing(scene);
  }
  let best: { readonly id: string; readonly distance: number } | undefined;
  for (const id of scene.things.keys()) {
    const at = id === from ? undefined : middle(scene, id);
    if (at === undefined) {
      continue;
    }
    const along = (at.x - start.x) * dx + (at.y - start.y) * dy;
    const aside = Math.abs((at.x - start.x) * dy) + Math.abs((at.y - start.y) * dx);
    if (along > 4 && aside <= along * 3) {
      const distance = along + 2 * aside;
      if (best === undefined || distance < best.distance) {
        best = { id, distance };
      }
    }
  }
  return best?.id;
}

function firstThing(scene: SceneView): string | undefined {
  let first: { readonly id: string; readonly rank: number } | undefined;
  for (const [id, view] of scene.things) {
    const at = scene.places.get(id);
    if (at !== undefined) {
      const event = view.kind !== "frame" && view.tint === "event";
      const rank = at.x + at.y + (event ? -1e9 : 0) + (view.kind === "frame" ? 1e9 : 0);
      if (first === undefined || rank < first.rank) {
        first = { id, rank };
      }
    }
  }
  return first?.id;
}

function middle(scene: SceneView, id: string) {
  const thing = scene.things.get(id);
  const at = scene.places.get(id);
  return thing === undefined || at === undefined
    ? undefined
    : { x: at.x + thing.width / 2, y: at.y + thing.height / 2 };
}

/** To the node before or after, along the wire of execution if there is one. */
export function along(desk: Desk, forward: boolean): void {
  const { cursor, cursorPin } = desk.stage.getState();
  const wires = [...desk.scene.wires.values()].filter((wire) =>
    forward
      ? wire.from.node === cursor && (cursorPin === null || cursorPin.key === wire.from.key)
      : wire.to.node === cursor && (cursorPin === null || cursorPin.key === wire.to.key),
  );
  const wire = wires.find((one) => one.kind === "exec") ?? wires[0];
  if (wire === undefined) {
    say(desk.stage, forward ? "Nothing follows" : "Nothing comes before");
    return;
  }
  goTo(desk, forward ? wire.to.node : wire.from.node);
}

/** Into the pins of the thing under the keyboard. */
export function enterPins(desk: Desk): void {
  const { cursor } = desk.stage.getState();
  const pin = pinsOf(desk.scene.things.get(cursor))[0];
  if (pin !== undefined) {
    goToPin(desk, cursor, pin);
  }
}

/** Enter: edits the literal of a pin, begins or ends a wire there; opens a layer; goes into pins. */
export function enter(desk: Desk): void {
  const { cursor, cursorPin } = desk.stage.getState();
  const thing = desk.scene.things.get(cursor);
  if (cursorPin !== null) {
    const pin = pinsOf(desk.scene.things.get(cursorPin.node)).find(
      (one) => one.key === cursorPin.key && one.side === cursorPin.side,
    );
    if (pin?.literal !== undefined) {
      editLiteral(desk, cursorPin.node, cursorPin.key);
    } else {
      askTargets(desk);
    }
  } else if (thing?.kind === "node" || thing?.kind === "bend" || thing?.kind === "unknown") {
    enterPins(desk);
  } else if (thing !== undefined) {
    openThing(desk, cursor);
  }
}

/** Lists the pins that the pin under the keyboard can be wired to. */
export function askTargets(desk: Desk): void {
  const { cursor, cursorPin } = desk.stage.getState();
  if (cursorPin !== null && !desk.readOnly) {
    desk.surface.setState({ targets: cursorPin });
  } else {
    enterPins(desk);
    say(desk.stage, `Choose a pin of ${desk.scene.things.get(cursor)?.label ?? "the node"}, then press W again.`);
  }
}

/** Escape: ends what is being done, then leaves the pins, then deselects, then goes up a layer. */
export function escape(desk: Desk, leave: () => boolean): void {
  const { stage } = desk;
  const { wiring, editing, cursorPin, selected, selectedWires, cursor } = stage.getState();
  if (editing !== null) {
    // What was typed made no sense, and the focus went elsewhere.
    stage.setState({ editing: null });
    say(stage, "Nothing typed");
  } else if (wiring !== null) {
    stage.setState({ wiring: null });
    say(stage, "Wire dropped");
  } else if (cursorPin !== null) {
    stage.setState({ cursorPin: null });
    say(stage, desk.scene.things.get(cursor)?.label ?? "");
  } else if (selected.size > 0 || selectedWires.size > 0) {
    deselect(stage, true);
    say(stage, "Nothing selected");
  } else if (!leave() && cursor !== "") {
    stage.setState({ cursor: "" });
  }
}

/** Adds what the keyboard stands on to the selection, or takes it out. */
export function toggleCursor(desk: Desk): void {
  const { cursor } = desk.stage.getState();
  if (desk.scene.things.has(cursor)) {
    toggle(desk.stage, cursor);
    const { selected } = desk.stage.getState();
    say(desk.stage, `${selected.has(cursor) ? "Selected" : "Not selected"}, ${selected.size} in all`);
  }
}

function stepPin(desk: Desk, from: PinPlace, direction: Direction): void {
  const pins = pinsOf(desk.scene.things.get(from.node));
  const side = direction === "left" ? "in" : direction === "right" ? "out" : from.side;
  const own = pins.filter((pin) => pin.side === side);
  if (side !== from.side) {
    const before = pins.find((pin) => pin.side === from.side && pin.key === from.key);
    const next = own.toSorted((one, two) => Math.abs(one.y - (before?.y ?? 0)) - Math.abs(two.y - (before?.y ?? 0)))[0];
    if (next !== undefined) {
      goToPin(desk, from.node, next);
    }
    return;
  }
  const next = own[own.findIndex((pin) => pin.key === from.key) + (direction === "up" ? -1 : direction === "down" ? 1 : 0)];
  if (next !== undefined) {
    goToPin(desk, from.node, next);
  }
}

function goToPin(desk: Desk, node: string, pin: PinView): void {
  const place: PinPlace = { node, side: pin.side, key: pin.key };
  desk.stage.setState({ cursor: node, cursorPin: place });
  say(desk.stage, pinWords(desk, place, pin));
}

/** A pin as it is read out: "Input Count, Integer, value 7" or "…, wired to Plus". */
export function pinWords(desk: Desk, place: PinPlace, pin: PinView): string {
  const name = pin.label === "" ? (pin.shape === "exec" ? "execution" : pin.key) : pin.label;
  const parts = [`${pin.side === "in" ? "Input" : "Output"} ${name}`, pin.type];
  const ends = wiresAt(desk.scene, place).map((wire) => {
    const other = place.side === "in" ? wire.from.node : wire.to.node;
    const thing = desk.scene.things.get(other);
    return thing === undefined || thing.kind === "frame" ? other : thing.title;
  });
  if (ends.length > 0) {
    parts.push(`wired to ${ends.join(" and ")}`);
  } else if (pin.literal !== undefined) {
    parts.push(pin.literal.text === "" ? "no value" : `value ${pin.literal.text}`);
  } else {
    parts.push("free");
  }
  if (pin.missing) {
    parts.push("required");
  }
  return parts.join(", ");
}

function pinsOf(thing: ThingView | undefined): readonly PinView[] {
  return thing === undefined || thing.kind === "frame" ? [] : thing.pins;
}
