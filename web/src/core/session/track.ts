/** Where edits and steps lead, one after the other, as far as it can be told without the server. */
import type { Board } from "../document";

/** So many steps are known. */
const MOST = 50;

export class Track {
  #board: Board;
  #back: readonly Board[] = [];
  #forth: readonly Board[] = [];

  constructor(board: Board) {
    this.#board = board;
  }

  get board(): Board {
    return this.#board;
  }

  /** One that goes its own way from here. */
  fork(): Track {
    const other = new Track(this.#board);
    other.#back = this.#back;
    other.#forth = this.#forth;
    return other;
  }

  edit(board: Board): void {
    this.#back = [...this.#back.slice(1 - MOST), this.#board];
    this.#forth = [];
    this.#board = board;
  }

  /** Takes the last edit back, or does it again; `board` is what came of it, where that is known. */
  step(kind: "undo" | "redo", board?: Board): void {
    const [from, to] = kind === "undo" ? [this.#back, this.#forth] : [this.#forth, this.#back];
    const next = from.at(-1);
    if (next === undefined) {
      this.other(board ?? this.#board);
      return;
    }
    const [less, more] = [from.slice(0, -1), [...to, this.#board]];
    [this.#back, this.#forth] = kind === "undo" ? [less, more] : [more, less];
    this.#board = board ?? next;
  }

  /** Something else led to a board, or may have: no step is known any more. */
  other(board: Board = this.#board): void {
    this.#back = [];
    this.#forth = [];
    this.#board = board;
  }
}
