/** A board that nobody changes any more: what stands in for a session where a past run is shown. */
import type { Board, Gesture, Outcome, Session, Snapshot, Types } from "~/core";

const REFUSED: Outcome = {
  ok: false,
  refused: { code: "board.frozen", message: "This is how the board was when it ran.", remedy: "Open the board to change it." },
};
const NO_GESTURE: Gesture = { show: () => false, add: () => false, commit: nothing, cancel: nothing };

function nothing(): void {
  // There is nothing to do about what does not change.
}

export class FrozenSession implements Session {
  readonly types: Types;
  readonly #snapshot: Snapshot;

  constructor(board: Board, types: Types) {
    this.types = types;
    this.#snapshot = { board, revision: 0, save: { kind: "saved" }, conflicts: [], canUndo: false, canRedo: false };
  }

  snapshot = (): Snapshot => this.#snapshot;
  subscribe = () => nothing;
  edit = (): Outcome => REFUSED;
  test = (): Outcome => REFUSED;
  gesture = (): Gesture => NO_GESTURE;
  undo = nothing;
  redo = nothing;
  retry = (): boolean => false;
  discard = nothing;
  wake = nothing;
  settled = (): Promise<void> => Promise.resolve();
  close = nothing;
}
