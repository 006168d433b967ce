/**
 * The open layer of a board as views: what stands in it, where, and the wires between. Views of what
 * did not change stay the same objects from one `update` to the next.
 */
import {
  type Board,
  definitionOf,
  idsIn,
  innerSides,
  type Layer,
  type Node,
  type NodeDefinition,
  type PinDefinition,
  type Sides,
  sidesOf,
  sidesOfLayer,
  splitEnd,
  type Types,
} from "~/core";
import type { Point } from "~/core";

import { type Around, functionChoices, variableChoices, viewOfEnd, viewOfFrame, viewOfLayer, viewOfNode } from "./build";
import type { Choice, NodeView, PinPlace, ThingView, WireView } from "./model";
import { wiresOf, type WireSource } from "./wires";

/** Ids of the two ends inside a layer; no entity can have them. */
export const ENTRY = "@in";
export const EXIT = "@out";

/** How far the ends stand from what is between them, where the layer does not say. */
const END_GAP = 96;

export type Resolve = (id: string, side: "in" | "out", key: string, pin: PinDefinition) => PinDefinition;

export interface SceneInput {
  readonly board: Board;
  readonly types: Types;
  readonly layer: string;
  readonly unfolded: ReadonlySet<string>;
  /** The worst problem of an entity, in a sentence. */
  readonly problems: ReadonlyMap<string, string>;
  /** Generic pins as what is wired to them makes them. */
  readonly resolve: Resolve;
  /** Why a wire between two pins does not fit; empty if it does. */
  readonly refusal: (source: PinDefinition, target: PinDefinition) => string;
}

/** Everything in the open layer. */
export interface SceneView {
  readonly layer: string;
  readonly things: ReadonlyMap<string, ThingView>;
  readonly places: ReadonlyMap<string, Point>;
  readonly depths: ReadonlyMap<string, number>;
  readonly wires: ReadonlyMap<string, WireView>;
}

interface Kept {
  readonly deps: readonly unknown[];
  readonly view: ThingView;
}

const EMPTY: ReadonlySet<string> = new Set();

export class Scene {
  #kept = new Map<string, Kept>();
  #wires = new Map<string, WireView>();
  #variables: { readonly of: unknown; readonly choices: readonly Choice[] } = { of: undefined, choices: [] };
  #functions: readonly Choice[] = [];

  /** Makes the views of a board anew, keeping those that did not change. */
  update(input: SceneInput): SceneView {
    const { board, types, layer } = input;
    const ids = idsIn(board, layer);
    const sources = sourcesOf(input, ids);
    const { wires, wiredIn, wiredOut } = wiresOf(input, sources);
    const kept = new Map<string, Kept>();
    const variables = this.#variableChoices(board);
    const functions = this.#functionChoices(board, types);

    const around = (id: string, definition: NodeDefinition | undefined, sides: Sides): Around => ({
      definition,
      sides,
      wiredIn: wiredIn.get(id) ?? EMPTY,
      wiredOut: wiredOut.get(id) ?? EMPTY,
      unfolded: input.unfolded.has(id),
      problem: input.problems.get(id) ?? "",
      variables,
      functions,
      resolved: (side, key, pin) => input.resolve(id, side, key, pin),
    });
    const keep = (id: string, entity: unknown, about: Around, build: () => ThingView) => {
      const deps = [
        entity,
        about.definition,
        about.unfolded,
        about.problem,
        about.variables,
        about.functions,
        ...signature(about),
      ];
      const before = this.#kept.get(id);
      const same = before !== undefined && sameItems(before.deps, deps);
      kept.set(id, same ? before : { deps, view: build() });
    };

    for (const id of ids.comments) {
      const comment = board.comments[id];
      const place = board.layout[id];
      const before = this.#kept.get(id);
      const deps = [comment, place?.width, place?.height];
      if (before !== undefined && sameItems(before.deps, deps)) {
        kept.set(id, before);
      } else if (comment !== undefined) {
        kept.set(id, { deps, view: viewOfFrame(id, comment, place) });
      }
    }
    for (const id of ids.nodes) {
      const node = board.nodes[id] as Node;
      const definition = definitionOf(node, board, types);
      const about = around(id, definition, sidesOf(node, definition));
      keep(id, node, about, () => viewOfNode(id, node, about));
    }
    for (const id of ids.layers) {
      const inner = board.layers[id] as Layer;
      const about = around(id, undefined, sidesOfLayer(inner));
      keep(id, inner, about, () => viewOfLayer(id, inner, about));
    }
    const own = board.layers[layer];
    if (own !== undefined) {
      const ends = innerSides(own);
      for (const [id, which] of [[ENTRY, "entry"], [EXIT, "exit"]] as const) {
        const about = around(id, undefined, ends[which]);
        keep(id, own, about, () => viewOfEnd(id, which, about));
      }
    }
    this.#kept = kept;
    this.#wires = keepWires(this.#wires, wires);
    const things = new Map<string, ThingView>();
    for (const [id, { view }] of kept) {
      things.set(id, view);
    }
    return { layer, things, ...placesOf(board, layer, things), wires: this.#wires };
  }

  #variableChoices(board: Board): readonly Choice[] {
    if (this.#variables.of !== board.variables) {
      this.#variables = { of: board.variables, choices: variableChoices(board) };
    }
    return this.#variables.choices;
  }

  #functionChoices(board: Board, types: Types): readonly Choice[] {
    const next = functionChoices(board, (node) => definitionOf(node, board, types));
    const before = this.#functions;
    const same =
      before.length === next.length &&
      next.every((one, at) => one.value === before[at]?.value && one.label === before[at]?.label);
    if (!same) {
      this.#functions = next;
    }
    return this.#functions;
  }
}

/** What a view shows of the wires and types around it. */
function signature(about: Around): unknown[] {
  const parts: unknown[] = [[...about.wiredIn].join("|"), [...about.wiredOut].join("|")];
  for (const side of ["in", "out"] as const) {
    for (const [key, pin] of side === "in" ? about.sides.inputs : about.sides.outputs) {
      if (pin.type === "Generic") {
        const found = about.resolved(side, key, pin);
        parts.push(found.type, found.value_type);
      }
    }
  }
  return parts;
}

function sameItems(one: readonly unknown[], two: readonly unknown[]): boolean {
  return one.length === two.length && one.every((item, index) => item === two[index]);
}

function sourcesOf(input: SceneInput, ids: ReturnType<typeof idsIn>): WireSource[] {
  const { board, types, layer } = input;
  const sources: WireSource[] = [];
  for (const id of ids.nodes) {
    const node = board.nodes[id] as Node;
    const { inputs, outputs } = sidesOf(node, definitionOf(node, board, types));
    sources.push({ thing: id, entity: id, outputs, inputs, out: node.out });
  }
  for (const id of ids.layers) {
    const inner = board.layers[id] as Layer;
    const { inputs, outputs } = sidesOfLayer(inner);
    sources.push({ thing: id, entity: id, outputs, inputs, out: inner.out });
  }
  const own = board.layers[layer];
  if (own !== undefined) {
    const { entry, exit } = innerSides(own);
    sources.push({ thing: ENTRY, entity: layer, outputs: entry.outputs, inputs: entry.inputs, out: own.out });
    sources.push({ thing: EXIT, entity: layer, outputs: exit.outputs, inputs: exit.inputs, out: undefined });
  }
  return sources;
}

function keepWires(before: ReadonlyMap<string, WireView>, next: readonly WireView[]): Map<string, WireView> {
  const kept = new Map<string, WireView>();
  for (const wire of next) {
    const old = before.get(wire.id);
    const same =
      old !== undefined &&
      old.hue === wire.hue &&
      old.kind === wire.kind &&
      old.bad === wire.bad &&
      old.from.node === wire.from.node &&
      old.to.node === wire.to.node;
    kept.set(wire.id, same ? old : wire);
  }
  return kept;
}

type Placing = Pick<SceneView, "places" | "depths">;

function placesOf(board: Board, layer: string, things: ReadonlyMap<string, ThingView>): Placing {
  const places = new Map<string, Point>();
  const depths = new Map<string, number>();
  for (const [id, view] of things) {
    if (id === ENTRY || id === EXIT) {
      continue;
    }
    const place = board.layout[id];
    places.set(id, { x: place?.x ?? 0, y: place?.y ?? 0 });
    if (view.kind === "frame") {
      depths.set(id, Math.min(-1, place?.z ?? -1));
    }
  }
  if (things.has(ENTRY)) {
    const around = boundsOfThings(things, places);
    const place = board.layout[layer];
    const width = things.get(ENTRY)?.width ?? 0;
    const [entryX, entryY] = place?.entry ?? [around.left - END_GAP - width, around.top];
    const [exitX, exitY] = place?.exit ?? [around.right + END_GAP, around.top];
    places.set(ENTRY, { x: entryX, y: entryY });
    places.set(EXIT, { x: exitX, y: exitY });
  }
  return { places, depths };
}

function boundsOfThings(
  things: ReadonlyMap<string, ThingView>,
  places: ReadonlyMap<string, Point>,
): { left: number; top: number; right: number } {
  let [left, top, right] = [Infinity, Infinity, -Infinity];
  for (const [id, { x, y }] of places) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + (things.get(id)?.width ?? 0));
  }
  return left === Infinity ? { left: 0, top: 0, right: 0 } : { left, top, right };
}

/** Where the pin of an endpoint is on the ground; undefined if it is not in the open layer. */
export function placeOfEnd(end: string, side: "in" | "out", scene: SceneView): PinPlace | undefined {
  const [entity, key] = splitEnd(end);
  if (entity === scene.layer && entity !== "") {
    return { node: side === "out" ? ENTRY : EXIT, side, key };
  }
  return scene.things.has(entity) ? { node: entity, side, key } : undefined;
}

/** The endpoint in the document of a pin on the ground. */
export function endOfPlace(place: PinPlace, layer: string): string {
  const entity = place.node === ENTRY || place.node === EXIT ? layer : place.node;
  return `${entity}.${place.key}`;
}

/** The pin of a view; undefined for frames and pins that are folded away. */
export function pinAt(scene: SceneView, place: PinPlace): NodeView["pins"][number] | undefined {
  const thing = scene.things.get(place.node);
  return thing === undefined || thing.kind === "frame"
    ? undefined
    : thing.pins.find((pin) => pin.side === place.side && pin.key === place.key);
}
