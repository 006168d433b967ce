import { memo } from "react";

import { classes } from "~/ui/classes";

import type { LiteralView } from "../view/model";

const CODE: ReadonlySet<string> = new Set(["json", "lines"]);
const NUMBERS: ReadonlySet<string> = new Set(["integer", "float"]);

/**
 * A literal at rest: a few characters in a well. A click, or Enter on the pin, puts an editor in
 * its place. It is not a tab stop: the canvas has one for all of it.
 */
export const Well = memo(function Well({ pin, literal }: { readonly pin: string; readonly literal: LiteralView }) {
  if (literal.kind === "boolean") {
    return (
      <button
        type="button"
        tabIndex={-1}
        className={classes("well switch-well nodrag", literal.value === true && "on")}
        data-literal={pin}
      >
        <i />
        {literal.text}
      </button>
    );
  }
  const empty = literal.text === "";
  return (
    <button
      type="button"
      tabIndex={-1}
      className={classes(
        "well nodrag",
        empty && "empty",
        CODE.has(literal.kind) && "code",
        NUMBERS.has(literal.kind) && "num",
        literal.isDefault && "default",
      )}
      style={{ maxWidth: literal.width }}
      aria-label={empty ? "No value" : undefined}
      data-literal={pin}
    >
      {literal.text}
    </button>
  );
});
