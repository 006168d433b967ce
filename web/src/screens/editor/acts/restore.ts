/** A former state or a file onto the board: asked of the server, which keeps what was. */
import type { Board } from "~/core";

import type { BoardLink, FormerState } from "../desk/board-link";
import type { Desk } from "../desk/desk";

/** Makes the board, or only some of its things, what a state or a document has. False, with words, if it was not done. */
export async function bringBack(desk: Desk, link: BoardLink, to: FormerState | { readonly board: Board }, ids?: readonly string[]): Promise<boolean> {
  try {
    await desk.session.settled();
    const { undo, redo } = await link.restore(to, desk.session.snapshot().revision, ids);
    desk.session.changedElsewhere(undo, redo);
    desk.say(ids === undefined ? "The board was brought back" : `${ids.length} ${ids.length === 1 ? "thing" : "things"} brought back`);
    return true;
  } catch (error) {
    desk.complain("The board was left as it is", error instanceof Error ? error.message : undefined);
    return false;
  }
}
