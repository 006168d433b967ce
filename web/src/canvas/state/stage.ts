/**
 * What the person is doing on the ground right now: what is selected, where the keyboard stands,
 * which wire is being drawn, what is being typed. Nothing here is part of the board.
 */
import { createStore, type StoreApi } from "zustand/vanilla";

import type { PinPlace } from "../view/model";

/** How a pin relates to the wire that is being drawn. */
export type Fit = "fits" | "converts" | "unfit" | "same";

/** A wire that is being drawn, by dragging or by two clicks. */
export interface Wiring {
  readonly from: PinPlace;
  /** Armed by a click or a key: the next click on a pin connects. */
  readonly armed: boolean;
  /** How a pin relates to it; asked by the nodes that are visible. */
  readonly fit: (place: PinPlace) => Fit;
  /** The wire that was taken off its end, if one was. */
  readonly taken?: { readonly source: string; readonly target: string };
}

export type Editing =
  | { readonly kind: "literal"; readonly node: string; readonly key: string; readonly start?: string }
  | { readonly kind: "title"; readonly node: string }
  | { readonly kind: "frame"; readonly node: string };

export interface Stage {
  /** Layer that is open; empty is the board itself. */
  readonly layer: string;
  readonly selected: ReadonlySet<string>;
  readonly selectedWires: ReadonlySet<string>;
  /** Where the keyboard stands. */
  readonly cursor: string;
  readonly cursorPin: PinPlace | null;
  readonly wiring: Wiring | null;
  readonly editing: Editing | null;
  /** Things whose "+n" is open. */
  readonly unfolded: ReadonlySet<string>;
  /** What lights up for a moment because somebody jumped to it. */
  readonly flash: string;
  /** A wire under a node that is being dragged: letting go puts the node into it. */
  readonly splice: string;
  /** Said in the live region. */
  readonly said: string;
}

export const NOTHING: ReadonlySet<string> = new Set();

const AT_FIRST: Stage = {
  layer: "",
  selected: NOTHING,
  selectedWires: NOTHING,
  cursor: "",
  cursorPin: null,
  wiring: null,
  editing: null,
  unfolded: NOTHING,
  flash: "",
  splice: "",
  said: "",
};

export type StageStore = StoreApi<Stage>;

export function createStage(start: Partial<Stage> = {}): StageStore {
  return createStore<Stage>(() => ({ ...AT_FIRST, ...start }));
}

/** Selects exactly these things and no wires. The cursor follows to the last of them. */
export function select(stage: StageStore, ids: Iterable<string>): void {
  const selected = new Set(ids);
  const last = [...selected].at(-1) ?? stage.getState().cursor;
  stage.setState({ selected, selectedWires: NOTHING, cursor: last, cursorPin: null });
}

/** Adds a thing to the selection, or takes it out. */
export function toggle(stage: StageStore, id: string): void {
  const selected = new Set(stage.getState().selected);
  if (!selected.delete(id)) {
    selected.add(id);
  }
  stage.setState({ selected, cursor: id, cursorPin: null });
}

export function selectWire(stage: StageStore, id: string, more: boolean): void {
  const selectedWires = new Set(more ? stage.getState().selectedWires : []);
  if (!selectedWires.delete(id)) {
    selectedWires.add(id);
  }
  stage.setState({ selectedWires, selected: more ? stage.getState().selected : NOTHING, cursorPin: null });
}

/** Selects nothing. The keyboard stays where it stands, unless told to forget that too. */
export function deselect(stage: StageStore, keepCursor = false): void {
  const cursor = keepCursor ? stage.getState().cursor : "";
  stage.setState({ selected: NOTHING, selectedWires: NOTHING, cursor, cursorPin: null });
}

/** Forgets what is no longer there. */
export function prune(stage: StageStore, things: (id: string) => boolean, wires: (id: string) => boolean): void {
  const now = stage.getState();
  const next: { -readonly [K in keyof Stage]?: Stage[K] } = {};
  if (![...now.selected].every(things)) {
    next.selected = new Set([...now.selected].filter(things));
  }
  if (![...now.selectedWires].every(wires)) {
    next.selectedWires = new Set([...now.selectedWires].filter(wires));
  }
  if (now.cursor !== "" && !things(now.cursor)) {
    next.cursor = "";
    next.cursorPin = null;
  }
  if (now.editing !== null && !things(now.editing.node)) {
    next.editing = null;
  }
  if (now.wiring !== null && !things(now.wiring.from.node)) {
    next.wiring = null;
  }
  if (Object.keys(next).length > 0) {
    stage.setState(next);
  }
}

let turn = 0;

/** Says something in the polite live region, also if it was said just before. */
export function say(stage: StageStore, words: string): void {
  turn += 1;
  stage.setState({ said: turn % 2 === 0 ? words : `${words}\u00a0` });
}
