/** Finds out what the pointer is on. Things mark themselves by attributes; nothing listens by itself. */
import type { PinPlace } from "../view/model";

export interface Pointed {
  readonly thing: string | undefined;
  readonly pin: PinPlace | undefined;
  readonly literal: string | undefined;
  readonly fold: boolean;
  readonly wire: string | undefined;
}

export function pointed(element: Element | null): Pointed {
  const thing = element?.closest<HTMLElement>(".react-flow__node")?.dataset["id"];
  const name = element?.closest<HTMLElement>("[data-pin]")?.dataset["pin"];
  return {
    thing,
    pin: thing === undefined || name === undefined ? undefined : placeOf(thing, name),
    literal: element?.closest<HTMLElement>("[data-literal]")?.dataset["literal"],
    fold: element?.closest("[data-fold]") !== null && element !== null,
    wire: element?.closest<SVGElement>("[data-wire]")?.dataset["wire"],
  };
}

/** `side:key` back into a place. */
export function placeOf(node: string, name: string): PinPlace {
  const colon = name.indexOf(":");
  return { node, side: name.slice(0, colon) === "in" ? "in" : "out", key: name.slice(colon + 1) };
}

export function samePlace(one: PinPlace, two: PinPlace): boolean {
  return one.node === two.node && one.side === two.side && one.key === two.key;
}

/** Whether a key press or click belongs to a field and not to the board. */
export function inField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.closest("input, textarea, select, [role='textbox'], .cm-editor, dialog, [role='menu']") !== null)
  );
}
