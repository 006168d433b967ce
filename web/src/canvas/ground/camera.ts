/** Moves the view: to a thing, to all, nearer, farther. Works before and after the ground is there. */
import type { ReactFlowInstance, Viewport } from "@xyflow/react";

import type { Box, Point } from "~/core";
import { boundsOf } from "~/core";

const EASE_MS = 220;
const MARGIN = 64;
const NEAREST_FIT = 1;
/** Smaller than this, a board is not fitted at first: it begins at its start, where it can be read. */
const READABLE = 0.55;
const FARTHEST = 0.05;

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Bound {
  readonly flow: Pick<ReactFlowInstance, "screenToFlowPosition" | "flowToScreenPosition" | "zoomTo" | "setViewport" | "setCenter">;
  readonly size: () => Size;
  readonly viewport: () => Viewport;
  readonly onMove: (listener: () => void) => () => void;
}

export class Camera {
  #bound: Bound | null = null;
  readonly #listeners = new Set<() => void>();

  /** Ties the camera to a flow; for `useCameraBinding`. Returns how to untie it. */
  bind(bound: Bound): () => void {
    this.#bound = bound;
    const stop = bound.onMove(() => this.#tell());
    this.#tell();
    return () => {
      stop();
      this.#bound = null;
    };
  }

  #tell(): void {
    for (const listener of this.#listeners) {
      listener();
    }
  }

  /** Calls after the view moved. */
  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The zoom; 1 before there is a ground. Made for `useSyncExternalStore`. */
  zoom = (): number => this.#bound?.viewport().zoom ?? 1;

  viewport(): Viewport | undefined {
    return this.#bound?.viewport();
  }

  size(): Size | undefined {
    return this.#bound?.size();
  }

  /** A point of the screen on the ground. */
  toGround(client: Point): Point {
    return this.#bound?.flow.screenToFlowPosition(client, { snapToGrid: false }) ?? client;
  }

  /** A point of the ground on the screen. */
  toClient(ground: Point): Point {
    return this.#bound?.flow.flowToScreenPosition(ground) ?? ground;
  }

  /** The middle of what is seen, on the ground. */
  middle(): Point {
    const size = this.#bound?.size();
    const viewport = this.#bound?.viewport();
    if (size === undefined || viewport === undefined) {
      return { x: 0, y: 0 };
    }
    return {
      x: (size.width / 2 - viewport.x) / viewport.zoom,
      y: (size.height / 2 - viewport.y) / viewport.zoom,
    };
  }

  /** The part of the ground that is seen. */
  view(): Box {
    const size = this.#bound?.size() ?? { width: 0, height: 0 };
    const { x, y, zoom } = this.#bound?.viewport() ?? { x: 0, y: 0, zoom: 1 };
    return { x: -x / zoom, y: -y / zoom, width: size.width / zoom, height: size.height / zoom };
  }

  zoomBy(factor: number): void {
    this.zoomTo(this.zoom() * factor);
  }

  zoomTo(zoom: number): void {
    void this.#bound?.flow.zoomTo(zoom, { duration: duration() });
  }

  /** Shows all of a box. */
  fit(box: Box | undefined, nearest: number = NEAREST_FIT): void {
    const size = this.#bound?.size();
    if (box !== undefined && size !== undefined) {
      void this.#bound?.flow.setViewport(fitted(box, size, nearest), { duration: duration() });
    }
  }

  /** Brings a box into view if it is not, at a zoom that can be read. */
  reveal(box: Box): void {
    const bound = this.#bound;
    if (bound === null) {
      return;
    }
    const { x, y, zoom } = bound.viewport();
    const size = bound.size();
    const [left, top] = [box.x * zoom + x, box.y * zoom + y];
    const inside =
      left >= 16 && top >= 48 && left + box.width * zoom <= size.width - 16 && top + box.height * zoom <= size.height - 16;
    if (!inside || zoom < READABLE) {
      const next = Math.max(zoom, READABLE + 0.25);
      const target = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      void bound.flow.setCenter(target.x, target.y, { zoom: next, duration: duration() });
    }
  }

  go(viewport: Viewport): void {
    void this.#bound?.flow.setViewport(viewport);
  }
}

function duration(): number {
  const still =
    document.documentElement.dataset["motion"] === "reduced" ||
    globalThis.matchMedia?.("(prefers-reduced-motion: reduce)").matches;
  return still ? 0 : EASE_MS;
}

/** The view that shows all of a box. */
export function fitted(box: Box, size: Size, nearest: number = NEAREST_FIT): Viewport {
  const zoom = Math.max(
    FARTHEST,
    Math.min(nearest, (size.width - 2 * MARGIN) / Math.max(1, box.width), (size.height - 2 * MARGIN) / Math.max(1, box.height)),
  );
  return {
    x: size.width / 2 - (box.x + box.width / 2) * zoom,
    y: size.height / 2 - (box.y + box.height / 2) * zoom,
    zoom,
  };
}

/**
 * Where the view of a board begins: all of it if it can be read so, else its beginning (the first
 * start node, or what lies leftmost) at the left.
 */
export function firstView(boxes: Iterable<Box>, beginning: Box | undefined, size: Size): Viewport {
  const list = [...boxes];
  const all = boundsOf(list);
  if (all === undefined) {
    return { x: size.width / 2, y: size.height / 2, zoom: 1 };
  }
  const whole = fitted(all, size);
  if (whole.zoom >= READABLE) {
    return whole;
  }
  const first = beginning ?? list.reduce((best, box) => (box.x + box.y < best.x + best.y ? box : best));
  const zoom = 0.8;
  return { x: MARGIN - first.x * zoom, y: size.height * 0.38 - (first.y + first.height / 2) * zoom, zoom };
}
