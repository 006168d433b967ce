/**
 * Where wires really lead: layer relays walked through, one list of targets an output. Knows no
 * types: an endpoint counts as a target if its node exists.
 */
import { isExecution } from "../definition";
import type { Board, Layer } from "../document";
import { byCodePoints } from "../edit/change";
import { layerPins, splitEnd } from "../pins";

/** Relay steps for a whole board. No board people draw comes near. */
const WALK_LIMIT = 1_000_000;

/** The wires of a board between nodes. All endpoints are `node.pin`. */
export interface Wiring {
  /** From an output to its inputs in execution order, each once. */
  readonly targets: ReadonlyMap<string, readonly string[]>;
  /** From an input to the output that feeds it. */
  readonly source: ReadonlyMap<string, string>;
  /** From an input to all outputs that feed it, where there are several. */
  readonly rivals: ReadonlyMap<string, readonly string[]>;
  /** Outputs from which relays lead back to themselves. */
  readonly relayLoops: readonly string[];
  /** Layers that passed execution straight on. */
  readonly emptyLayers: readonly string[];
  /** The walk was given up. */
  readonly isCut: boolean;
}

/** The wires of a board, relays walked through. Wires to nowhere are dropped. */
export function resolveWires(board: Board): Wiring {
  const relays = new Relays(board);
  const targets = new Map<string, readonly string[]>();
  const source = new Map<string, string>();
  const rivals = new Map<string, string[]>();
  for (const id of Object.keys(board.nodes).sort(byCodePoints)) {
    for (const [key, { to = [] }] of Object.entries(board.nodes[id]?.out ?? {})) {
      const output = `${id}.${key}`;
      const found = to.length === 0 ? to : relays.walk(output, to);
      if (found.length === 0) {
        continue;
      }
      targets.set(output, found);
      for (const target of found) {
        const first = source.get(target) ?? output;
        source.set(target, first);
        if (first !== output) {
          rivals.set(target, [...(rivals.get(target) ?? [first]), output]);
        }
      }
    }
  }
  return {
    targets,
    source,
    rivals,
    relayLoops: relays.loops,
    emptyLayers: [...relays.passed].sort(byCodePoints),
    isCut: relays.steps > WALK_LIMIT,
  };
}

/** Follows endpoints through layers, depth first, so that the order of wires is kept. */
class Relays {
  readonly loops: string[] = [];
  readonly passed = new Set<string>();
  steps = 0;
  readonly #board: Board;
  readonly #onward = new Map<string, readonly string[]>();
  readonly #occupied: ReadonlySet<string>;

  constructor(board: Board) {
    this.#board = board;
    this.#occupied = new Set([
      ...Object.values(board.nodes).map((node) => node.layer ?? ""),
      ...Object.values(board.layers).map((layer) => layer.parent ?? ""),
    ]);
  }

  walk(output: string, listed: readonly string[]): readonly string[] {
    const [only] = listed;
    if (listed.length === 1 && only !== undefined && this.#isNode(only)) {
      return listed; // nearly every wire
    }
    const found = new Set<string>();
    const open = new Set<string>();
    const done = new Set<string>();
    const stack = listed.toReversed().map((end) => ({ end, isLeaving: false }));
    for (let step = stack.pop(); step !== undefined && this.steps <= WALK_LIMIT; step = stack.pop()) {
      const { end, isLeaving } = step;
      if (isLeaving) {
        open.delete(end);
        done.add(end);
        continue;
      }
      this.steps += 1;
      if (this.#isNode(end)) {
        found.add(end);
      } else if (open.has(end)) {
        if (this.loops.at(-1) !== output) {
          this.loops.push(output);
        }
      } else if (!done.has(end)) {
        open.add(end);
        stack.push({ end, isLeaving: true });
        stack.push(...this.#leads(end).toReversed().map((onward) => ({ end: onward, isLeaving: false })));
      }
    }
    return [...found];
  }

  #isNode(end: string): boolean {
    return this.#board.nodes[splitEnd(end)[0]] !== undefined;
  }

  #leads(relay: string): readonly string[] {
    let known = this.#onward.get(relay);
    if (known === undefined) {
      const [id, key] = splitEnd(relay);
      const layer = this.#board.layers[id];
      known = layer === undefined ? [] : this.#outOf(id, layer, key);
      this.#onward.set(relay, known);
    }
    return known;
  }

  #outOf(id: string, layer: Layer, key: string): readonly string[] {
    const to = layer.out?.[key]?.to ?? [];
    if (to.length > 0 || this.#occupied.has(id)) {
      return to;
    }
    const { inward, outward } = layerPins(layer);
    const pin = inward.get(key);
    const wayOut = [...outward].find(([, each]) => isExecution(each))?.[0];
    if (pin === undefined || !isExecution(pin) || wayOut === undefined) {
      return [];
    }
    this.passed.add(id);
    return [`${id}.${wayOut}`];
  }
}
