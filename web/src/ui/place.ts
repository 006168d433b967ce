/** Where something floating stands beside what it belongs to. */

export type Side = "top" | "bottom" | "left" | "right";
export type Align = "start" | "center" | "end";

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Placing {
  readonly side?: Side;
  readonly align?: Align;
  /** Pixels between the two. */
  readonly gap?: number;
}

export interface Spot {
  readonly left: number;
  readonly top: number;
  readonly side: Side;
}

const MARGIN = 8;
const OPPOSITE: Readonly<Record<Side, Side>> = { top: "bottom", bottom: "top", left: "right", right: "left" };

/**
 * Left and top, in pixels of the viewport, of a box of `size` beside `anchor`. It goes to the
 * opposite side where the wanted one has too little room, and never leaves the viewport.
 */
export function spotBeside(
  anchor: Box,
  size: { readonly width: number; readonly height: number },
  viewport: { readonly width: number; readonly height: number },
  { side = "bottom", align = "start", gap = 4 }: Placing = {},
): Spot {
  const room: Readonly<Record<Side, number>> = {
    top: anchor.top,
    bottom: viewport.height - anchor.top - anchor.height,
    left: anchor.left,
    right: viewport.width - anchor.left - anchor.width,
  };
  const upright = side === "top" || side === "bottom";
  const needed = (upright ? size.height : size.width) + gap + MARGIN;
  const flips = room[side] < needed && room[OPPOSITE[side]] > room[side];
  const taken = flips ? OPPOSITE[side] : side;
  const along = upright
    ? aligned(anchor.left, anchor.width, size.width, align)
    : aligned(anchor.top, anchor.height, size.height, align);
  const across = beyond(taken, anchor, size, gap);
  const left = upright ? along : across;
  const top = upright ? across : along;
  return {
    left: within(left, size.width, viewport.width),
    top: within(top, size.height, viewport.height),
    side: taken,
  };
}

function aligned(start: number, length: number, size: number, align: Align): number {
  if (align === "start") {
    return start;
  }
  return align === "end" ? start + length - size : start + (length - size) / 2;
}

function beyond(side: Side, anchor: Box, size: { width: number; height: number }, gap: number): number {
  switch (side) {
    case "top":
      return anchor.top - size.height - gap;
    case "bottom":
      return anchor.top + anchor.height + gap;
    case "left":
      return anchor.left - size.width - gap;
    default:
      return anchor.left + anchor.width + gap;
  }
}

function within(value: number, size: number, limit: number): number {
  return Math.round(Math.max(MARGIN, Math.min(value, limit - size - MARGIN)));
}

/** Moves `floating`, which is shown and `position: fixed`, beside `anchor`. */
export function placeBeside(floating: HTMLElement, anchor: Box, placing?: Placing): Side {
  const spot = spotBeside(
    anchor,
    { width: floating.offsetWidth, height: floating.offsetHeight },
    { width: document.documentElement.clientWidth, height: window.innerHeight },
    placing,
  );
  floating.style.left = `${spot.left}px`;
  floating.style.top = `${spot.top}px`;
  return spot.side;
}
