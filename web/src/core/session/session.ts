/**
 * The client of a board room. Edits are shown at once and sent one after the other; the server's
 * order is the order. What others did comes in between, and what waits is applied again on top of
 * it. An edit that would replace work its author never saw, or that is refused, leaves the board
 * and waits for a choice. Nothing that was done is dropped without a word.
 */
import type { Types } from "../definition";
import type { Board } from "../document";
import type { Command } from "../edit/commands";
import { labelOfCommands } from "../edit/commands";
import type { Refused, Tried } from "./ledger";
import { Ledger } from "./ledger";
import { Line } from "./line";
import type {
  Accepted,
  Clock,
  Conflict,
  EditOptions,
  Entry,
  Gesture,
  Link,
  Loaded,
  Outcome,
  SaveState,
  Session,
  Snapshot,
  Storage,
} from "./model";
import { Denied } from "./model";
import type { Edit, Step } from "./queue";
import { keptText, readKept } from "./queue";

export interface SessionOptions {
  readonly link: Link;
  readonly types: Types;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Keeps edits that wait, under a key of this board and this tab. */
  readonly storage?: Storage;
  readonly storageKey?: string;
  /** Between 0 and 1; spreads the tries of many clients. */
  readonly random?: () => number;
}

/** How long an edit that may be added to waits for more, since the last time and in all. */
const HOLD_MS = 400;
const HOLD_IN_ALL_MS = 2_000;

/** Codes of a server that has no step to take. */
const NOTHING = { undo: "board.nothing-to-undo", redo: "board.nothing-to-redo" } as const;

/** Loads the board and opens its room. Rejects as `Link.load` does. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const [loaded, text] = await Promise.all([
    options.link.load(),
    options.storage?.read(options.storageKey ?? "") ?? undefined,
  ]);
  return new BoardSession(options, loaded, text);
}

class BoardSession implements Session {
  readonly types: Types;
  readonly #options: SessionOptions;
  readonly #ledger: Ledger;
  readonly #line: Line;
  readonly #listeners = new Set<() => void>();
  readonly #settled = new Set<() => void>();
  /** Edits that were on their way once: they may have arrived, whatever came back. */
  readonly #attempted = new Set<string>();
  /** Every edit made here, at this visit or the last: what came of one is no news to the next. */
  readonly #made: Set<string>;
  #conflicts: readonly Conflict[];
  /** Edits taken back before they were sent. */
  #dropped: readonly Edit[] = [];
  /** How many steps were taken back through the server after that: they come back before. */
  #undoneSince = 0;
  /** `on` is the board it was applied to. */
  #gesture: { readonly commands: readonly Command[]; readonly board: Board; readonly on: Board } | undefined;
  #undo: number | undefined;
  #redo: number | undefined;
  #remote: Snapshot["remote"];
  #snapshot: Snapshot | undefined;
  #sending: string | undefined;
  #isClosed = false;
  #denied: Denied | undefined;
  #writing: Promise<void> = Promise.resolve();
  #keptText: string | undefined;

  constructor(options: SessionOptions, loaded: Loaded, kept: string | undefined) {
    this.#options = options;
    this.types = options.types;
    const { edits, conflicts } = readKept(kept);
    this.#ledger = new Ledger(options.types, loaded.board, loaded.revision, edits);
    this.#made = new Set(edits.map((edit) => edit.id));
    this.#conflicts = conflicts;
    this.#keptText = kept;
    this.#undo = loaded.undo;
    this.#redo = loaded.redo;
    this.#line = new Line({
      link: options.link,
      clock: options.clock,
      random: options.random ?? (() => 0.5),
      revision: () => this.#ledger.revision,
      isIdle: () => this.#ledger.waiting.length === 0,
      onEntry: (entry) => this.#receiveAll([entry]),
      onChange: () => this.#changed(),
      onReady: () => void this.#pump(),
    });
    this.#line.follow();
    void this.#pump();
  }

  // ------------------------------------------------------------------ reading

  snapshot(): Snapshot {
    const isOpen = this.#denied === undefined;
    const { shown, revision, waiting } = this.#ledger;
    this.#snapshot ??= {
      board: this.#gesture?.board ?? shown,
      revision,
      save: this.#saveState(),
      conflicts: this.#conflicts,
      canUndo: isOpen && (waiting.some((one) => one.kind === "edit") || this.#undo !== 0),
      canRedo: isOpen && (this.#dropped.length > 0 || (this.#redo ?? 0) > 0),
      ...(this.#remote === undefined ? {} : { remote: this.#remote }),
    };
    return this.#snapshot;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #saveState(): SaveState {
    const count = this.#ledger.waiting.length;
    if (this.#denied !== undefined) {
      return { kind: "denied", code: this.#denied.code, message: this.#denied.message, count };
    }
    if (this.#conflicts.length > 0) {
      return { kind: "conflict", count: this.#conflicts.length };
    }
    if (!this.#line.isConnected) {
      return { kind: "offline", count };
    }
    return count > 0 ? { kind: "saving", count } : { kind: "saved" };
  }

  // ------------------------------------------------------------------ editing

  edit(commands: readonly Command[], options: EditOptions = {}): Outcome {
    const merge = options.merge ?? "";
    const last = this.#ledger.waiting.at(-1);
    const grown = last?.kind === "edit" && merge !== "" && last.merge === merge && this.#mayGrow(last) ? last : undefined;
    const done = this.#tried(commands, grown && this.#ledger.withoutLast());
    if (!done.ok) {
      return done;
    }
    const { applied } = done;
    if (applied.patch.length === 0) {
      if (grown !== undefined) {
        this.#refuse(this.#ledger.remove(grown.id)); // typed back to what it was
        this.#changed();
        this.#keep();
      }
      return { ok: true, touched: [] };
    }
    const now = this.#options.clock.now();
    const edit: Edit = {
      kind: "edit",
      id: grown?.id ?? this.#options.newId(),
      label: options.label ?? labelOfCommands(commands),
      commands,
      original: applied.patch,
      base: this.#ledger.revision,
      merge,
      since: grown?.since ?? now,
      at: now,
      isKept: false,
      isUnchecked: false,
    };
    this.#made.add(edit.id);
    this.#ledger.add(edit, applied.board, grown !== undefined);
    this.#dropped = [];
    this.#undoneSince = 0;
    this.#redo = this.#redo === undefined ? undefined : 0;
    this.#changed();
    this.#keep();
    void this.#pump();
    return { ok: true, touched: applied.touched };
  }

  test(commands: readonly Command[]): Outcome {
    const done = this.#tried(commands);
    return done.ok ? { ok: true, touched: done.applied.touched } : done;
  }

  gesture(): Gesture {
    let commands: readonly Command[] = [];
    let isOpen = true;
    const show = (next: readonly Command[]): boolean => {
      const done = isOpen ? this.#tried(next) : undefined;
      if (done?.ok !== true) {
        return false;
      }
      commands = next;
      this.#gesture = { commands, board: done.applied.board, on: this.#ledger.shown };
      this.#changed();
      return true;
    };
    const end = (): readonly Command[] => {
      const made = isOpen ? commands : [];
      isOpen = false;
      this.#gesture = undefined;
      return made;
    };
    return {
      show,
      add: (more) => show([...commands, ...more]),
      commit: (label) => {
        const made = end();
        if (made.length > 0) {
          this.edit(made, label === undefined ? {} : { label });
        }
        this.#changed();
      },
      cancel: () => {
        end();
        this.#changed();
      },
    };
  }

  undo(): void {
    const last = this.#ledger.waiting.at(-1);
    if (last?.kind === "edit" && !this.#mayHaveArrived(last)) {
      this.#refuse(this.#ledger.remove(last.id));
      this.#dropped = [...this.#dropped, last];
      this.#changed();
      this.#keep();
    } else {
      this.#step("undo");
    }
  }

  redo(): void {
    const last = this.#dropped.at(-1);
    if (last === undefined || this.#undoneSince > 0) {
      this.#step("redo");
      return;
    }
    const rest = this.#dropped.slice(0, -1);
    this.edit(last.commands, { label: last.label });
    this.#dropped = rest;
    this.#changed();
  }

  #step(kind: "undo" | "redo"): void {
    const isNothing = kind === "undo" ? this.#undo === 0 : this.#redo === 0;
    if (isNothing && this.#ledger.waiting.length === 0) {
      return;
    }
    this.#refuse(this.#ledger.addStep({ kind, id: this.#options.newId() }));
    this.#undoneSince = Math.max(0, this.#undoneSince + (kind === "undo" ? 1 : -1));
    this.#changed();
    void this.#pump();
  }

  changedElsewhere(undo: number, redo: number): void {
    this.#undo = undo;
    this.#redo = redo;
    this.#dropped = [];
    this.#changed();
  }

  retry(id: string): boolean {
    const conflict = this.#conflicts.find((one) => one.id === id);
    if (conflict === undefined || !this.edit(conflict.commands, { label: conflict.label }).ok) {
      return false;
    }
    this.discard(id);
    return true;
  }

  discard(id: string): void {
    this.#conflicts = this.#conflicts.filter((one) => one.id !== id);
    this.#changed();
    this.#keep();
  }

  wake(): void {
    this.#denied = undefined;
    this.#line.wake();
    this.#changed();
    void this.#pump();
  }

  async settled(): Promise<void> {
    if (!this.#isSettled()) {
      await new Promise<void>((resolve) => {
        this.#settled.add(resolve);
      });
    }
    await this.#writing;
  }

  close(): void {
    this.#isClosed = true;
    this.#line.close();
    this.#listeners.clear();
    this.#changed();
  }

  #tried(commands: readonly Command[], board?: Board): Tried {
    if (this.#denied !== undefined) {
      return { ok: false, refused: { code: this.#denied.code, message: this.#denied.message } };
    }
    return this.#ledger.tried(commands, board);
  }

  #mayHaveArrived(edit: Edit): boolean {
    return edit.isKept || this.#attempted.has(edit.id);
  }

  #mayGrow(edit: Edit): boolean {
    const now = this.#options.clock.now();
    return !this.#mayHaveArrived(edit) && now - edit.at <= HOLD_MS && now - edit.since <= HOLD_IN_ALL_MS;
  }

  // ------------------------------------------------------------------ sending

  async #pump(): Promise<void> {
    this.#line.endHold();
    const [first] = this.#ledger.waiting;
    const isIdle = this.#sending === undefined && !this.#line.isWaiting && this.#denied === undefined;
    if (first === undefined || !isIdle || this.#isClosed) {
      return;
    }
    const hold = first.kind === "edit" ? this.#holdFor(first) : 0;
    if (hold > 0) {
      this.#line.hold(hold);
      return;
    }
    this.#sending = first.id;
    try {
      await (first.kind === "edit" ? this.#send(first) : this.#sendStep(first));
      this.#line.reached();
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#sending = undefined;
    }
    void this.#pump();
  }

  #holdFor(edit: Edit): number {
    const isLast = this.#ledger.waiting.length === 1;
    return edit.merge !== "" && isLast && !edit.isKept ? edit.at + HOLD_MS - this.#options.clock.now() : 0;
  }

  async #send(edit: Edit): Promise<void> {
    const { id, commands, base } = edit;
    this.#attempted.add(id);
    const reply = await this.#options.link.send({ base_revision: base, id, commands });
    if ("accepted" in reply) {
      this.#accept(reply.accepted, id);
      return;
    }
    const { refused, missing, stale, revision } = reply.rejected;
    this.#receiveAll(missing);
    if (revision > this.#ledger.revision) {
      await this.#reload();
    }
    const still = this.#ledger.waiting.find((one) => one.id === id);
    if (still?.kind !== "edit") {
      return; // it came by the stream, or met what others did
    }
    const isNew = still.base < this.#ledger.revision || edit.base < this.#ledger.revision;
    const others = missing.filter((entry) => !this.#made.has(entry.id ?? ""));
    const fault = stale && isNew ? this.#ledger.check(still, others) : refused;
    if (fault !== undefined) {
      this.#attempted.delete(id);
      this.#refuse([...this.#ledger.remove(id), { edit: still, refused: fault, others: stale ? others : [] }]);
    }
  }

  async #sendStep(step: Step): Promise<void> {
    const before = this.#ledger.revision;
    const reply = await this.#options.link[step.kind](before, step.id);
    if ("accepted" in reply) {
      this.#accept(reply.accepted, step.id);
      return;
    }
    const { refused, missing, stale } = reply.rejected;
    this.#receiveAll(missing);
    if (stale && this.#ledger.revision > before) {
      return; // once more, on top of it
    }
    this.#refuse(this.#ledger.remove(step.id));
    if (step.kind === "undo") {
      this.#undoneSince = Math.max(0, this.#undoneSince - 1);
    }
    if (refused.code === NOTHING[step.kind]) {
      this.#undo = step.kind === "undo" ? 0 : this.#undo;
      this.#redo = step.kind === "redo" ? 0 : this.#redo;
      this.#changed();
      return;
    }
    const label = step.kind === "undo" ? "Undo" : "Redo";
    this.#addConflict({ id: step.id, label, commands: [], refused, others: [], step: step.kind, retryable: false });
  }

  #accept(accepted: Accepted, id: string): void {
    const { patch, touched, missing } = accepted;
    const revision = ownRevision(accepted, this.#ledger.revision);
    this.#receiveAll([...missing, { revision, patch, touched, id, actor: "" }]);
    this.#undo = accepted.undo ?? this.#undo;
    this.#redo = accepted.redo ?? this.#redo;
    this.#attempted.delete(id);
    // It may have come by the stream before; then it waits no more already.
    this.#refuse(this.#ledger.remove(id));
    this.#changed();
    this.#keep();
  }

  #refuse(refused: readonly Refused[]): void {
    for (const one of refused) {
      const { id, label, commands } = one.edit;
      const names = one.others.map((entry) => entry.actor_name ?? entry.actor).filter((name) => name !== "");
      const retryable = this.#ledger.tried(commands).ok;
      this.#addConflict({ id, label, commands, refused: one.refused, others: [...new Set(names)], retryable });
    }
  }

  #addConflict(conflict: Conflict): void {
    // A step that is tried again is refused for the same reason: once told is enough.
    const others = conflict.step === undefined ? this.#conflicts : this.#conflicts.filter(({ step }) => step !== conflict.step);
    this.#conflicts = [...others, conflict];
    this.#changed();
    this.#keep();
  }

  #failed(error: unknown): void {
    if (error instanceof Denied) {
      this.#denied = error;
      this.#changed();
    } else {
      this.#line.broken();
    }
  }

  // ------------------------------------------------------------------ receiving

  #receiveAll(entries: readonly Entry[]): void {
    const isOwn = ({ id }: Entry) => this.#ledger.waiting.some((one) => one.id === id);
    const { revision } = this.#ledger;
    for (const entry of entries.toSorted((one, other) => one.revision - other.revision)) {
      const own = isOwn(entry);
      const { refused, isGap, isMismatch } = this.#ledger.receive(entry, isOwn);
      if (own) {
        this.#attempted.delete(entry.id ?? "");
      } else if (entry.revision > revision) {
        this.#remote = { actor: entry.actor, name: entry.actor_name ?? "", touched: entry.touched };
      }
      this.#refuse(refused);
      if (isMismatch) {
        // Cannot be; but if it is, the server's board is right.
        void this.#reload().catch((error: unknown) => this.#failed(error));
      } else if (isGap) {
        this.#line.follow();
      }
    }
    if (this.#ledger.revision !== revision) {
      this.#keep();
      this.#changed();
    }
  }

  /** Takes the whole board anew. */
  async #reload(): Promise<void> {
    const loaded = await this.#options.link.load();
    if (loaded.revision < this.#ledger.revision || this.#isClosed) {
      return;
    }
    this.#undo = loaded.undo ?? this.#undo;
    this.#redo = loaded.redo ?? this.#redo;
    this.#refuse(this.#ledger.reset(loaded.board, loaded.revision));
    this.#line.follow();
    this.#changed();
  }

  // ------------------------------------------------------------------ telling

  #isSettled(): boolean {
    const isStuck = !this.#line.isConnected || this.#denied !== undefined || this.#isClosed;
    return this.#ledger.waiting.length === 0 || isStuck;
  }

  #changed(): void {
    this.#snapshot = undefined;
    const { shown } = this.#ledger;
    if (this.#gesture !== undefined && this.#gesture.on !== shown) {
      const { commands } = this.#gesture;
      const done = this.#tried(commands);
      this.#gesture = { commands, board: done.ok ? done.applied.board : shown, on: shown };
    }
    for (const listener of this.#listeners) {
      listener();
    }
    if (this.#isSettled()) {
      for (const resolve of this.#settled) {
        resolve();
      }
      this.#settled.clear();
    }
  }

  /** Keeps what waits for the next visit; writes follow each other. */
  #keep(): void {
    const { storage, storageKey = "" } = this.#options;
    const text = keptText(this.#ledger.waiting, this.#conflicts);
    // Another session may have taken over what a closed one had.
    if (storage !== undefined && text !== this.#keptText && !this.#isClosed) {
      this.#keptText = text;
      const write = () => storage.write(storageKey, text);
      this.#writing = this.#writing.then(write).catch(() => {
        this.#keptText = undefined; // full or forbidden; the next change tries again
      });
    }
  }
}

/**
 * The revision at which a batch was taken: the one that nothing else has. 0 if that was before all
 * that is told, or if the batch did nothing.
 */
function ownRevision({ revision, missing }: Accepted, known: number): number {
  const taken = new Set(missing.map((entry) => entry.revision));
  for (let each = revision; each > known; each -= 1) {
    if (!taken.has(each)) {
      return each;
    }
  }
  return 0;
}
