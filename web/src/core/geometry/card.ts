/**
 * Size of a node's card and where its pins are, computed from what stands on it and never measured.
 * Whoever draws a card follows these numbers: header, rows and wells have fixed heights.
 */
import type { NodeDefinition, PinDefinition, Types } from "../definition";
import { isExecution, labelOf } from "../definition";
import type { Board, Layer, Node } from "../document";
import { titleOfNode } from "../document";
import type { Json } from "../json";
import { stringify } from "../json";
import type { PinTable, Sides } from "../pins";
import { definitionOf, sidesOf, sidesOfLayer } from "../pins";
import type { Font } from "./text-width";
import { cutText, textWidth } from "./text-width";

/** Measures of a card, in pixels. */
export const CARD = {
  header: 24,
  row: 24,
  /** Above the first and below the last row. */
  pad: 6,
  /** From the edge to a label. */
  side: 14,
  /** Between what belongs to an input and what belongs to an output. */
  between: 16,
  /** Between a label and its well. */
  gap: 6,
  wellPad: 12,
  wellMin: 28,
  wellMost: 128,
  labelMost: 176,
  icon: 14,
  headerPad: 8,
  badge: 16,
  least: 112,
  most: 360,
  step: 8,
  /** Bends are small: a wire with a handle. */
  bend: { width: 32, height: 24 },
} as const;

const LABEL: Font = { size: 12 };
const WELL: Font = { size: 12 };
const CODE: Font = { size: 12, mono: true };
const TITLE: Font = { size: 12, bold: true };

/** What a card shows of a pin. */
export interface CardPin {
  readonly key: string;
  /** Empty shows none. */
  readonly label: string;
  /** The literal's text, if a well with one is shown. */
  readonly well?: string;
  readonly mono?: boolean;
}

/** What a card shows. */
export interface CardContent {
  readonly title: string;
  readonly badges: number;
  readonly inputs: readonly CardPin[];
  readonly outputs: readonly CardPin[];
  /** Whether a row "+n" follows the pins. */
  readonly more?: boolean;
  /** A note shown below the header, one line. */
  readonly note?: boolean;
}

/** Where a pin is on its card, from the card's upper left corner. */
export interface PinSpot {
  readonly key: string;
  readonly side: "in" | "out";
  readonly x: number;
  readonly y: number;
  /** Width of its well, 0 without one. */
  readonly well: number;
}

export interface Card {
  readonly width: number;
  readonly height: number;
  readonly pins: readonly PinSpot[];
  /** Middle of the row "+n", 0 without one. */
  readonly moreY: number;
}

/** Lays out a card. */
export function layOut(content: CardContent): Card {
  const rows = Math.max(content.inputs.length, content.outputs.length);
  const top = CARD.header + (content.note === true ? CARD.row : 0) + CARD.pad;
  const inputs = content.inputs.map((pin) => partWidth(pin));
  const outputs = content.outputs.map((pin) => partWidth(pin));
  let width = headerWidth(content);
  for (let row = 0; row < rows; row += 1) {
    const [left, right] = [inputs[row]?.all ?? 0, outputs[row]?.all ?? 0];
    width = Math.max(width, left + right + 2 * CARD.side + (left > 0 && right > 0 ? CARD.between : 0));
  }
  width = Math.ceil(Math.min(CARD.most, Math.max(CARD.least, width)) / CARD.step) * CARD.step;
  const yOf = (row: number) => top + row * CARD.row + CARD.row / 2;
  return {
    width,
    height: top + (rows + (content.more === true ? 1 : 0)) * CARD.row + CARD.pad,
    pins: [
      ...content.inputs.map((pin, row): PinSpot => {
        return { key: pin.key, side: "in", x: 0, y: yOf(row), well: inputs[row]?.well ?? 0 };
      }),
      ...content.outputs.map((pin, row): PinSpot => {
        return { key: pin.key, side: "out", x: width, y: yOf(row), well: 0 };
      }),
    ],
    moreY: content.more === true ? yOf(rows) : 0,
  };
}

function headerWidth(content: CardContent): number {
  const badges = content.badges * CARD.badge;
  return 2 * CARD.headerPad + CARD.icon + CARD.gap + textWidth(content.title, TITLE) + badges;
}

function partWidth(pin: CardPin): { readonly all: number; readonly well: number } {
  const label = pin.label === "" ? 0 : Math.min(CARD.labelMost, textWidth(pin.label, LABEL));
  if (pin.well === undefined) {
    return { all: label, well: 0 };
  }
  const text = textWidth(pin.well, pin.mono === true ? CODE : WELL);
  const well = Math.max(CARD.wellMin, Math.min(CARD.wellMost, text + CARD.wellPad));
  return { all: label + (label > 0 ? CARD.gap : 0) + well, well };
}

/** What stands in the well of a literal: one short line, however long the value is. */
export function wellText(value: Json | undefined): string {
  if (value === undefined || value === null) {
    return value === null ? "null" : "";
  }
  const text = typeof value === "string" ? value.slice(0, 200) : shortJson(value);
  return cutText(text.replaceAll(/\s+/g, " "), CARD.wellMost - CARD.wellPad, WELL);
}

function shortJson(value: Json): string {
  if (Array.isArray(value) && value.length > 20) {
    return `${stringify(value.slice(0, 20)).slice(0, 200)}…`;
  }
  return stringify(value).slice(0, 200);
}

/** Types whose literals are edited in place, and so have a well. */
const IN_PLACE = new Set(["String", "Integer", "Float", "Boolean", "Date", "PathBuf", "Struct", "Byte", "Generic"]);

/** Whether an unwired input shows a well for its literal. */
export function hasWell(pin: PinDefinition): boolean {
  return IN_PLACE.has(pin.type);
}

/** What is known of a node's wires when its card is laid out. */
export interface Wired {
  /** Whether a wire leads to an input. */
  readonly input: (key: string) => boolean;
  /** Whether a wire leaves an output. */
  readonly output: (key: string) => boolean;
}

const FOLD_FROM = 3;

/**
 * The inputs of a card that is not unfolded: optional ones that nobody uses are left out, if there
 * are several of them.
 */
export function shownInputs(node: Node, inputs: PinTable, wired: Wired): string[] {
  const keys = [...inputs.keys()];
  const used = keys.filter((key) => {
    const pin = inputs.get(key) as PinDefinition;
    return pin.optional !== true || wired.input(key) || node.in?.[key]?.value !== undefined;
  });
  return keys.length - used.length >= FOLD_FROM ? used : keys;
}

export interface CardOptions {
  readonly wired: Wired;
  /** Shows the pins that would be folded. */
  readonly unfolded?: boolean;
  readonly badges?: number;
}

/** The content of a node's card, as `layOut` takes it. */
export function contentOf(node: Node, definition: NodeDefinition | undefined, options: CardOptions): CardContent {
  const sides = sidesOf(node, definition);
  const shown = shownInputs(node, sides.inputs, options.wired);
  const folded = sides.inputs.size - shown.length;
  const keys = options.unfolded === true ? [...sides.inputs.keys()] : shown;
  return {
    title: titleOfNode(node, definition),
    badges: options.badges ?? 0,
    inputs: keys.map((key) => inputOf(node, key, sides.inputs.get(key) as PinDefinition, options.wired)),
    outputs: [...sides.outputs].map(([key, pin]) => ({ key, label: pinLabel(key, pin) })),
    more: folded > 0,
    note: (node.comment ?? "") !== "",
  };
}

function inputOf(node: Node, key: string, pin: PinDefinition, wired: Wired): CardPin {
  const label = pinLabel(key, pin);
  if (isExecution(pin) || wired.input(key) || !hasWell(pin)) {
    return { key, label };
  }
  const value = node.in?.[key]?.value ?? pin.default;
  const shown = pin.sensitive === true && value !== undefined && value !== "" ? "••••••" : wellText(value);
  return { key, label, well: shown };
}

/** What a card writes beside a pin. Lone execution pins need no name. */
export function pinLabel(key: string, pin: PinDefinition): string {
  if (isExecution(pin) && /^(?:exec_in|exec_out)$/.test(key)) {
    return "";
  }
  const mark = key.lastIndexOf("#");
  return mark > 0 ? `${labelOf(pin)} ${key.slice(mark + 1)}` : labelOf(pin);
}

/** The content of a layer's card. */
export function contentOfLayer(layer: Layer): CardContent {
  return contentOfSides(layer.name, sidesOfLayer(layer));
}

/** The content of a card that has nothing but a title and pins, such as an end of a layer. */
export function contentOfSides(title: string, sides: Sides): CardContent {
  const part = ([key, pin]: readonly [string, PinDefinition]): CardPin => ({ key, label: pinLabel(key, pin) });
  return { title, badges: 0, inputs: [...sides.inputs].map(part), outputs: [...sides.outputs].map(part) };
}

/** Size of a comment that says none. */
export const COMMENT_SIZE = { width: 240, height: 128 } as const;

/** Lays out the card of a node or layer of a board. */
export function cardOf(board: Board, types: Types, id: string, options: CardOptions): Card | undefined {
  const node = board.nodes[id];
  if (node !== undefined) {
    const definition = definitionOf(node, board, types);
    if (definition?.kind === "reroute") {
      return bendCard();
    }
    return layOut(contentOf(node, definition, options));
  }
  const layer = board.layers[id];
  return layer === undefined ? undefined : layOut(contentOfLayer(layer));
}

function bendCard(): Card {
  const { width, height } = CARD.bend;
  const y = height / 2;
  return {
    width,
    height,
    pins: [
      { key: "route_in", side: "in", x: 0, y, well: 0 },
      { key: "route_out", side: "out", x: width, y, well: 0 },
    ],
    moreY: 0,
  };
}
