/** Which event a run is of, and whether something must be asked before it. */
import type { Prerun } from "~/api";
import { kindOf, titleOfNode } from "~/core";

import type { Desk } from "../desk/desk";

/** A start node of the board, for choosing. */
export interface StartChoice {
  readonly id: string;
  readonly name: string;
}

export function startsOf(desk: Desk): readonly StartChoice[] {
  return Object.entries(desk.board.nodes).flatMap(([id, node]) => {
    const definition = desk.session.types.get(node.type);
    return definition !== undefined && kindOf(definition) === "start" ? [{ id, name: titleOfNode(node, definition) }] : [];
  });
}

/** The start that a run is of: the selected one, else the only one, else the one of last time. */
export function likelyStart(desk: Desk, last: string): string | undefined {
  const starts = startsOf(desk).map((start) => start.id);
  const selected = desk.selected.find((id) => starts.includes(id));
  return selected ?? (starts.includes(last) ? last : starts[0]);
}

/** Runs at once where nothing is to be typed, else asks. */
export async function runOrAsk(desk: Desk, ask: () => void, start: (node: string) => void, prerun: (node: string) => Promise<Prerun>, last: string): Promise<void> {
  const starts = startsOf(desk);
  const node = likelyStart(desk, last);
  if (node === undefined || starts.length !== 1) {
    ask();
    return;
  }
  try {
    await desk.session.settled();
    const { schema } = await prerun(node);
    const properties = (schema as { properties?: object }).properties ?? {};
    if (Object.keys(properties).length === 0) {
      start(node);
      return;
    }
  } catch {
    // The dialog says what is wrong.
  }
  ask();
}
