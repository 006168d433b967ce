/** Dragging things over the ground. What lies in a frame goes along; a lone node may be put into a wire. */
import type { OnNodeDrag } from "@xyflow/react";
import { useMemo, useRef } from "react";

import type { Point } from "~/core";

import { useTools } from "../state/context";
import type { SceneView } from "../view/scene";
import type { GroundHooks } from "./hooks";

export interface Dragged {
  readonly scene: SceneView;
  readonly hooks: Pick<GroundHooks, "membersOf" | "spliceAt" | "move">;
}

/** What goes along with each of some frames. */
export function carriedBy(frames: readonly string[], { scene, hooks }: Dragged): Carried[] {
  return frames.flatMap((frame) => {
    const from = scene.places.get(frame);
    return from === undefined ? [] : [{ frame, members: hooks.membersOf(frame), from }];
  });
}

/** New places of what is dragged and of what goes along with it. */
export function withCarried(
  places: ReadonlyMap<string, Point>,
  carried: readonly Carried[],
  before: ReadonlyMap<string, Point>,
): Map<string, Point> {
  const next = new Map(places);
  for (const { frame, members, from } of carried) {
    const at = places.get(frame);
    if (at !== undefined) {
      for (const id of members) {
        const place = before.get(id);
        if (place !== undefined && !places.has(id)) {
          next.set(id, { x: place.x + at.x - from.x, y: place.y + at.y - from.y });
        }
      }
    }
  }
  return next;
}

export interface Dragging {
  readonly positions: Map<string, Point>;
  readonly start: OnNodeDrag;
  readonly move: OnNodeDrag;
  readonly stop: OnNodeDrag;
}

export interface Carried {
  readonly frame: string;
  readonly members: readonly string[];
  readonly from: Point;
}

/** Dragging things: what lies in a frame goes along, and a lone node may be put into a wire. */
export function useDragging(latest: { readonly current: Dragged }): Dragging {
  const { stage, moved } = useTools();
  const carried = useRef<readonly Carried[]>([]);
  return useMemo(() => {
    const positions = new Map<string, Point>();
    const flush = () => {
      const next = withCarried(positions, carried.current, latest.current.scene.places);
      moved.set(next);
      return next;
    };
    return {
      positions,
      start: (event, _node, nodes) => {
        positions.clear();
        const frames = event.ctrlKey ? [] : nodes.filter((one) => one.type === "frame").map((one) => one.id);
        carried.current = carriedBy(frames, latest.current);
      },
      move: (_event, node, nodes) => {
        flush();
        const splice = nodes.length === 1 ? latest.current.hooks.spliceAt(node.id, node.position) : "";
        if (splice !== stage.getState().splice) {
          stage.setState({ splice });
        }
      },
      stop: (_event, _node, nodes) => {
        for (const node of nodes) {
          positions.set(node.id, node.position);
        }
        const places = flush();
        const { splice } = stage.getState();
        stage.setState({ splice: "" });
        latest.current.hooks.move(places, splice);
        positions.clear();
        moved.set(new Map());
      },
    };
  }, [latest, moved, stage]);
}
