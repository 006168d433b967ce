/** What the pointer does on the ground, as acts on the board. */
import type { GroundHooks, NodeActs } from "~/canvas";
import { endOfPlace, pinAt } from "~/canvas/view/scene";
import { splitEnd } from "~/core";

import { drop, membersOf, spliceAt } from "../acts/arrange";
import { resizeFrame, writeFrame } from "../acts/comments";
import { droppedIn } from "../acts/dropped";
import { enterLayer, jumpTo, leaveLayer } from "../acts/layers";
import { rename, setLiteral } from "../acts/nodes";
import { canGrow, growPin } from "../acts/own-pins";
import { bendWire, connectPins, cutPin, fitting, joining, takeOff } from "../acts/wires";
import type { Desk } from "./desk";

export function groundHooks(desk: Desk): GroundHooks {
  const { surface, stage } = desk;
  return {
    joining: (from, to) => joining(desk, from, to),
    fitting: (from) => fitting(desk, from),
    connect: (from, to, spot, taken) => void connectPins(desk, from, to, spot, taken),
    dropWire: (from, spot, taken, thing) => {
      if (thing !== undefined && growPin(desk, from, thing)) {
        return;
      }
      if (taken !== undefined) {
        desk.edit([{ command: "disconnect", source: taken.source, target: taken.target }], { label: "Wire removed" });
      } else {
        surface.setState({ palette: { spot, from } });
      }
    },
    grows: (from, thing) => canGrow(desk, from, thing),
    takeOff: (place) => takeOff(desk, place),
    cutPin: (place) => void cutPin(desk, place),
    move: (places, splice) => void drop(desk, places, splice),
    spliceAt: (id, at) => spliceAt(desk, id, at),
    membersOf: (frame) => membersOf(desk, frame),
    open: (id) => openThing(desk, id),
    edit: (place) => editLiteral(desk, place.node, place.key),
    unfold: (id) => toggleFold(desk, id),
    menu: (target, spot) => surface.setState({ menu: { target, spot } }),
    palette: (spot) => surface.setState({ palette: { spot } }),
    insertIn: (wire, spot) => surface.setState({ palette: { spot, wire } }),
    bend: (wire, at) => void bendWire(desk, wire, at),
    drop: (data, spot, alt) => {
      stage.setState({ wiring: null });
      const dropped = droppedIn(data);
      void import("../acts/drops").then(({ dropData }) => dropData(desk, dropped, spot, alt));
    },
  };
}

/** Enter or a double click: into a layer, to the called event, to the text of a comment. */
export function openThing(desk: Desk, id: string): void {
  const thing = desk.scene.things.get(id);
  if (thing === undefined) {
    return;
  }
  if (thing.kind === "layer") {
    enterLayer(desk, id);
  } else if (thing.kind === "entry" || thing.kind === "exit") {
    leaveLayer(desk);
  } else if (thing.kind === "frame") {
    if (!desk.readOnly) {
      desk.stage.setState({ editing: { kind: "frame", node: id } });
    }
  } else {
    const called = desk.board.nodes[id]?.in?.["fn_ref"]?.value;
    if (typeof called === "string" && jumpTo(desk, called)) {
      return;
    }
    desk.surface.setState({ inspector: true });
  }
}

/** Puts an editor in the place of a literal: a switch turns at once, long ones open a panel. */
export function editLiteral(desk: Desk, node: string, key: string): void {
  const pin = pinAt(desk.scene, { node, side: "in", key });
  const literal = pin?.literal;
  if (literal === undefined || desk.readOnly) {
    return;
  }
  if (literal.kind === "boolean") {
    setLiteral(desk, node, key, literal.value !== true);
  } else if (literal.kind === "json" || literal.kind === "lines") {
    desk.surface.setState({ literal: { node, key } });
  } else {
    desk.stage.setState({ editing: { kind: "literal", node, key } });
  }
}

export function toggleFold(desk: Desk, id: string): void {
  const unfolded = new Set(desk.stage.getState().unfolded);
  if (!unfolded.delete(id)) {
    unfolded.add(id);
  }
  desk.stage.setState({ unfolded });
}

/** What nodes on the ground may ask for. */
export function nodeActs(desk: Desk): NodeActs {
  const { stage, surface } = desk;
  const endEdit = () => stage.setState({ editing: null });
  return {
    setLiteral: (node, key, value) => void setLiteral(desk, node, key, value),
    rename: (id, name) => void rename(desk, id, name),
    writeFrame: (id, content) => void writeFrame(desk, id, content),
    resizeFrame: (id, width, height) => void resizeFrame(desk, id, width, height),
    endEdit,
    openLiteral: (node, key, start) => {
      stage.setState({ editing: null });
      surface.setState({ literal: start === undefined ? { node, key } : { node, key, start } });
    },
    editNext: (node, key, direction) => {
      const thing = desk.scene.things.get(node);
      const pins = thing === undefined || thing.kind === "frame" ? [] : thing.pins.filter((pin) => pin.literal !== undefined);
      const next = pins[pins.findIndex((pin) => pin.key === key) + direction];
      if (next === undefined) {
        endEdit();
      } else {
        stage.setState({ cursorPin: { node, side: "in", key: next.key } });
        editLiteral(desk, node, next.key);
      }
    },
  };
}

/** Gives the keys back to the board when nothing is edited in place any more, whoever ended it. */
export function focusAfterEdits(desk: Desk): () => void {
  return desk.stage.subscribe((now, before) => {
    if (before.editing !== null && now.editing === null) {
      focusBoard();
    }
  });
}

/** Gives the keys back to the board; if something else took the focus meanwhile, only if `always`. */
export function focusBoard(always = false): void {
  const board = document.querySelector<HTMLElement>("[data-board]");
  const { activeElement } = document;
  if (board !== null && (always || activeElement === document.body || board.contains(activeElement))) {
    board.focus({ preventScroll: true });
  }
}

/** The node and pin of a place, as the document names them. */
export function endParts(desk: Desk, place: Parameters<typeof endOfPlace>[0]): readonly [string, string] {
  return splitEnd(endOfPlace(place, desk.layer));
}
