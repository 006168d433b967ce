/** What the stage says about one node, made so that an unchanged node does not draw again. */
import { useCallback } from "react";
import { useShallow } from "zustand/react/shallow";

import { useStage } from "../state/context";
import type { Editing, Fit, Stage, Wiring } from "../state/stage";
import type { NodeView } from "../view/model";

export interface Marks {
  readonly cursor: boolean;
  /** The pin the keyboard stands on, `side:key`. */
  readonly pin: string;
  readonly flash: boolean;
  /** The pin a wire is being drawn from, if it is one of this node. */
  readonly armed: string;
  /** One letter a pin while a wire is drawn, empty otherwise. */
  readonly fits: string;
  readonly editing: Editing | null;
}

const LETTERS: Readonly<Record<Fit, string>> = { fits: "f", converts: "c", unfit: "u", same: "s" };
const FITS: Readonly<Record<string, Fit>> = { f: "fits", c: "converts", u: "unfit", s: "same" };

const asked = new WeakMap<Wiring, Map<NodeView, string>>();

function fitsOf(wiring: Wiring | null, view: NodeView): string {
  if (wiring === null) {
    return "";
  }
  let known = asked.get(wiring);
  if (known === undefined) {
    known = new Map();
    asked.set(wiring, known);
  }
  let letters = known.get(view);
  if (letters === undefined) {
    letters = view.pins.map((pin) => LETTERS[wiring.fit({ node: view.id, side: pin.side, key: pin.key })]).join("");
    known.set(view, letters);
  }
  return letters;
}

/** How the n-th pin of a node relates to the wire that is being drawn; undefined if none is. */
export function fitAt(marks: Marks, index: number): Fit | undefined {
  return FITS[marks.fits.charAt(index)];
}

export function marksOf(stage: Stage, view: NodeView): Marks {
  const { cursorPin, wiring, editing } = stage;
  return {
    cursor: stage.cursor === view.id,
    pin: cursorPin?.node === view.id ? `${cursorPin.side}:${cursorPin.key}` : "",
    flash: stage.flash === view.id,
    armed: wiring?.from.node === view.id ? `${wiring.from.side}:${wiring.from.key}` : "",
    fits: fitsOf(wiring, view),
    editing: editing?.node === view.id ? editing : null,
  };
}

export function useMarks(view: NodeView): Marks {
  return useStage(useShallow(useCallback((stage: Stage) => marksOf(stage, view), [view])));
}
