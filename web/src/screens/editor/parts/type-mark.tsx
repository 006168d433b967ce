import type { PinDefinition } from "~/core";
import { glyphOf, HUES, wordsFor } from "~/canvas/look/types";

/** The sign of a type: its glyph in its hue, its name for those who cannot see it. */
export function TypeMark({ pin }: { readonly pin: Pick<PinDefinition, "type" | "value_type"> }) {
  const hue = HUES[pin.type];
  const container = pin.value_type ?? "Normal";
  const sign = container === "Array" ? "[ ]" : container === "HashSet" ? "{ }" : container === "HashMap" ? "{:}" : glyphOf(hue);
  return (
    <span className={`ty t-${hue}`} title={wordsFor(pin.type, container)}>
      <span aria-hidden="true">{sign}</span>
      <span className="vh">{wordsFor(pin.type, container)}</span>
    </span>
  );
}
