/**
 * The board as the server has it, and what waits on top of it. Takes entries in their order, applies
 * again what waits, and tells which edits must not go on. No time and no network in here.
 */
import type { Types } from "../definition";
import type { Board } from "../document";
import type { Applied } from "../edit/apply";
import { applyAll } from "../edit/apply";
import type { Change } from "../edit/change";
import type { Command } from "../edit/commands";
import { CommandRefused } from "../edit/refusal";
import { applyPatch, fitsPatch } from "../patch";
import { keepIdentity } from "./identity";
import type { Entry, Refusal } from "./model";
import { overwritten } from "./overwrite";
import type { Edit, Step, Waiting } from "./queue";
import { Track } from "./track";

/** What became of commands that were tried. */
export type Tried =
  | { readonly ok: true; readonly applied: Applied }
  | { readonly ok: false; readonly refused: Refusal };

/** An edit that left the board, why, and whose work it met. */
export interface Refused {
  readonly edit: Edit;
  readonly refused: Refusal;
  readonly others: readonly Entry[];
}

/** What came of an entry. */
export interface Received {
  readonly refused: readonly Refused[];
  /** Something between what is known and this entry has not come yet. */
  readonly isGap: boolean;
  /** The entry does not fit the board: only loading anew helps. */
  readonly isMismatch: boolean;
}

export class Ledger {
  readonly #types: Types;
  readonly #ahead = new Map<number, Entry>();
  /** What is confirmed, and the way there. */
  #confirmed: Track;
  #revision: number;
  #shown: Board;
  #waiting: readonly Waiting[];

  constructor(types: Types, board: Board, revision: number, waiting: readonly Waiting[]) {
    this.#types = types;
    this.#confirmed = new Track(board);
    this.#shown = board;
    this.#revision = revision;
    this.#waiting = waiting;
  }

  /** The board with everything that waits. */
  get shown(): Board {
    return this.#shown;
  }

  /** The last entry that is in the confirmed board. */
  get revision(): number {
    return this.#revision;
  }

  get waiting(): readonly Waiting[] {
    return this.#waiting;
  }

  /** Tries commands on a board, the one that is shown if none is given. */
  tried(commands: readonly Command[], board: Board = this.#shown): Tried {
    try {
      return { ok: true, applied: applyAll(board, commands, this.#types) };
    } catch (error) {
      if (!(error instanceof CommandRefused)) {
        throw error;
      }
      const { code, message, remedy, where } = error;
      return { ok: false, refused: { code, message, remedy, where } };
    }
  }

  /** The board without the last edit that waits. */
  withoutLast(): Board {
    const track = this.#confirmed.fork();
    for (const one of this.#waiting.slice(0, -1)) {
      const done = one.kind === "edit" && !one.isKept ? this.tried(one.commands, track.board) : undefined;
      if (one.kind !== "edit") {
        track.step(one.kind);
      } else if (done?.ok === true) {
        track.edit(done.applied.board);
      } else if (one.isKept) {
        track.other();
      }
    }
    return track.board;
  }

  /** Adds a step. What it does is shown as far as it is known. */
  addStep(step: Step): readonly Refused[] {
    this.#waiting = [...this.#waiting, step];
    return this.#rebuild([], []);
  }

  /** Adds what was tried before; with `instead` in place of the last that waits. */
  add(one: Edit, board: Board, instead = false): void {
    this.#waiting = [...(instead ? this.#waiting.slice(0, -1) : this.#waiting), one];
    this.#shown = board;
  }

  /** Exchanges what waits under the same id. */
  replace(one: Waiting): void {
    this.#waiting = this.#waiting.map((each) => (each.id === one.id ? one : each));
  }

  /** Takes out what waits under an id. Nothing happens if nothing does. */
  remove(id: string): readonly Refused[] {
    const gone = this.#waiting.find((one) => one.id === id);
    this.#waiting = this.#waiting.filter((one) => one !== gone);
    return gone === undefined ? [] : this.#rebuild([], gone.kind === "edit" ? gone.original : []);
  }

  /** Takes an entry in its order; what comes too early waits for what is between. */
  receive(entry: Entry, isOwn: (entry: Entry) => boolean): Received {
    const refused: Refused[] = [];
    if (entry.revision > this.#revision) {
      this.#ahead.set(entry.revision, entry);
    }
    for (;;) {
      const next = this.#ahead.get(this.#revision + 1);
      if (next === undefined) {
        return { refused, isGap: this.#ahead.size > 0, isMismatch: false };
      }
      this.#ahead.delete(next.revision);
      if (!fitsPatch(this.#confirmed.board, next.patch)) {
        return { refused, isGap: false, isMismatch: true };
      }
      refused.push(...this.#commit(next, isOwn(next)));
    }
  }

  #commit(entry: Entry, isOwn: boolean): readonly Refused[] {
    const own = this.#waiting.find((one) => one.id === entry.id);
    const board = applyPatch(this.#confirmed.board, entry.patch);
    if (own === undefined) {
      this.#confirmed.other(board);
    } else if (own.kind === "edit") {
      this.#confirmed.edit(board);
    } else {
      this.#confirmed.step(own.kind, board);
    }
    this.#revision = entry.revision;
    this.#waiting = this.#waiting.filter((one) => one.id !== entry.id);
    return this.#rebuild(isOwn ? [] : [entry], entry.patch);
  }

  /** Takes the whole board anew. What waits is no longer known to fit all that happened. */
  reset(board: Board, revision: number): readonly Refused[] {
    this.#confirmed.other(board);
    this.#revision = revision;
    this.#ahead.clear();
    this.#waiting = this.#waiting.map((one) => (one.kind === "edit" ? { ...one, isUnchecked: true } : one));
    return this.#rebuild([], []);
  }

  /**
   * Holds an edit against what it may not have seen, and brings it up to now. The refusal, if it
   * must not go on.
   */
  check(edit: Edit, missing: readonly Entry[]): Refusal | undefined {
    if (edit.isUnchecked) {
      const again = this.tried(edit.commands, this.#confirmed.board);
      if (!again.ok) {
        return again.refused;
      }
      const others = missing.flatMap((entry) => entry.patch);
      const lost = overwritten(edit.original, again.applied.patch, others);
      if (lost !== undefined) {
        return replaced(lost);
      }
    }
    this.replace({ ...edit, base: this.#revision, isKept: false, isUnchecked: false });
    return undefined;
  }

  /** Applies what waits on top of what is confirmed; `entries` are what others have just done. */
  #rebuild(entries: readonly Entry[], changes: readonly Change[]): readonly Refused[] {
    const others = entries.flatMap((entry) => entry.patch);
    const touched = [...changes];
    const refused: Refused[] = [];
    const track = this.#confirmed.fork();
    this.#waiting = this.#waiting.flatMap((one): Waiting[] => {
      if (one.kind !== "edit") {
        track.step(one.kind);
        return [one];
      }
      if (one.isKept) {
        track.other();
        return [one];
      }
      touched.push(...one.original);
      const done = this.tried(one.commands, track.board);
      const lost = done.ok ? overwritten(one.original, done.applied.patch, others) : undefined;
      if (!done.ok || lost !== undefined) {
        refused.push({ edit: one, refused: done.ok ? replaced(lost) : done.refused, others: entries });
        return [];
      }
      track.edit(done.applied.board);
      touched.push(...done.applied.patch);
      // All that happened up to now has been held against it.
      return [one.isUnchecked ? one : { ...one, original: done.applied.patch, base: this.#revision }];
    });
    this.#shown = keepIdentity(this.#shown, track.board, touched);
    return refused;
  }
}

function replaced(change: Change | undefined): Refusal {
  const path = change?.path?.join(".") ?? "";
  return {
    code: "command.conflict",
    message: "Somebody else changed the same part in the meantime.",
    remedy: "Keep theirs, or apply yours on top.",
    where: { ...(change?.id === undefined ? {} : { node: change.id }), ...(path === "" ? {} : { path }) },
  };
}
