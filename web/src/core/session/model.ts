/**
 * What the client of a board room and its surroundings say to each other: the link to the server,
 * the storage, the clock, and what the editor may see and do. `room.ts` implements `Session`.
 */
import type { Types } from "../definition";
import type { Board } from "../document";
import type { Change } from "../edit/change";
import type { Command } from "../edit/commands";

/** Something that happened to the board, as the server orders it. */
export interface Entry {
  readonly revision: number;
  readonly actor: string;
  readonly actor_name?: string;
  /** When, as ISO-8601 text. */
  readonly at?: string;
  /** The id of the batch, minted by the client that sent it. */
  readonly id?: string;
  readonly patch: readonly Change[];
  readonly touched: readonly string[];
}

/** A batch on its way to the server. Sending the same `id` again does nothing twice. */
export interface Submission {
  readonly base_revision: number;
  readonly id: string;
  readonly commands: readonly Command[];
}

/** The server took a batch, an undo or a redo; maybe earlier, if it was sent before. */
export interface Accepted {
  /** The board's revision now. */
  readonly revision: number;
  readonly patch: readonly Change[];
  readonly touched: readonly string[];
  /** What else happened since the base; in order. */
  readonly missing: readonly Entry[];
  /** How many steps this person can undo and redo. */
  readonly undo?: number;
  readonly redo?: number;
}

/** Why the server refused: the code of the command's refusal, or of the request's. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly remedy?: string;
  readonly where?: { readonly node?: string; readonly pin?: string; readonly path?: string };
}

/** The server did not take it, and will not if it is sent again as it is. */
export interface Rejected {
  readonly refused: Refusal;
  /** The revision of the board; 0 if the server did not say. */
  readonly revision: number;
  readonly missing: readonly Entry[];
  /**
   * Whether the board has only moved on (409): it may be sent again on top of `missing`. Else the
   * commands themselves were refused.
   */
  readonly stale: boolean;
}

export type Reply = { readonly accepted: Accepted } | { readonly rejected: Rejected };

/** The board as the server has it. */
export interface Loaded {
  readonly revision: number;
  readonly board: Board;
  readonly undo?: number;
  readonly redo?: number;
}

/**
 * The way to the server. Every method rejects with any error while the server cannot be reached
 * (or answers 5xx or 429): the session then waits and tries again. It rejects with a
 * {@link Denied} when the person may not (401, 403, 404).
 */
export interface Link {
  load(): Promise<Loaded>;
  send(submission: Submission): Promise<Reply>;
  /** Steps have an `id` like batches: sent again, they count once. */
  undo(baseRevision: number, id: string): Promise<Reply>;
  redo(baseRevision: number, id: string): Promise<Reply>;
  /** Tells of entries after a revision, in order, until `close` is called. */
  follow(after: number, on: Following): { close(): void };
}

/** What a stream of entries tells. */
export interface Following {
  /** The server has answered; entries will come. */
  open(): void;
  entry(entry: Entry): void;
  /** The stream has broken, or could not be opened. Called once; the session opens another. */
  lost(): void;
}

/** The server said no to the person, not to the edit. */
export class Denied extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "Denied";
    this.code = code;
  }
}

/** Keeps texts from one visit to the next: `localStorage` or IndexedDB behind it. */
export interface Storage {
  read(key: string): Promise<string | undefined>;
  /** Writes, or removes with `undefined`. */
  write(key: string, text: string | undefined): Promise<void>;
}

/** Time, so that tests decide when it passes. */
export interface Clock {
  now(): number;
  /** Calls once after so many milliseconds; the result cancels. */
  after(ms: number, call: () => void): () => void;
}

/** How far edits have got. */
export type SaveState =
  | { readonly kind: "saved" }
  | { readonly kind: "saving"; readonly count: number }
  /** The server cannot be reached; so many edits wait. */
  | { readonly kind: "offline"; readonly count: number }
  /** So many edits were refused and wait for a choice. */
  | { readonly kind: "conflict"; readonly count: number }
  /** The person may no longer write; what waits is kept. */
  | { readonly kind: "denied"; readonly code: string; readonly message: string; readonly count: number };

/** An edit that was refused. It is not part of the board that is shown. */
export interface Conflict {
  readonly id: string;
  readonly label: string;
  readonly commands: readonly Command[];
  readonly refused: Refusal;
  /** Who changed the same part, if that is why. */
  readonly others: readonly string[];
  /** A step back or forth that was refused, instead of an edit. */
  readonly step?: "undo" | "redo";
  /** Whether it could be applied on top of the board as it is now: `retry` makes sense. */
  readonly retryable: boolean;
}

/** What the editor draws from. Parts that did not change are the same objects as before. */
export interface Snapshot {
  /** The board with everything the person did, acknowledged or not. */
  readonly board: Board;
  readonly revision: number;
  readonly save: SaveState;
  readonly conflicts: readonly Conflict[];
  /** Whether there is something to undo or redo. */
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** Ids (`kind:id`) that the last remote entry touched, and who it was; for a flash. */
  readonly remote?: { readonly actor: string; readonly name: string; readonly touched: readonly string[] };
}

/** Edits of one gesture: shown at once, sent as one batch, undone as one step. */
export interface Gesture {
  /** Replaces what the gesture does so far. False if the board refuses it; nothing changes then. */
  show(commands: readonly Command[]): boolean;
  /** Adds to what the gesture does so far. False if refused. */
  add(commands: readonly Command[]): boolean;
  /** Makes the gesture an edit. A gesture that does nothing is no edit. */
  commit(label?: string): void;
  cancel(): void;
}

/** What became of an edit at once. */
export type Outcome =
  | { readonly ok: true; readonly touched: readonly string[] }
  | { readonly ok: false; readonly refused: Refusal };

export interface EditOptions {
  /** What people call it; told from the commands if absent. */
  readonly label?: string;
  /**
   * Edits with the same key, shortly after each other, become one step: typing in one field.
   * Only the last commands are sent, so each must hold all of it.
   */
  readonly merge?: string;
}

/** The client of one board room. */
export interface Session {
  readonly types: Types;
  /** The same object until something changes; made for `useSyncExternalStore`. */
  snapshot(): Snapshot;
  /** Calls after every change of the snapshot; the result ends that. */
  subscribe(listener: () => void): () => void;
  /** Applies commands as one step: shown at once, kept, sent. Refused ones change nothing. */
  edit(commands: readonly Command[], options?: EditOptions): Outcome;
  /** Whether commands would be refused now, without doing them. */
  test(commands: readonly Command[]): Outcome;
  gesture(): Gesture;
  /**
   * Takes the last step back, through the server; a step that was not sent yet is dropped. What was
   * made here with nobody in between is shown at once.
   */
  undo(): void;
  redo(): void;
  /** The person changed the board by another way, such as restoring: what may be taken back now. */
  changedElsewhere(undo: number, redo: number): void;
  /** Sends a refused edit again on top of what others did. False if it cannot be applied. */
  retry(conflict: string): boolean;
  /** Gives a refused edit up. */
  discard(conflict: string): void;
  /** Ends waiting between tries: the browser is online again, or the person said so. */
  wake(): void;
  /** Resolves when everything is saved, or cannot be for now. */
  settled(): Promise<void>;
  close(): void;
}
