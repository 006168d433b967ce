/** A session without a server: commands are applied here and taken as saved. For benches and fixtures. */
import {
  applyAll,
  type Board,
  type Command,
  CommandRefused,
  type Conflict,
  type EditOptions,
  type Gesture,
  type Outcome,
  type Session,
  type Snapshot,
  type Types,
} from "~/core";

export class MemorySession implements Session {
  readonly types: Types;
  #snapshot: Snapshot;
  readonly #listeners = new Set<() => void>();
  readonly #undo: (readonly Command[])[] = [];
  readonly #redo: (readonly Command[])[] = [];

  constructor(board: Board, types: Types) {
    this.types = types;
    this.#snapshot = { board, revision: 1, save: { kind: "saved" }, conflicts: [], canUndo: false, canRedo: false };
  }

  snapshot(): Snapshot {
    return this.#snapshot;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  edit(commands: readonly Command[], _options?: EditOptions): Outcome {
    return this.#apply(commands, this.#undo, true);
  }

  test(commands: readonly Command[]): Outcome {
    try {
      return { ok: true, touched: applyAll(this.#snapshot.board, commands, this.types).touched };
    } catch (error) {
      return refusedBy(error);
    }
  }

  gesture(): Gesture {
    let done: readonly Command[] = [];
    return {
      show: (commands) => {
        done = commands;
        return this.test(commands).ok;
      },
      add: (commands) => {
        done = [...done, ...commands];
        return this.test(done).ok;
      },
      commit: () => void this.edit(done),
      cancel: () => {},
    };
  }

  /** As if the server had refused something. */
  refuse(conflict: Conflict): void {
    this.#snapshot = { ...this.#snapshot, save: { kind: "conflict", count: 1 }, conflicts: [conflict] };
    this.#tell();
  }

  undo(): void {
    const commands = this.#undo.pop();
    if (commands !== undefined) {
      this.#apply(commands, this.#redo, false);
    }
  }

  redo(): void {
    const commands = this.#redo.pop();
    if (commands !== undefined) {
      this.#apply(commands, this.#undo, false);
    }
  }

  changedElsewhere(): void {}

  retry(): boolean {
    return false;
  }

  discard(id: string): void {
    this.#snapshot = { ...this.#snapshot, conflicts: this.#snapshot.conflicts.filter((one) => one.id !== id) };
    this.#tell();
  }

  wake(): void {}

  async settled(): Promise<void> {}

  close(): void {
    this.#listeners.clear();
  }

  #tell(): void {
    for (const listener of this.#listeners) {
      listener();
    }
  }

  #apply(commands: readonly Command[], onto: (readonly Command[])[], fresh: boolean): Outcome {
    try {
      const applied = applyAll(this.#snapshot.board, commands, this.types);
      onto.push([applied.inverse]);
      if (fresh) {
        this.#redo.length = 0;
      }
      this.#snapshot = {
        ...this.#snapshot,
        board: applied.board,
        revision: this.#snapshot.revision + 1,
        canUndo: this.#undo.length > 0,
        canRedo: this.#redo.length > 0,
      };
      this.#tell();
      return { ok: true, touched: applied.touched };
    } catch (error) {
      return refusedBy(error);
    }
  }
}

function refusedBy(error: unknown): Outcome {
  if (error instanceof CommandRefused) {
    return { ok: false, refused: { code: error.code, message: error.message } };
  }
  throw error;
}
