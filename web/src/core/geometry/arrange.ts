/** Putting things in order by hand: alignment, equal distances, guides while something is dragged. */
import type { Box, Point } from "./box";
import { boundsOf } from "./box";

export type Edge = "left" | "center" | "right" | "top" | "middle" | "bottom";
export type Axis = "x" | "y";

/** New upper left corners by id; only of boxes that move. */
export type Places = ReadonlyMap<string, Point>;

/** Brings one edge, or the middle, of all boxes into one line. */
export function align(boxes: ReadonlyMap<string, Box>, edge: Edge): Places {
  const around = boundsOf(boxes.values());
  if (around === undefined) {
    return new Map();
  }
  const to = (box: Box): Point => {
    switch (edge) {
      case "left":
        return { x: around.x, y: box.y };
      case "center":
        return { x: around.x + (around.width - box.width) / 2, y: box.y };
      case "right":
        return { x: around.x + around.width - box.width, y: box.y };
      case "top":
        return { x: box.x, y: around.y };
      case "middle":
        return { x: box.x, y: around.y + (around.height - box.height) / 2 };
      case "bottom":
        return { x: box.x, y: around.y + around.height - box.height };
    }
  };
  return moved(boxes, to);
}

/** Makes the gaps between neighbours equal; the first and the last box stay. */
export function distribute(boxes: ReadonlyMap<string, Box>, axis: Axis): Places {
  const [start, length] = axis === "x" ? (["x", "width"] as const) : (["y", "height"] as const);
  const ordered = [...boxes].toSorted(([, one], [, other]) => one[start] - other[start]);
  const [first, last] = [ordered[0]?.[1], ordered.at(-1)?.[1]];
  if (first === undefined || last === undefined || ordered.length < 3) {
    return new Map();
  }
  const room = last[start] + last[length] - first[start];
  const filled = ordered.reduce((sum, [, box]) => sum + box[length], 0);
  const gap = (room - filled) / (ordered.length - 1);
  const places = new Map<string, Point>();
  let at: number = first[start];
  for (const [id, box] of ordered) {
    places.set(id, axis === "x" ? { x: at, y: box.y } : { x: box.x, y: at });
    at += box[length] + gap;
  }
  places.delete(ordered.at(-1)?.[0] as string);
  return moved(boxes, (box, id) => places.get(id) ?? box);
}

function moved(boxes: ReadonlyMap<string, Box>, to: (box: Box, id: string) => Point): Places {
  const places = new Map<string, Point>();
  for (const [id, box] of boxes) {
    const { x, y } = to(box, id);
    if (x !== box.x || y !== box.y) {
      places.set(id, { x, y });
    }
  }
  return places;
}

/** A line that shows what a dragged box is in line with. */
export interface Guide {
  /** `x` is a vertical line at that x. */
  readonly axis: Axis;
  readonly at: number;
  /** Where the line begins and ends on the other axis. */
  readonly from: number;
  readonly to: number;
}

/** Where a dragged box should stand, and why. */
export interface Guided {
  readonly point: Point;
  readonly guides: readonly Guide[];
}

/** Lines up a dragged box with others that are near: their edges and middles. */
export function guide(box: Box, others: readonly Box[], reach = 6): Guided {
  const x = nearest(box, others, "x", reach);
  const y = nearest(box, others, "y", reach);
  const point = { x: box.x + (x?.delta ?? 0), y: box.y + (y?.delta ?? 0) };
  const at = { ...box, ...point };
  const guides = [x, y].flatMap((match) => (match === undefined ? [] : [lineOf(match, at)]));
  return { point, guides };
}

interface Match {
  readonly axis: Axis;
  readonly delta: number;
  readonly at: number;
  readonly other: Box;
}

function nearest(box: Box, others: readonly Box[], axis: Axis, reach: number): Match | undefined {
  const own = linesOf(box, axis);
  let best: Match | undefined;
  for (const other of others) {
    const lines = linesOf(other, axis);
    const pairs = [
      ...own.edges.flatMap((edge) => lines.edges.map((at) => [edge, at] as const)),
      [own.middle, lines.middle] as const,
    ];
    for (const [from, at] of pairs) {
      const delta = at - from;
      if (Math.abs(delta) <= reach && Math.abs(delta) < Math.abs(best?.delta ?? Infinity)) {
        best = { axis, delta, at, other };
      }
    }
  }
  return best;
}

/** Edges line up with edges, the middle with the middle. */
function linesOf(box: Box, axis: Axis): { readonly edges: readonly number[]; readonly middle: number } {
  const [start, length] = axis === "x" ? [box.x, box.width] : [box.y, box.height];
  return { edges: [start, start + length], middle: start + length / 2 };
}

function lineOf({ axis, at, other }: Match, box: Box): Guide {
  const [start, length] = axis === "x" ? (["y", "height"] as const) : (["x", "width"] as const);
  return {
    axis,
    at,
    from: Math.min(box[start], other[start]),
    to: Math.max(box[start] + box[length], other[start] + other[length]),
  };
}
