/** Lines that show what a dragged thing is in line with. Only what draws them listens. */
import { ViewportPortal } from "@xyflow/react";
import { useSyncExternalStore } from "react";

import { type Box, boundsOf, guide, type Guide, overlap, type Point } from "~/core";

import type { SceneView } from "../view/scene";

const NONE: readonly Guide[] = [];

export class Guides {
  #lines: readonly Guide[] = NONE;
  readonly #listeners = new Set<() => void>();

  get = (): readonly Guide[] => this.#lines;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  set(lines: readonly Guide[]): void {
    if (lines.length > 0 || this.#lines.length > 0) {
      this.#lines = lines.length === 0 ? NONE : lines;
      for (const listener of this.#listeners) {
        listener();
      }
    }
  }
}

/** Boxes in view that what is dragged may line up with: no frames, which lie around others. */
export function neighbours(scene: SceneView, dragged: ReadonlySet<string>, view: Box): Box[] {
  return [...scene.things.values()].flatMap((thing) => {
    const box = thing.kind === "frame" || dragged.has(thing.id) ? undefined : boxAt(scene, thing.id, scene.places.get(thing.id));
    return box !== undefined && overlap(box, view) ? [box] : [];
  });
}

/** Where things that are dragged together stand in line with others, and the lines that show it. */
export function linedUp(scene: SceneView, places: ReadonlyMap<string, Point>, others: readonly Box[]) {
  const around = boundsOf([...places].flatMap(([id, at]) => boxAt(scene, id, at) ?? []));
  if (around === undefined) {
    return { places, lines: NONE };
  }
  const { point, guides } = guide(around, others);
  const [dx, dy] = [point.x - around.x, point.y - around.y];
  const moved = new Map([...places].map(([id, { x, y }]) => [id, { x: x + dx, y: y + dy }] as const));
  return { places: moved, lines: guides };
}

function boxAt(scene: SceneView, id: string, at: Point | undefined): Box | undefined {
  const thing = scene.things.get(id);
  return thing === undefined || at === undefined ? undefined : { ...at, width: thing.width, height: thing.height };
}

/** Draws the lines over the ground. */
export function GuideLayer({ guides }: { readonly guides: Guides }) {
  const lines = useSyncExternalStore(guides.subscribe, guides.get);
  return lines.length === 0 ? null : (
    <ViewportPortal>
      {lines.map(({ axis, at, from, to }) => (
        <div
          key={axis}
          className={`guide ${axis}`}
          style={axis === "x" ? { transform: `translate(${at}px, ${from}px)`, height: to - from } : { transform: `translate(${from}px, ${at}px)`, width: to - from }}
        />
      ))}
    </ViewportPortal>
  );
}
