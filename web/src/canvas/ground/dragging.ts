/**
 * Dragging things over the ground. What lies in a frame goes along; a lone node may be put into a
 * wire; what comes near to being in line with others gets into line, unless Alt is held.
 */
import type { OnNodeDrag } from "@xyflow/react";
import { useEffect, useMemo, useRef, useState } from "react";

import type { Box, Point } from "~/core";

import { useTools } from "../state/context";
import type { SceneView } from "../view/scene";
import type { Camera } from "./camera";
import { Guides, linedUp, neighbours } from "./guides";
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
  readonly guides: Guides;
  readonly positions: Map<string, Point>;
  readonly start: OnNodeDrag;
  readonly move: OnNodeDrag;
  readonly stop: OnNodeDrag;
  /** Forgets a drag that was never let go. */
  readonly abandon: () => void;
}

export interface Carried {
  readonly frame: string;
  readonly members: readonly string[];
  readonly from: Point;
}

interface Grounded extends Dragged {
  readonly camera: Pick<Camera, "view">;
}

/** Handlers of a drag; the guides it sets are drawn by whoever listens to them. */
export function useDragging(latest: { readonly current: Grounded }): Dragging {
  const { stage, moved } = useTools();
  const carried = useRef<readonly Carried[]>([]);
  const others = useRef<readonly Box[]>([]);
  const [guides] = useState(() => new Guides());
  const goes = useRef(false);
  const dragging = useMemo((): Dragging => {
    const positions = new Map<string, Point>();
    /** Nothing is drawn elsewhere than it is any more. */
    const end = () => {
      goes.current = false;
      guides.set([]);
      stage.setState({ splice: "" });
      positions.clear();
      moved.set(new Map());
    };
    const flush = (free: boolean) => {
      const { scene } = latest.current;
      const { places, lines } = linedUp(scene, positions, free ? [] : others.current);
      guides.set(lines);
      const next = withCarried(places, carried.current, scene.places);
      moved.set(next);
      return next;
    };
    return {
      guides,
      positions,
      start: (event, _node, nodes) => {
        goes.current = true;
        positions.clear();
        const { scene, camera } = latest.current;
        const frames = event.ctrlKey ? [] : nodes.filter((one) => one.type === "frame").map((one) => one.id);
        carried.current = carriedBy(frames, latest.current);
        const going = new Set([...nodes.map((one) => one.id), ...carried.current.flatMap(({ members }) => members)]);
        others.current = neighbours(scene, going, camera.view());
      },
      move: (event, node, nodes) => {
        const splice = nodes.length === 1 ? latest.current.hooks.spliceAt(node.id, node.position) : "";
        flush(event.altKey || splice !== "");
        if (splice !== stage.getState().splice) {
          stage.setState({ splice });
        }
      },
      stop: (event, _node, nodes) => {
        for (const node of nodes) {
          positions.set(node.id, node.position);
        }
        const { splice } = stage.getState();
        const places = flush(event.altKey || splice !== "");
        latest.current.hooks.move(places, splice);
        end();
      },
      abandon: () => {
        if (goes.current) {
          end();
        }
      },
    };
  }, [latest, moved, stage, guides]);
  useLetGo(dragging.abandon);
  return dragging;
}

/** What is removed in the midst of its drag never hears that it was let go. */
function useLetGo(abandon: () => void): void {
  useEffect(() => {
    const later = () => setTimeout(abandon, 0); // whoever is still there ends it first
    window.addEventListener("pointerup", later);
    window.addEventListener("pointercancel", later);
    return () => {
      window.removeEventListener("pointerup", later);
      window.removeEventListener("pointercancel", later);
    };
  }, [abandon]);
}
