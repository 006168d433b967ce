/**
 * Puts nodes in order, from left to right: what runs later stands further right, lines of execution
 * run straight, and a frame keeps what stands in it. Plain data in and out, so that it can run in a
 * worker (`layout.worker.ts`). Parts that no wire joins are laid out by themselves, one below the
 * other.
 */
import { Graph, layout as dagre } from "@dagrejs/dagre";

import type { Box, Point } from "../geometry/box";
import { boundsOf, contains, grown, snapped } from "../geometry/box";
import { SpatialIndex } from "../geometry/spatial";

/** A node, layer or end of a layer, where it stands now. */
export interface LayoutNode extends Box {
  readonly id: string;
  /** Where its line of execution runs, from its top. The middle, if it has none. */
  readonly spine?: number;
}

export interface LayoutWire {
  readonly from: string;
  readonly to: string;
  /** Lines of execution are kept straight before all others. */
  readonly isExecution: boolean;
}

/** A comment that keeps its members. */
export interface LayoutFrame extends Box {
  readonly id: string;
}

export interface LayoutInput {
  readonly nodes: readonly LayoutNode[];
  readonly wires: readonly LayoutWire[];
  readonly frames?: readonly LayoutFrame[];
}

/** Upper left corners by id; frames with their sizes. */
export interface LayoutResult {
  readonly places: readonly (readonly [string, Point])[];
  readonly frames: readonly (readonly [string, Box])[];
}

const GAP = { rank: 80, node: 32, part: 64 };
/** Room between a frame's edge and its members; more at the top, for its text. */
const FRAME = { side: 32, top: 48 };
/** Graphs larger than this are ranked the quick way. */
const QUICK_FROM = 400;

/** The new places. The upper left corner of the whole stays where it was. */
export function layOutGraph(input: LayoutInput): LayoutResult {
  const start = boundsOf([...input.nodes, ...(input.frames ?? [])]);
  if (start === undefined) {
    return { places: [], frames: [] };
  }
  const owner = ownersOf(input);
  const inner = framesInside(input, owner);
  const blocks: LayoutNode[] = [
    ...input.nodes.filter((node) => !owner.has(node.id)),
    ...[...inner].map(([id, part]): LayoutNode => ({ id, ...part.box })),
  ];
  const outer = arrange(blocks, lifted(input.wires, owner));
  const places = new Map<string, Point>();
  const frames = new Map<string, Box>();
  for (const node of input.nodes) {
    const frame = owner.get(node.id);
    const base = outer.get(frame ?? node.id) ?? { x: 0, y: 0 };
    const offset = frame === undefined ? { x: 0, y: 0 } : (inner.get(frame)?.places.get(node.id) ?? { x: 0, y: 0 });
    places.set(node.id, { x: base.x + offset.x, y: base.y + offset.y });
  }
  for (const frame of input.frames ?? []) {
    const part = inner.get(frame.id);
    const base = outer.get(frame.id);
    if (part !== undefined && base !== undefined) {
      frames.set(frame.id, { ...base, width: part.box.width, height: part.box.height });
    }
  }
  return anchored(places, frames, input, start);
}

/** The frame a node stands in: the smallest that holds it whole. */
function ownersOf(input: LayoutInput): Map<string, string> {
  const frames = (input.frames ?? []).toSorted((one, other) => one.width * one.height - other.width * other.height);
  const owner = new Map<string, string>();
  for (const node of input.nodes) {
    const frame = frames.find((each) => contains(each, node));
    if (frame !== undefined) {
      owner.set(node.id, frame.id);
    }
  }
  return owner;
}

interface Part {
  readonly box: Box;
  readonly places: ReadonlyMap<string, Point>;
}

/** Each frame that has members, with them laid out in it. */
function framesInside(input: LayoutInput, owner: ReadonlyMap<string, string>): Map<string, Part> {
  const found = new Map<string, Part>();
  for (const frame of input.frames ?? []) {
    const members = input.nodes.filter((node) => owner.get(node.id) === frame.id);
    if (members.length === 0) {
      continue;
    }
    const ids = new Set(members.map((node) => node.id));
    const inside = input.wires.filter((wire) => ids.has(wire.from) && ids.has(wire.to));
    const arranged = arrange(members, inside);
    const places = new Map([...arranged].map(([id, { x, y }]) => [id, { x: x + FRAME.side, y: y + FRAME.top }]));
    const around = boundsOf(members.map((node) => ({ ...node, ...(arranged.get(node.id) as Point) }))) as Box;
    const box = {
      x: frame.x,
      y: frame.y,
      width: snapped(around.width + 2 * FRAME.side),
      height: snapped(around.height + FRAME.top + FRAME.side),
    };
    found.set(frame.id, { box, places });
  }
  return found;
}

/** Wires between blocks: members of a frame count as the frame. */
function lifted(wires: readonly LayoutWire[], owner: ReadonlyMap<string, string>): LayoutWire[] {
  return wires
    .map((wire) => ({ ...wire, from: owner.get(wire.from) ?? wire.from, to: owner.get(wire.to) ?? wire.to }))
    .filter((wire) => wire.from !== wire.to);
}

/** Places of nodes, their upper left corner at 0, 0: part below part. */
function arrange(nodes: readonly LayoutNode[], wires: readonly LayoutWire[]): Map<string, Point> {
  const found = new Map<string, Point>();
  let top = 0;
  for (const part of partsOf(nodes, wires)) {
    const ids = new Set(part.map((node) => node.id));
    const places = arrangePart(
      part,
      wires.filter((wire) => ids.has(wire.from) && ids.has(wire.to)),
    );
    const around = boundsOf(part.map((node) => ({ ...node, ...(places.get(node.id) as Point) }))) as Box;
    for (const [id, { x, y }] of places) {
      found.set(id, { x: snapped(x - around.x), y: snapped(y - around.y + top) });
    }
    top = snapped(top + around.height + GAP.part);
  }
  return found;
}

/** Nodes that wires join, the part that stands highest first. */
function partsOf(nodes: readonly LayoutNode[], wires: readonly LayoutWire[]): LayoutNode[][] {
  const near = new Map<string, string[]>(nodes.map((node) => [node.id, []]));
  for (const { from, to } of wires) {
    near.get(from)?.push(to);
    near.get(to)?.push(from);
  }
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const seen = new Set<string>();
  const parts: LayoutNode[][] = [];
  for (const node of nodes.toSorted((one, other) => one.y - other.y || one.x - other.x)) {
    const part: LayoutNode[] = [];
    const waiting = [node.id];
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      const member = byId.get(id);
      if (member !== undefined && !seen.has(id)) {
        seen.add(id);
        part.push(member);
        waiting.push(...(near.get(id) ?? []));
      }
    }
    if (part.length > 0) {
      parts.push(part);
    }
  }
  return parts;
}

function arrangePart(nodes: readonly LayoutNode[], wires: readonly LayoutWire[]): Map<string, Point> {
  const graph = new Graph({ multigraph: false });
  const ranker = nodes.length > QUICK_FROM ? "longest-path" : "network-simplex";
  graph.setGraph({ rankdir: "LR", nodesep: GAP.node, ranksep: GAP.rank, ranker });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of nodes.toSorted((one, other) => one.y - other.y || one.x - other.x)) {
    graph.setNode(node.id, { width: node.width, height: 2 * reachOf(node) });
  }
  for (const { from, to, isExecution } of wires) {
    const before = (graph.edge(from, to) as { weight?: number } | undefined)?.weight ?? 0;
    graph.setEdge(from, to, { weight: Math.max(before, isExecution ? 8 : 1) });
  }
  dagre(graph);
  const places = new Map<string, Point>();
  for (const node of nodes) {
    const { x = 0, y = 0 } = graph.node(node.id) as { x?: number; y?: number };
    places.set(node.id, { x: x - node.width / 2, y: y - spineOf(node) });
  }
  straighten(nodes, wires, places);
  return places;
}

/** Brings the first successor of each node into its line, where nothing stands in the way. */
function straighten(nodes: readonly LayoutNode[], wires: readonly LayoutWire[], places: Map<string, Point>): void {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const index = new SpatialIndex<string>();
  const put = (node: LayoutNode, point: Point) => {
    places.set(node.id, point);
    index.set(node.id, grown({ ...node, ...point }, GAP.node / 2));
  };
  for (const node of nodes) {
    put(node, places.get(node.id) as Point);
  }
  for (const [source, target] of linesOf(nodes, wires, places)) {
    const [from, to] = [byId.get(source), byId.get(target)];
    const [a, b] = [places.get(source), places.get(target)];
    if (from === undefined || to === undefined || a === undefined || b === undefined || b.x <= a.x) {
      continue;
    }
    const point = { x: b.x, y: a.y + spineOf(from) - spineOf(to) };
    const inTheWay = index.inBox(grown({ ...to, ...point }, GAP.node / 2)).some((id) => id !== target);
    if (!inTheWay) {
      put(to, point);
    }
  }
}

/** Pairs of neighbours on a line of execution, from left to right; each node once at either end. */
function linesOf(
  nodes: readonly LayoutNode[],
  wires: readonly LayoutWire[],
  places: ReadonlyMap<string, Point>,
): (readonly [string, string])[] {
  const taken = new Set<string>();
  const onward = new Map<string, string>();
  for (const { from, to, isExecution } of wires) {
    if (isExecution && from !== to && !onward.has(from) && !taken.has(to)) {
      onward.set(from, to);
      taken.add(to);
    }
  }
  const x = (id: string) => places.get(id)?.x ?? 0;
  return nodes
    .toSorted((one, other) => x(one.id) - x(other.id))
    .flatMap((node) => (onward.has(node.id) ? [[node.id, onward.get(node.id) as string] as const] : []));
}

function spineOf(node: LayoutNode): number {
  return node.spine ?? node.height / 2;
}

/** Half the height of a box around a node whose middle is its spine. */
function reachOf(node: LayoutNode): number {
  return Math.max(spineOf(node), node.height - spineOf(node));
}

function anchored(
  places: ReadonlyMap<string, Point>,
  frames: ReadonlyMap<string, Box>,
  input: LayoutInput,
  start: Box,
): LayoutResult {
  const sizes = new Map(input.nodes.map((node) => [node.id, node]));
  const now = boundsOf([
    ...frames.values(),
    ...[...places].map(([id, point]): Box => ({ ...(sizes.get(id) as Box), ...point })),
  ]) as Box;
  const [dx, dy] = [snapped(start.x) - now.x, snapped(start.y) - now.y];
  const moved = <T extends Point>(point: T): T => ({ ...point, x: point.x + dx, y: point.y + dy });
  return {
    places: [...places].map(([id, point]) => [id, moved(point)] as const),
    frames: [...frames].map(([id, box]) => [id, moved(box)] as const),
  };
}
