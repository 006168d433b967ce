/** How a wire runs between two pins: a curve that leaves to the right and enters from the left. */
import type { Box, Point } from "./box";

/** The four points of a cubic Bézier curve. */
export interface Curve {
  readonly from: Point;
  readonly out: Point;
  readonly into: Point;
  readonly to: Point;
}

const LEAST_REACH = 32;
const MOST_REACH = 192;
const BACK_REACH = 96;
const SAMPLES = 24;

/** The curve of a wire. One that leads back swings wider, so that it does not hide in its nodes. */
export function curveOf(from: Point, to: Point): Curve {
  const dx = to.x - from.x;
  const wide = dx >= 0 ? dx / 2 : BACK_REACH + Math.abs(dx) / 4;
  const reach = Math.max(Math.min(LEAST_REACH, distanceOf(from, to) / 2), Math.min(MOST_REACH, wide));
  return { from, out: { x: from.x + reach, y: from.y }, into: { x: to.x - reach, y: to.y }, to };
}

/** The curve as the `d` of an SVG path. */
export function pathOfCurve({ from, out, into, to }: Curve): string {
  return `M${num(from.x)} ${num(from.y)}C${num(out.x)} ${num(out.y)} ${num(into.x)} ${num(into.y)} ${num(to.x)} ${num(to.y)}`;
}

/** The path of a wire between two pins. */
export function wirePath(from: Point, to: Point): string {
  return pathOfCurve(curveOf(from, to));
}

function num(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function distanceOf(one: Point, other: Point): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}

/** The point of the curve at `t`, 0 at its start and 1 at its end. */
export function pointAt({ from, out, into, to }: Curve, t: number): Point {
  const s = 1 - t;
  const [a, b, c, d] = [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t];
  return {
    x: a * from.x + b * out.x + c * into.x + d * to.x,
    y: a * from.y + b * out.y + c * into.y + d * to.y,
  };
}

/** A box that holds the whole curve, a little larger than need be. */
export function boundsOfCurve({ from, out, into, to }: Curve): Box {
  const [xs, ys] = [
    [from.x, out.x, into.x, to.x],
    [from.y, out.y, into.y, to.y],
  ];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

/** How far a point lies from the curve, and where on it the nearest point is. */
export function distanceToCurve(curve: Curve, point: Point): { readonly distance: number; readonly t: number } {
  let best = { distance: Infinity, t: 0 };
  let before = curve.from;
  for (let step = 1; step <= SAMPLES; step += 1) {
    const after = pointAt(curve, step / SAMPLES);
    const { distance, along } = distanceToLine(before, after, point);
    if (distance < best.distance) {
      best = { distance, t: (step - 1 + along) / SAMPLES };
    }
    before = after;
  }
  return best;
}

function distanceToLine(from: Point, to: Point, point: Point): { distance: number; along: number } {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = dx * dx + dy * dy;
  const raw = length === 0 ? 0 : ((point.x - from.x) * dx + (point.y - from.y) * dy) / length;
  const along = Math.max(0, Math.min(1, raw));
  return { distance: distanceOf(point, { x: from.x + along * dx, y: from.y + along * dy }), along };
}
