import { memo } from "react";

import { classes } from "~/ui/classes";

import type { Fit } from "../state/stage";
import type { PinView } from "../view/model";

export interface PinProps {
  readonly pin: PinView;
  readonly fit: Fit | undefined;
  readonly cursor: boolean;
  readonly armed: boolean;
}

/** The name by which a pin is found in the page: `in:name` or `out:name`. */
export function pinName(pin: { readonly side: string; readonly key: string }): string {
  return `${pin.side}:${pin.key}`;
}

/**
 * The shape of a pin in a square of 24 that takes the pointer. What happens there is decided by the
 * board, which listens for all of them.
 */
export const Pin = memo(function Pin({ pin, fit, cursor, armed }: PinProps) {
  return (
    <span
      className={classes(
        "pin nodrag nopan",
        pin.side,
        pin.shape,
        `t-${pin.hue}`,
        pin.wired && "wired",
        pin.missing && "missing",
        fit === "fits" && "fit",
        fit === "converts" && "converts",
        fit === "unfit" && "unfit",
        cursor && "cursor",
        armed && "armed",
      )}
      style={{ top: pin.y }}
      data-pin={pinName(pin)}
      data-glyph={pin.glyph}
    />
  );
});
