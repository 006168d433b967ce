/** What the ground asks of the editor. The ground itself changes no board. */
import type { Point } from "~/core";

import type { Fit } from "../state/stage";
import type { PinPlace } from "../view/model";

/** A place on the screen and on the ground. */
export interface Spot {
  readonly client: Point;
  readonly ground: Point;
}

export type MenuTarget =
  | { readonly kind: "ground" }
  | { readonly kind: "thing"; readonly id: string }
  | { readonly kind: "pin"; readonly place: PinPlace }
  | { readonly kind: "wire"; readonly id: string };

/** Whether a wire may join two pins, in words. */
export interface Joining {
  readonly fit: Fit;
  /** "String → Integer: no conversion". */
  readonly words: string;
}

export interface GroundHooks {
  joining(from: PinPlace, to: PinPlace): Joining;
  /** How a pin relates to the wire that starts at `from`; for dimming. */
  fitting(from: PinPlace): (place: PinPlace) => Fit;
  /** Draws a wire, or offers a conversion at the spot, or says why not. */
  connect(from: PinPlace, to: PinPlace, spot: Spot, taken?: Taken): void;
  /** A wire was let go over nothing, or over a thing of which no pin fits. */
  dropWire(from: PinPlace, spot: Spot, taken?: Taken, thing?: string): void;
  /** Whether a thing would get a new pin for a wire that is let go over it. */
  grows(from: PinPlace, thing: string): boolean;
  /** The wire that leads to an input, if exactly one does and it can be taken off there. */
  takeOff(place: PinPlace): (Taken & { readonly from: PinPlace }) | undefined;
  cutPin(place: PinPlace): void;
  /** Things were dragged to new places. */
  move(places: ReadonlyMap<string, Point>, splice: string): void;
  /** The wire that a dragged thing would be put into. */
  spliceAt(id: string, at: Point): string;
  /** What lies in a frame and moves with it. */
  membersOf(frame: string): readonly string[];
  /** Double click, or Enter on a thing. */
  open(id: string, spot: Spot): void;
  edit(place: PinPlace): void;
  unfold(id: string): void;
  menu(target: MenuTarget, spot: Spot): void;
  palette(spot: Spot): void;
  insertIn(wire: string, spot: Spot): void;
  bend(wire: string, at: Point): void;
  /** Something from outside was dropped: a variable, a file, a node type. */
  drop(data: DataTransfer, spot: Spot, alt: boolean): void;
}

export interface Taken {
  readonly source: string;
  readonly target: string;
}
