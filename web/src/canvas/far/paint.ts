/**
 * A large board from far away, painted: titled boxes and wires. Thousands of elements would take
 * longer to lay out than a frame lasts; a picture of them does not.
 */
import { type Box, curveOf, type Point } from "~/core";

import type { Colors } from "../look/colors";
import type { Lives } from "../state/lives";
import type { Hue, NodeView, ThingView } from "../view/model";
import type { SceneView } from "../view/scene";

export interface View {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
  readonly width: number;
  readonly height: number;
}

export interface Painted {
  readonly scene: SceneView;
  readonly moved: ReadonlyMap<string, Point>;
  readonly selected: ReadonlySet<string>;
  readonly selectedWires: ReadonlySet<string>;
  readonly cursor: string;
  readonly lives: Pick<Lives, "get" | "size">;
  /** A box that is being drawn around things. */
  readonly box?: Box | undefined;
}

/** What of a drawing context is used. */
export type Brush = Pick<
  CanvasRenderingContext2D,
  | "beginPath"
  | "moveTo"
  | "lineTo"
  | "bezierCurveTo"
  | "stroke"
  | "fill"
  | "fillRect"
  | "strokeRect"
  | "roundRect"
  | "fillText"
  | "setTransform"
  | "clearRect"
  | "fillStyle"
  | "strokeStyle"
  | "lineWidth"
  | "globalAlpha"
  | "font"
  | "textBaseline"
>;

/** Farther than this curves are lines and corners are square: nobody could tell. */
const PLAIN = 0.18;
/** Titles are written from this zoom on. */
const TITLES = 0.2;
const TITLE_PX = 22;
const RADIUS = 8;

/** Paints what is in view. `scale` is the pixels of the picture a CSS pixel has. */
export function paint(brush: Brush, painted: Painted, view: View, colors: Colors, scale: number): void {
  brush.setTransform(scale, 0, 0, scale, 0, 0);
  brush.clearRect(0, 0, view.width, view.height);
  brush.setTransform(scale * view.zoom, 0, 0, scale * view.zoom, scale * view.x, scale * view.y);
  const seen = seenIn(view);
  paintFrames(brush, painted, seen, colors);
  paintWires(brush, painted, seen, view.zoom, colors);
  paintNodes(brush, painted, seen, view.zoom, colors);
  paintBox(brush, painted.box, view.zoom, colors);
}

interface Seen {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

function seenIn({ x, y, zoom, width, height }: View): Seen {
  return { left: -x / zoom, top: -y / zoom, right: (width - x) / zoom, bottom: (height - y) / zoom };
}

function placeOf({ scene, moved }: Painted, id: string): Point | undefined {
  return moved.get(id) ?? scene.places.get(id);
}

function isSeen(at: Point, thing: ThingView, seen: Seen): boolean {
  return at.x < seen.right && at.y < seen.bottom && at.x + thing.width > seen.left && at.y + thing.height > seen.top;
}

function paintFrames(brush: Brush, painted: Painted, seen: Seen, colors: Colors): void {
  brush.fillStyle = colors.sand;
  brush.globalAlpha = 0.5;
  for (const [id, thing] of painted.scene.things) {
    const at = thing.kind === "frame" ? placeOf(painted, id) : undefined;
    if (at !== undefined && isSeen(at, thing, seen)) {
      brush.beginPath();
      brush.roundRect(at.x, at.y, thing.width, thing.height, 12);
      brush.fill();
    }
  }
  brush.globalAlpha = 1;
}

/** Wires by hue: each hue is one stroke, however many wires it has. */
function paintWires(brush: Brush, painted: Painted, seen: Seen, zoom: number, colors: Colors): void {
  const byHue = new Map<Hue | "selected", [Point, Point][]>();
  for (const wire of painted.scene.wires.values()) {
    const from = pinPoint(painted, wire.from.node, wire.from.key, "out");
    const to = pinPoint(painted, wire.to.node, wire.to.key, "in");
    if (from === undefined || to === undefined || !isWireSeen(from, to, seen)) {
      continue;
    }
    const hue = painted.selectedWires.has(wire.id) ? "selected" : wire.hue;
    const list = byHue.get(hue);
    if (list === undefined) {
      byHue.set(hue, [[from, to]]);
    } else {
      list.push([from, to]);
    }
  }
  for (const [hue, wires] of byHue) {
    brush.strokeStyle = hue === "selected" ? colors.signal : colors[hue];
    brush.globalAlpha = hue === "exec" ? 0.55 : 0.8;
    brush.lineWidth = Math.max(hue === "exec" ? 2 : 1.5, 0.9 / zoom);
    brush.beginPath();
    for (const [from, to] of wires) {
      trace(brush, from, to, zoom < PLAIN);
    }
    brush.stroke();
  }
  brush.globalAlpha = 1;
}

function trace(brush: Brush, from: Point, to: Point, plain: boolean): void {
  brush.moveTo(from.x, from.y);
  if (plain) {
    brush.lineTo(to.x, to.y);
  } else {
    const { out, into } = curveOf(from, to);
    brush.bezierCurveTo(out.x, out.y, into.x, into.y, to.x, to.y);
  }
}

function isWireSeen(from: Point, to: Point, seen: Seen): boolean {
  return (
    Math.min(from.x, to.x) - 96 < seen.right &&
    Math.max(from.x, to.x) + 96 > seen.left &&
    Math.min(from.y, to.y) < seen.bottom &&
    Math.max(from.y, to.y) > seen.top
  );
}

const heights = new WeakMap<ThingView, ReadonlyMap<string, number>>();

function pinPoint(painted: Painted, id: string, key: string, side: "in" | "out"): Point | undefined {
  const thing = painted.scene.things.get(id);
  const at = placeOf(painted, id);
  if (thing === undefined || thing.kind === "frame" || at === undefined) {
    return undefined;
  }
  let known = heights.get(thing);
  if (known === undefined) {
    known = new Map(thing.pins.map((pin) => [`${pin.side}${pin.key}`, pin.y]));
    heights.set(thing, known);
  }
  return { x: side === "in" ? at.x : at.x + thing.width, y: at.y + (known.get(side + key) ?? thing.height / 2) };
}

function paintNodes(brush: Brush, painted: Painted, seen: Seen, zoom: number, colors: Colors): void {
  const titled = zoom >= TITLES;
  brush.font = `600 ${TITLE_PX}px system-ui, sans-serif`;
  brush.textBaseline = "middle";
  for (const [id, thing] of painted.scene.things) {
    const at = thing.kind === "frame" ? undefined : placeOf(painted, id);
    if (at === undefined || thing.kind === "frame" || !isSeen(at, thing, seen)) {
      continue;
    }
    const edge = edgeOf(painted, id, thing);
    const line = edge === "line" ? Math.max(1.5, 0.6 / zoom) : Math.max(4, 2 / zoom);
    const fill = thing.tint === "event" ? colors.event : thing.tint === "pure" ? colors.sand : colors.surface;
    paintBody(brush, { ...at, width: thing.width, height: thing.height }, fill, colors[edge], line, zoom < PLAIN);
    if (titled) {
      brush.fillStyle = colors.ink;
      brush.fillText(fitted(thing.title, thing.width), at.x + 10, at.y + thing.height / 2);
    }
  }
}

function edgeOf({ selected, cursor, lives }: Painted, id: string, thing: NodeView): "signal" | "fail" | "ok" | "line" {
  const state = lives.size === 0 ? undefined : lives.get(id)?.state;
  if (selected.has(id) || cursor === id || state === "running") {
    return "signal";
  }
  if (state === "failed" || thing.problem !== "") {
    return "fail";
  }
  return state === "done" ? "ok" : "line";
}

/** A box with an edge. Two filled boxes take a fraction of the time of one that is outlined. */
function paintBody(brush: Brush, box: Box, fill: string, edge: string, line: number, plain: boolean): void {
  const { x, y, width, height } = box;
  if (plain) {
    brush.fillStyle = edge;
    brush.fillRect(x - line / 2, y - line / 2, width + line, height + line);
    brush.fillStyle = fill;
    brush.fillRect(x + line / 2, y + line / 2, width - line, height - line);
    return;
  }
  brush.beginPath();
  brush.roundRect(x, y, width, height, RADIUS);
  brush.fillStyle = fill;
  brush.fill();
  brush.strokeStyle = edge;
  brush.lineWidth = line;
  brush.stroke();
}

function paintBox(brush: Brush, box: Box | undefined, zoom: number, colors: Colors): void {
  if (box !== undefined) {
    brush.globalAlpha = 0.09;
    brush.fillStyle = colors.signal;
    brush.fillRect(box.x, box.y, box.width, box.height);
    brush.globalAlpha = 1;
    brush.strokeStyle = colors.signal;
    brush.lineWidth = 1 / zoom;
    brush.strokeRect(box.x, box.y, box.width, box.height);
  }
}

const LETTER = 12.5;

/** About as much of a title as the box is wide. */
function fitted(title: string, width: number): string {
  const most = Math.max(1, Math.floor((width - 20) / LETTER));
  return title.length <= most ? title : `${title.slice(0, most - 1)}…`;
}
