/** A board room in memory, with the server's rules: what clients are tested against. */
import type { Types } from "../definition";
import type { Board } from "../document";
import { applyAll } from "../edit/apply";
import type { Change } from "../edit/change";
import type { Command, Restore } from "../edit/commands";
import { CommandRefused } from "../edit/refusal";
import type { Entry, Loaded, Reply, Submission } from "../session/model";

interface Stacks {
  readonly undo: Restore[];
  readonly redo: Restore[];
}

export class Room {
  board: Board;
  revision = 0;
  readonly entries: Entry[] = [];
  readonly #types: Types;
  readonly #stacks = new Map<string, Stacks>();
  readonly #listeners = new Set<(entry: Entry) => void>();

  constructor(board: Board, types: Types) {
    this.board = board;
    this.#types = types;
  }

  /** How often a batch of that id was taken. */
  countOf(id: string): number {
    return this.entries.filter((entry) => entry.id === id).length;
  }

  loaded(actor: string): Loaded {
    return { revision: this.revision, board: this.board, ...this.#counts(actor) };
  }

  listen(listener: (entry: Entry) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  submit(actor: string, { base_revision: base, id, commands }: Submission): Reply {
    const known = this.#known(actor, base, id);
    if (known !== undefined) {
      return known;
    }
    const missing = this.entries.filter((entry) => entry.revision > base);
    let applied;
    try {
      applied = applyAll(this.board, this.#stamped(commands, actor), this.#types);
    } catch (error) {
      return this.#rejected(error, missing, missing.length > 0);
    }
    const foreign = new Set(missing.flatMap((entry) => entry.touched));
    if (applied.touched.some((each) => foreign.has(each))) {
      const refused = { code: "board.stale", message: "The board has moved on." };
      return { rejected: { refused, missing, stale: true, revision: this.revision } };
    }
    const stacks = this.#stacksOf(actor);
    stacks.undo.push(applied.inverse);
    stacks.redo.length = 0;
    return this.#commit(actor, id, applied.board, applied.patch, applied.touched, missing);
  }

  /** Comments that are added get their author here; those that are changed keep theirs. */
  #stamped(commands: readonly Command[], actor: string): readonly Command[] {
    return commands.map((each) => {
      if (each.command !== "upsert_comment") {
        return each;
      }
      const { author: _claimed, ...comment } = each.comment;
      const known = this.board.comments[each.id];
      const author = known === undefined ? actor : known.author;
      return { ...each, comment: author === undefined ? comment : { ...comment, author } };
    });
  }

  undo(actor: string, base: number, id: string): Reply {
    const { undo, redo } = this.#stacksOf(actor);
    return this.#step(actor, base, id, undo, redo, "board.nothing-to-undo");
  }

  redo(actor: string, base: number, id: string): Reply {
    const { undo, redo } = this.#stacksOf(actor);
    return this.#step(actor, base, id, redo, undo, "board.nothing-to-redo");
  }

  #step(actor: string, base: number, id: string, from: Restore[], to: Restore[], nothing: string): Reply {
    const known = this.#known(actor, base, id);
    if (known !== undefined) {
      return known;
    }
    const missing = this.entries.filter((entry) => entry.revision > base);
    const last = from.at(-1);
    if (last === undefined) {
      const refused = { code: nothing, message: "There is no such step." };
      return { rejected: { refused, missing: [], stale: false, revision: 0 } };
    }
    try {
      const applied = applyAll(this.board, [last as Command], this.#types);
      from.pop();
      to.push(applied.inverse);
      return this.#commit(actor, id, applied.board, applied.patch, applied.touched, missing);
    } catch (error) {
      return this.#rejected(error, missing, true);
    }
  }

  /** The answer to what was taken before: the revision is that of now. */
  #known(actor: string, base: number, id: string): Reply | undefined {
    const known = this.entries.find((entry) => entry.id === id);
    if (known === undefined) {
      return undefined;
    }
    const { patch, touched } = known;
    const missing = this.entries.filter((entry) => entry.revision > base && entry !== known);
    return { accepted: { revision: this.revision, patch, touched, missing, ...this.#counts(actor) } };
  }

  #commit(
    actor: string,
    id: string,
    board: Board,
    patch: readonly Change[],
    touched: readonly string[],
    missing: readonly Entry[],
  ): Reply {
    this.board = board;
    this.revision += 1;
    const entry = { revision: this.revision, actor, actor_name: actor, id, patch, touched };
    this.entries.push(entry);
    for (const listener of this.#listeners) {
      listener(entry);
    }
    return { accepted: { revision: this.revision, patch, touched, missing, ...this.#counts(actor) } };
  }

  #rejected(error: unknown, missing: readonly Entry[], stale: boolean): Reply {
    if (!(error instanceof CommandRefused)) {
      throw error;
    }
    const { code, message } = error;
    return { rejected: { refused: { code, message }, missing, stale, revision: this.revision } };
  }

  #stacksOf(actor: string): Stacks {
    let stacks = this.#stacks.get(actor);
    if (stacks === undefined) {
      stacks = { undo: [], redo: [] };
      this.#stacks.set(actor, stacks);
    }
    return stacks;
  }

  #counts(actor: string): { undo: number; redo: number } {
    const { undo, redo } = this.#stacksOf(actor);
    return { undo: undo.length, redo: redo.length };
  }
}
