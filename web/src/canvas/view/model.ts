/**
 * What one thing on the ground looks like: plain values made from the board by `view/build.ts`.
 * A view that did not change stays the same object, so that what draws it need not draw again.
 */
import type { Json, PinDefinition } from "~/core";
import type { IconName } from "~/ui/icon";

export type Hue =
  | "exec"
  | "string"
  | "int"
  | "float"
  | "bool"
  | "date"
  | "path"
  | "struct"
  | "byte"
  | "generic"
  | "fn";

export type PinShape = "exec" | "one" | "array" | "set" | "map";

export type LiteralKind =
  | "text"
  | "lines"
  | "integer"
  | "float"
  | "boolean"
  | "choice"
  | "date"
  | "json"
  /** Where any type goes, and one line says it: words are a text, all else is JSON. */
  | "any"
  | "variable"
  | "function"
  | "secret";

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** A literal on an unwired input, as it is shown and edited in place. */
export interface LiteralView {
  readonly kind: LiteralKind;
  /** What stands in the well: a few characters, however long the value is. */
  readonly text: string;
  /** The value, undefined if neither the node nor its type has one. */
  readonly value: Json | undefined;
  /** Whether the value is the type's and not the node's own. */
  readonly isDefault: boolean;
  readonly choices?: readonly Choice[];
  /** Width of the well in pixels, as geometry counted it. */
  readonly width: number;
}

export interface PinView {
  /** `name` or `name#2`. */
  readonly key: string;
  readonly side: "in" | "out";
  readonly label: string;
  readonly hue: Hue;
  readonly shape: PinShape;
  /** The type in words, such as `String list`. */
  readonly type: string;
  readonly glyph: string;
  readonly wired: boolean;
  /** Required, and neither wired nor given a value. */
  readonly missing: boolean;
  /** Middle of its row, from the top of the node. */
  readonly y: number;
  readonly literal?: LiteralView;
  /** The pin as its type says, with its generic type found out. */
  readonly definition: PinDefinition;
}

export type Badge = "local" | "sandbox" | "long" | "pinned" | "note" | "off" | "retry";

export type ThingKind = "node" | "layer" | "entry" | "exit" | "bend" | "unknown";

export interface NodeView {
  readonly id: string;
  readonly kind: ThingKind;
  readonly title: string;
  readonly icon: IconName;
  readonly tint: "event" | "pure" | "callback" | "";
  readonly badges: readonly Badge[];
  readonly pins: readonly PinView[];
  /** Optional pins that are, or could be, folded away; 0 shows no "+n". */
  readonly folded: number;
  readonly unfolded: boolean;
  readonly width: number;
  readonly height: number;
  /** Middle of the row of "+n". */
  readonly foldY: number;
  readonly note: string;
  readonly off: boolean;
  /** The worst problem there is, in a sentence. */
  readonly problem: string;
  /** Said by screen readers: "Branch, 2 of 14 inputs wired". */
  readonly label: string;
  /** `name@version`; empty for what is no node. */
  readonly type: string;
}

export interface FrameView {
  readonly id: string;
  readonly kind: "frame";
  readonly content: string;
  readonly medium: "Text" | "Image" | "Video";
  readonly color: string;
  readonly locked: boolean;
  readonly width: number;
  readonly height: number;
  readonly label: string;
}

export type ThingView = NodeView | FrameView;

/** A wire as it is seen in the layer that is open. */
export interface WireView {
  /** `source>target`, both as `entity.pin` of the document. */
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly from: PinPlace;
  readonly to: PinPlace;
  readonly kind: "exec" | "data" | "fn";
  readonly hue: Hue;
  /** Why the two pins do not fit; empty if they do. */
  readonly bad: string;
}

/** Where a pin is: the thing on the ground, the side, the key. */
export interface PinPlace {
  readonly node: string;
  readonly side: "in" | "out";
  readonly key: string;
}
