/**
 * The open layer of a board as a picture that stands by itself: one SVG with its own colours, for
 * documents and chats. Values of secret pins are not on the ground, so they are not in it.
 */
import { boundsOf, type Box, CARD, cutText, grown, type Point, textWidth, wirePath } from "~/core";

import type { Colors } from "../look/colors";
import type { FrameView, NodeView, PinView, ThingView } from "../view/model";
import type { SceneView } from "../view/scene";
import { pointOf } from "../ground/wiring";

const MARGIN = 32;
const LINE = 18;
const FONT = "ui-sans-serif, system-ui, sans-serif";
const TEXT = { size: 12 } as const;

export interface Picture {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

/** Draws everything of the open layer; undefined if there is nothing. */
export function pictureOf(scene: SceneView, colors: Colors): Picture | undefined {
  const placed = [...scene.things.values()].flatMap((thing) => {
    const at = scene.places.get(thing.id);
    return at === undefined ? [] : [{ thing, box: { ...at, width: thing.width, height: thing.height } }];
  });
  const around = boundsOf(placed.map(({ box }) => box));
  if (around === undefined) {
    return undefined;
  }
  const { x, y, width, height } = grown(around, MARGIN);
  const drawn = (isFrame: boolean) =>
    placed.filter(({ thing }) => (thing.kind === "frame") === isFrame).map(({ thing, box }) => thingOf(thing, box, colors));
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${x} ${y} ${width} ${height}" width="${width}" height="${height}" font-family="${FONT}" font-size="12">`,
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${colors.paper}"/>`,
    ...drawn(true),
    ...wiresOf(scene, colors),
    ...drawn(false),
    "</svg>",
  ];
  return { svg: parts.join("\n"), width, height };
}

function wiresOf(scene: SceneView, colors: Colors): string[] {
  return [...scene.wires.values()].flatMap((wire) => {
    const [from, to] = [pointOf(scene, wire.from), pointOf(scene, wire.to)];
    if (from === undefined || to === undefined) {
      return [];
    }
    const wide = wire.kind === "exec" ? 2 : 1.5;
    return [`<path d="${wirePath(from, to)}" fill="none" stroke="${colors[wire.hue]}" stroke-width="${wide}"/>`];
  });
}

function thingOf(thing: ThingView, box: Box, colors: Colors): string {
  return thing.kind === "frame" ? frameOf(thing, box, colors) : nodeOf(thing, box, colors);
}

function frameOf({ content, medium }: FrameView, { x, y, width, height }: Box, colors: Colors): string {
  const most = Math.max(1, Math.floor((height - 12) / LINE));
  const lines = medium === "Text" ? content.split("\n").slice(0, most) : [];
  const words = lines.map((line, index) => textOf({ x: x + 12, y: y + 20 + index * LINE }, cutText(line, width - 24, TEXT), colors.ink));
  return `<g><rect x="${x}" y="${y}" width="${width}" height="${height}" rx="8" fill="${colors.sand}" fill-opacity="0.4" stroke="${colors.line}"/>${words.join("")}</g>`;
}

function nodeOf(view: NodeView, box: Box, colors: Colors): string {
  const { x, y, width, height } = box;
  const tint = view.tint === "event" ? colors.event : view.tint === "pure" ? colors.sand : colors.surface;
  const title = cutText(view.title, width - 2 * CARD.side, { size: 12, bold: true });
  const head = `<path d="M${x} ${y + CARD.header}v${8 - CARD.header}a8 8 0 0 1 8 -8h${width - 16}a8 8 0 0 1 8 8v${CARD.header - 8}z" fill="${tint}"/>`;
  const parts = [
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="8" fill="${colors.surface}"/>`,
    view.kind === "bend" ? "" : head,
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="8" fill="none" stroke="${colors.line}"/>`,
    view.kind === "bend" ? "" : textOf({ x: x + CARD.side, y: y + 16 }, title, colors.ink, 'font-weight="600"'),
    ...view.pins.map((pin) => pinOf(pin, box, colors)),
  ];
  return `<g${view.off ? ' opacity="0.5"' : ""}>${parts.join("")}</g>`;
}

function pinOf(pin: PinView, box: Box, colors: Colors): string {
  const at = { x: pin.side === "in" ? box.x : box.x + box.width, y: box.y + pin.y };
  const color = colors[pin.hue];
  const fill = pin.wired ? color : colors.surface;
  const shape =
    pin.shape === "exec"
      ? `<path d="M${at.x - 5} ${at.y}l5 -5 5 5 -5 5z" fill="${fill}" stroke="${color}"/>`
      : `<circle cx="${at.x}" cy="${at.y}" r="4" fill="${fill}" stroke="${color}" stroke-width="1.5"/>`;
  const side = pin.side === "in" ? { x: at.x + CARD.side, anchor: "start" } : { x: at.x - CARD.side, anchor: "end" };
  const label = cutText(pin.label, CARD.labelMost, TEXT);
  const words = label === "" ? "" : textOf({ x: side.x, y: at.y + 4 }, label, colors.ink, `text-anchor="${side.anchor}" opacity="0.75"`);
  return shape + words + literalOf(pin, { x: box.x, y: at.y }, label, colors);
}

function literalOf({ literal }: PinView, at: Point, label: string, colors: Colors): string {
  if (literal === undefined || literal.kind === "secret") {
    return "";
  }
  const x = at.x + CARD.side + (label === "" ? 0 : textWidth(label, TEXT) + CARD.gap);
  const text = cutText(literal.text, literal.width - CARD.wellPad, TEXT);
  const well = `<rect x="${x}" y="${at.y - 9}" width="${literal.width}" height="18" rx="4" fill="${colors.paper}" stroke="${colors.line}"/>`;
  return well + textOf({ x: x + CARD.wellPad / 2, y: at.y + 4 }, text, colors.ink);
}

function textOf({ x, y }: Point, text: string, color: string, more = ""): string {
  return `<text x="${x}" y="${y}" fill="${color}" ${more}>${escaped(text)}</text>`;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Text as XML holds it; what XML cannot hold at all is left out. */
function escaped(text: string): string {
  // Control signs are what it is about.
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/gu, "").replaceAll(/[&<>"]/gu, (sign) => ENTITIES[sign] ?? "");
}
