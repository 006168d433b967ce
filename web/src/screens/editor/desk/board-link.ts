/** What the editor asks the server about a board, beside its session: history, versions, publishing. */
import type { EventRow, Prerun, Published, Version } from "~/api";
import type { Board } from "~/core";

import type { Finding } from "./desk";

export interface HistoryRow {
  readonly revision: number;
  readonly actor: string;
  readonly actor_name: string;
  readonly at: string;
  readonly kind: string;
  readonly summary: string;
  readonly version?: string | null;
}

export interface Detail {
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly secret?: boolean;
}

export interface Difference {
  readonly kind: string;
  readonly id: string;
  readonly title: string;
  readonly what: "added" | "removed" | "changed" | "moved";
  readonly details: readonly Detail[];
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string | null;
}

export type FormerState = { readonly version: string } | { readonly revision: number };

/** A state by its name: a version such as `1.2.0`, or a revision such as `12`. */
export function stateNamed(name: string): FormerState {
  return name.includes(".") ? { version: name } : { revision: Number(name) };
}

/** How many steps may be taken back, and done again. */
export interface Steps {
  readonly undo: number;
  readonly redo: number;
}

export interface BoardLink {
  history(cursor?: string): Promise<Page<HistoryRow>>;
  versions(): Promise<readonly Version[]>;
  nameVersion(bump: "major" | "minor" | "patch", message: string): Promise<Version>;
  diff(from: string, to: string): Promise<readonly Difference[]>;
  /** What would change if the board became this one. */
  diffWith(board: Board): Promise<readonly Difference[]>;
  /** Makes the board what a state or a document has, or only some of its things. */
  restore(to: FormerState | { readonly board: Board }, base: number, ids?: readonly string[]): Promise<Steps>;
  /** Leaves one's own last step as it is: the one before is taken back next. */
  skipUndo(): Promise<Steps>;
  /** The board at a version or a revision. */
  boardAt(state: string): Promise<Board>;
  validate(): Promise<readonly Finding[]>;
  prerun(node: string): Promise<Prerun>;
  events(): Promise<readonly EventRow[]>;
  publish(request: PublishRequest): Promise<Published>;
  /** Calls a published address, as the shown line of curl does. */
  call(url: string, method: string, payload: string): Promise<Called>;
}

export interface PublishRequest {
  readonly id: string;
  readonly name: string;
  readonly node: string;
  readonly kind: "simple" | "generic" | "http";
  readonly method?: string;
  readonly path?: string;
  readonly access: "private" | "public";
  readonly bump: "major" | "minor" | "patch";
  readonly message: string;
}

export interface Called {
  readonly status: number;
  readonly ms: number;
  readonly body: string;
}
