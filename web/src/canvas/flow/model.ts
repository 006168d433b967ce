/**
 * The scene as React Flow wants it: arrays of nodes and edges. An entry stays the same object as
 * long as nothing about it changed, so that React Flow adopts a board of thousands by comparing
 * references. Sizes and pin places are given, never measured.
 */
import { type Edge, type NodeHandle, Position } from "@xyflow/react";

import type { Point } from "~/core";

import type { BoardFlowNode, Difference } from "../nodes/board-node";
import type { FrameFlowNode } from "../nodes/frame-node";
import type { FrameView, NodeView, ThingView, WireView } from "../view/model";
import { ENTRY, EXIT, type SceneView } from "../view/scene";

export interface WireData extends Record<string, unknown> {
  readonly wire: WireView;
}

export type WireEdge = Edge<WireData, "wire">;
export type GroundNode = BoardFlowNode | FrameFlowNode;

export interface FlowInput {
  readonly scene: SceneView;
  readonly selected: ReadonlySet<string>;
  readonly selectedWires: ReadonlySet<string>;
  /** Where things are that are being dragged. */
  readonly moved: ReadonlyMap<string, Point>;
  /** How things differ from another version, where one is shown beside. */
  readonly changes?: ReadonlyMap<string, Difference>;
  readonly readOnly: boolean;
}

export interface FlowArrays {
  readonly nodes: readonly GroundNode[];
  readonly edges: readonly WireEdge[];
}

interface KeptNode {
  readonly view: ThingView;
  readonly x: number;
  readonly y: number;
  readonly selected: boolean;
  readonly change: Difference | undefined;
  readonly readOnly: boolean;
  readonly node: GroundNode;
}

const handles = new WeakMap<NodeView, NodeHandle[]>();

/** Nodes and edges for React Flow, keeping what did not change. */
export class FlowModel {
  #nodes = new Map<string, KeptNode>();
  #edges = new Map<string, WireEdge>();
  #arrays: FlowArrays = { nodes: [], edges: [] };

  update(input: FlowInput): FlowArrays {
    const nodes = this.#updateNodes(input);
    const edges = this.#updateEdges(input);
    if (nodes !== this.#arrays.nodes || edges !== this.#arrays.edges) {
      this.#arrays = { nodes, edges };
    }
    return this.#arrays;
  }

  #updateNodes({ scene, selected, moved, changes, readOnly }: FlowInput): readonly GroundNode[] {
    const next = new Map<string, KeptNode>();
    const list: GroundNode[] = [];
    let same = scene.things.size === this.#nodes.size;
    let index = 0;
    for (const [id, view] of scene.things) {
      const { x, y } = moved.get(id) ?? scene.places.get(id) ?? ORIGIN;
      const chosen = selected.has(id);
      const change = changes?.get(id);
      const before = this.#nodes.get(id);
      const unchanged =
        before !== undefined &&
        before.view === view &&
        before.x === x &&
        before.y === y &&
        before.selected === chosen &&
        before.change === change &&
        before.readOnly === readOnly;
      const node = unchanged
        ? before.node
        : flowNode(view, { x, y }, chosen, change, readOnly, scene.depths.get(id) ?? 0);
      same &&= this.#arrays.nodes[index] === node;
      index += 1;
      next.set(id, unchanged ? before : { view, x, y, selected: chosen, change, readOnly, node });
      list.push(node);
    }
    this.#nodes = next;
    return same ? this.#arrays.nodes : list;
  }

  #updateEdges({ scene, selectedWires }: FlowInput): readonly WireEdge[] {
    const next = new Map<string, WireEdge>();
    const list: WireEdge[] = [];
    let same = scene.wires.size === this.#edges.size;
    let index = 0;
    for (const [id, wire] of scene.wires) {
      const selected = selectedWires.has(id);
      const before = this.#edges.get(id);
      const edge = before?.data?.wire === wire && before.selected === selected ? before : flowEdge(wire, selected);
      same &&= this.#arrays.edges[index] === edge;
      index += 1;
      next.set(id, edge);
      list.push(edge);
    }
    this.#edges = next;
    return same ? this.#arrays.edges : list;
  }
}

const ORIGIN: Point = { x: 0, y: 0 };

function flowNode(
  view: ThingView,
  position: Point,
  selected: boolean,
  change: Difference | undefined,
  readOnly: boolean,
  depth: number,
): GroundNode {
  const { id, width, height } = view;
  const size = { width, height, measured: { width, height } };
  if (view.kind === "frame") {
    return frameNode(view, position, selected, change, readOnly, depth, size);
  }
  return {
    id,
    type: "node",
    position,
    ...size,
    handles: handlesOf(view),
    data: change === undefined ? { view } : { view, change },
    selected,
    draggable: !readOnly,
    selectable: true,
    zIndex: selected ? 2 : 1,
  };
}

function frameNode(
  view: FrameView,
  position: Point,
  selected: boolean,
  change: Difference | undefined,
  readOnly: boolean,
  depth: number,
  size: { width: number; height: number; measured: { width: number; height: number } },
): FrameFlowNode {
  return {
    id: view.id,
    type: "frame",
    position,
    ...size,
    handles: [],
    data: change === undefined ? { view } : { view, change },
    selected,
    draggable: !readOnly && !view.locked,
    selectable: true,
    dragHandle: ".frame-head",
    zIndex: depth,
  };
}

function handlesOf(view: NodeView): NodeHandle[] {
  let known = handles.get(view);
  if (known === undefined) {
    known = view.pins.map((pin) => handleAt(pin.side, pin.key, pin.y, view));
    handles.set(view, known);
  }
  return known;
}

function handleAt(side: "in" | "out", key: string, y: number, view: NodeView): NodeHandle {
  return {
    id: `${side}:${key}`,
    type: side === "in" ? "target" : "source",
    position: side === "in" ? Position.Left : Position.Right,
    x: side === "in" ? 0 : view.width,
    y,
    width: 0,
    height: 0,
  };
}

function flowEdge(wire: WireView, selected: boolean): WireEdge {
  return {
    id: wire.id,
    type: "wire",
    source: wire.from.node,
    target: wire.to.node,
    sourceHandle: `out:${wire.from.key}`,
    targetHandle: `in:${wire.to.key}`,
    data: { wire },
    selected,
    focusable: false,
    ariaRole: "presentation",
    // Without a name of its own; the library takes null for that, its types do not.
    ariaLabel: null as unknown as string,
    zIndex: 0,
  };
}

/** Whether a thing is one of the two ends inside a layer: it can be moved, but nothing else. */
export function isEnd(id: string): boolean {
  return id === ENTRY || id === EXIT;
}
