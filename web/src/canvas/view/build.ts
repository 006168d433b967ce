/** Views of what stands on the ground, made from the board. Pure; `view/scene.ts` keeps them. */
import {
  type Board,
  type Comment,
  isPure,
  type Json,
  kindOf,
  type Layer,
  literalOf,
  type Node,
  type NodeDefinition,
  type PinDefinition,
  type PinTable,
  type Place,
  type Sides,
  titleOfNode,
  valueTypeOf,
} from "~/core";
import { CARD, type CardPin, COMMENT_SIZE, layOut, pinLabel, shownInputs } from "~/core";

import { literalKind, wellText } from "../literals/values";
import { iconOf } from "../look/icons";
import { glyphOf, HUES, shapeOf, wordsFor } from "../look/types";
import type { Badge, Choice, FrameView, LiteralKind, LiteralView, NodeView, PinView } from "./model";

/** What a view depends on beside the entity itself. */
export interface Around {
  readonly definition: NodeDefinition | undefined;
  readonly sides: Sides;
  /** Keys of the pins that a wire ends at or leaves from. */
  readonly wiredIn: ReadonlySet<string>;
  readonly wiredOut: ReadonlySet<string>;
  readonly unfolded: boolean;
  readonly problem: string;
  readonly variables: readonly Choice[];
  readonly functions: readonly Choice[];
  /** The pin as it is with its generic type found out. */
  readonly resolved: (side: "in" | "out", key: string, pin: PinDefinition) => PinDefinition;
}

const VARIABLE_PIN = "var_ref";
const FUNCTION_PIN = "fn_ref";
const VARIABLE_KINDS: ReadonlySet<string> = new Set(["variable_get", "variable_set", "variable_update"]);
const LONGEST_TITLE = 80;

/** A pin before it has a place. */
interface Half {
  readonly key: string;
  readonly pin: PinDefinition;
  readonly wired: boolean;
  readonly label: string;
  readonly literal: Omit<LiteralView, "width"> | undefined;
  readonly missing: boolean;
}

export function viewOfNode(id: string, node: Node, around: Around): NodeView {
  const { definition } = around;
  if (definition !== undefined && kindOf(definition) === "reroute") {
    return viewOfBend(id, node, around);
  }
  const inputs = inputHalves(node, around);
  const { shown, folded } = fold(node, inputs, around);
  const outputs = plainHalves(around.sides.outputs, "out", around);
  const badges = badgesOf(node, definition);
  const title = titleOfNode(node, definition);
  return {
    id,
    kind: definition === undefined ? "unknown" : "node",
    title,
    icon: definition === undefined ? "warn" : iconOf(definition),
    tint: tintOf(definition),
    badges,
    ...placed({ title, badges: badges.length, inputs: shown, outputs, more: folded > 0 }),
    folded,
    unfolded: around.unfolded,
    note: node.comment ?? "",
    off: node.settings?.disabled === true,
    problem: around.problem,
    label: said(title, inputs, around.problem),
    type: node.type,
  };
}

export function viewOfLayer(id: string, layer: Layer, around: Around): NodeView {
  const inputs = plainHalves(around.sides.inputs, "in", around);
  const outputs = plainHalves(around.sides.outputs, "out", around);
  return {
    ...BARE,
    id,
    kind: "layer",
    title: layer.name,
    icon: "layers",
    ...placed({ title: layer.name, badges: 0, inputs, outputs, more: false }),
    note: layer.comment ?? "",
    problem: around.problem,
    label: `Layer ${said(layer.name, inputs, around.problem)}`,
  };
}

/** One of the two ends inside a layer. */
export function viewOfEnd(id: string, which: "entry" | "exit", around: Around): NodeView {
  const inputs = plainHalves(around.sides.inputs, "in", around);
  const outputs = plainHalves(around.sides.outputs, "out", around);
  const title = which === "entry" ? "In" : "Out";
  return {
    ...BARE,
    id,
    kind: which,
    title,
    icon: which === "entry" ? "right" : "return",
    ...placed({ title, badges: 0, inputs, outputs, more: false }),
    label: which === "entry" ? "What enters this layer" : "What leaves this layer",
  };
}

function viewOfBend(id: string, node: Node, around: Around): NodeView {
  const y = CARD.bend.height / 2;
  const first = (side: "in" | "out", pins: PinTable) =>
    plainHalves(pins, side, around)
      .slice(0, 1)
      .map((half) => pinView({ ...half, label: "" }, side, y, 0));
  return {
    ...BARE,
    id,
    kind: "bend",
    title: node.name ?? "",
    icon: "flow",
    pins: [...first("in", around.sides.inputs), ...first("out", around.sides.outputs)],
    ...CARD.bend,
    note: node.comment ?? "",
    off: node.settings?.disabled === true,
    problem: around.problem,
    label: "Bend in a wire",
    type: node.type,
  };
}

export function viewOfFrame(id: string, comment: Comment, place: Place | undefined): FrameView {
  const content = comment.content ?? "";
  return {
    id,
    kind: "frame",
    content,
    medium: comment.kind ?? "Text",
    color: comment.color ?? "",
    locked: comment.locked === true,
    width: place?.width ?? COMMENT_SIZE.width,
    height: place?.height ?? COMMENT_SIZE.height,
    label: `Comment: ${content.slice(0, LONGEST_TITLE)}`,
  };
}

const BARE = {
  tint: "",
  badges: [] as readonly Badge[],
  folded: 0,
  unfolded: false,
  foldY: 0,
  note: "",
  off: false,
  problem: "",
  type: "",
} as const;

/** Variables of a board as choices. */
export function variableChoices(board: Board): Choice[] {
  return Object.entries(board.variables)
    .map(([value, variable]) => ({ value, label: variable.name }))
    .sort(byLabel);
}

/** Start nodes of a board as choices. */
export function functionChoices(board: Board, definitionOf: (node: Node) => NodeDefinition | undefined): Choice[] {
  const found: Choice[] = [];
  for (const [value, node] of Object.entries(board.nodes)) {
    const definition = definitionOf(node);
    if (definition !== undefined && kindOf(definition) === "start") {
      found.push({ value, label: titleOfNode(node, definition) });
    }
  }
  return found.sort(byLabel);
}

function byLabel(one: Choice, two: Choice): number {
  return one.label.localeCompare(two.label);
}

function inputHalves(node: Node, around: Around): Half[] {
  const { definition, sides, wiredIn } = around;
  const halves: Half[] = [];
  for (const [key, bare] of sides.inputs) {
    const pin = around.resolved("in", key, bare);
    const wired = wiredIn.has(key);
    const exec = pin.type === "Execution";
    const literal = exec || wired ? undefined : literalView(node, key, pin, definition, around);
    const spare = pin.variadic === true && key.includes("#");
    halves.push({
      key,
      pin,
      wired,
      label: pinLabel(key, bare).slice(0, LONGEST_TITLE),
      literal,
      missing: !exec && !wired && literal?.value === undefined && pin.optional !== true && !spare,
    });
  }
  return halves;
}

function literalView(
  node: Node,
  key: string,
  pin: PinDefinition,
  definition: NodeDefinition | undefined,
  around: Around,
): Omit<LiteralView, "width"> {
  const own = literalOf(node, key);
  const value = own ?? pin.default;
  const isDefault = own === undefined;
  const kind = definition === undefined ? undefined : kindOf(definition);
  if (key === VARIABLE_PIN && kind !== undefined && VARIABLE_KINDS.has(kind)) {
    return reference("variable", value, isDefault, around.variables);
  }
  if (key === FUNCTION_PIN && kind === "call_reference") {
    return reference("function", value, isDefault, around.functions);
  }
  const how = literalKind(pin, value);
  const choices = how === "choice" ? (pin.choices ?? []).map((one) => ({ value: one, label: one })) : undefined;
  return { kind: how, text: wellText(how, value), value, isDefault, ...(choices === undefined ? {} : { choices }) };
}

function reference(
  kind: "variable" | "function",
  value: Json | undefined,
  isDefault: boolean,
  choices: readonly Choice[],
): Omit<LiteralView, "width"> {
  const chosen = choices.find((choice) => choice.value === value);
  const text = chosen?.label ?? (typeof value === "string" ? value : "");
  return { kind, text: text.slice(0, 24), value, isDefault, choices };
}

function plainHalves(pins: PinTable, side: "in" | "out", around: Around): Half[] {
  const wired = side === "in" ? around.wiredIn : around.wiredOut;
  return [...pins].map(([key, bare]) => ({
    key,
    pin: around.resolved(side, key, bare),
    wired: wired.has(key),
    label: pinLabel(key, bare).slice(0, LONGEST_TITLE),
    literal: undefined,
    missing: false,
  }));
}

function fold(
  node: Node,
  inputs: readonly Half[],
  around: Around,
): { readonly shown: readonly Half[]; readonly folded: number } {
  const wired = { input: (key: string) => around.wiredIn.has(key), output: (key: string) => around.wiredOut.has(key) };
  const keys = new Set(shownInputs(node, around.sides.inputs, wired));
  const folded = inputs.length - keys.size;
  return { shown: around.unfolded || folded === 0 ? inputs : inputs.filter((half) => keys.has(half.key)), folded };
}

interface Content {
  readonly title: string;
  readonly badges: number;
  readonly inputs: readonly Half[];
  readonly outputs: readonly Half[];
  readonly more: boolean;
}

type PlacedParts = Pick<NodeView, "pins" | "width" | "height" | "foldY">;

function placed({ title, badges, inputs, outputs, more }: Content): PlacedParts {
  const card = layOut({
    title: title.slice(0, LONGEST_TITLE),
    badges,
    inputs: inputs.map(cardPin),
    outputs: outputs.map(cardPin),
    more,
  });
  const pins = [...inputs, ...outputs].map((half, index) => {
    const spot = card.pins[index];
    return pinView(half, index < inputs.length ? "in" : "out", spot?.y ?? 0, spot?.well ?? 0);
  });
  return { pins, width: card.width, height: card.height, foldY: card.moreY };
}

const CODE: ReadonlySet<LiteralKind> = new Set(["json", "lines"]);
/** Room for the little switch, in letters. */
const SWITCH = "0000";

function cardPin({ key, label, literal }: Half): CardPin {
  if (literal === undefined) {
    return { key, label };
  }
  const well = literal.kind === "boolean" ? literal.text + SWITCH : literal.text;
  return { key, label, well, mono: CODE.has(literal.kind) };
}

function pinView(half: Half, side: "in" | "out", y: number, well: number): PinView {
  const { key, pin, wired, label, literal, missing } = half;
  const hue = key === FUNCTION_PIN ? "fn" : HUES[pin.type];
  return {
    key,
    side,
    label,
    hue,
    shape: shapeOf(pin.type, valueTypeOf(pin)),
    type: wordsFor(pin.type, valueTypeOf(pin)),
    glyph: glyphOf(hue),
    wired,
    missing,
    y,
    definition: pin,
    ...(literal === undefined ? {} : { literal: { ...literal, width: well } }),
  };
}

function tintOf(definition: NodeDefinition | undefined): NodeView["tint"] {
  if (definition === undefined) {
    return "";
  }
  const kind = kindOf(definition);
  if (kind === "start") {
    return "event";
  }
  if (kind === "call_reference") {
    return "callback";
  }
  return isPure(definition) ? "pure" : "";
}

function badgesOf(node: Node, definition: NodeDefinition | undefined): readonly Badge[] {
  const { settings } = node;
  const found: Badge[] = [];
  const add = (badge: Badge, when: boolean) => {
    if (when) {
      found.push(badge);
    }
  };
  add("sandbox", (node.package ?? "") !== "");
  add("local", definition?.only_local === true);
  add("long", definition?.long_running === true);
  add("retry", (settings?.retry?.attempts ?? 1) > 1);
  add("pinned", Object.keys(settings?.pinned ?? {}).length > 0);
  add("off", settings?.disabled === true);
  return found;
}

function said(title: string, inputs: readonly Half[], problem: string): string {
  const wired = inputs.filter((half) => half.wired).length;
  const missing = inputs.filter((half) => half.missing).length;
  const parts = [title, inputs.length === 0 ? "no inputs" : `${wired} of ${inputs.length} inputs wired`];
  if (missing > 0) {
    parts.push(`${missing} missing`);
  }
  if (problem !== "") {
    parts.push(`error: ${problem}`);
  }
  return parts.join(", ");
}
