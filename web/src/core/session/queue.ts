/** Edits on their way: what was done and not acknowledged, in order, as it is kept for next time. */
import type { Change } from "../edit/change";
import type { Command } from "../edit/commands";
import { readCommand } from "../edit/read-command";
import type { JsonObject } from "../json";
import { isNumber, isObject, parse, stringify, toNumber } from "../json";
import type { Conflict } from "./model";

/** An edit that waits. */
export interface Edit {
  readonly kind: "edit";
  readonly id: string;
  readonly label: string;
  readonly commands: readonly Command[];
  /** What it did when it was made. */
  readonly original: readonly Change[];
  /** The revision of which all is known to go with it; sent as its base. */
  readonly base: number;
  readonly merge: string;
  /** When it was made and when it was last added to; it waits a moment for more. */
  readonly since: number;
  readonly at: number;
  /**
   * Kept from the last visit: it may have arrived already, so it is not shown before the server
   * has spoken.
   */
  readonly isKept: boolean;
  /** Whether there may be entries after `base` that it was not held against. */
  readonly isUnchecked: boolean;
}

/** An undo or redo that waits its turn. */
export interface Step {
  readonly kind: "undo" | "redo";
  readonly id: string;
}

export type Waiting = Edit | Step;

/** What is kept between visits. */
export interface Kept {
  readonly edits: readonly Edit[];
  readonly conflicts: readonly Conflict[];
}

const VERSION = 1;

/** The text that is kept; undefined if there is nothing to keep. */
export function keptText(waiting: readonly Waiting[], conflicts: readonly Conflict[]): string | undefined {
  const edits = waiting.filter((one) => one.kind === "edit");
  if (edits.length === 0 && conflicts.length === 0) {
    return undefined;
  }
  return stringify({ version: VERSION, edits, conflicts });
}

/** What was kept. Text of another version or malformed text gives nothing. */
export function readKept(text: string | undefined): Kept {
  try {
    const kept = text === undefined ? undefined : parse(text);
    if (isObject(kept) && kept.version === VERSION) {
      return {
        edits: listOf(kept.edits).map((edit) => readEdit(edit)),
        conflicts: listOf(kept.conflicts).map((one) => withCommands(one) as unknown as Conflict),
      };
    }
  } catch {
    // What cannot be read cannot be sent; the board on the server is whole without it.
  }
  return { edits: [], conflicts: [] };
}

function listOf(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter((item) => isObject(item)) : [];
}

function withCommands(value: JsonObject): Record<string, unknown> {
  return { ...value, commands: listOf(value.commands).map((command) => readCommand(command) as Command) };
}

function readEdit(value: JsonObject): Edit {
  return {
    ...(withCommands(value) as unknown as Edit),
    base: isNumber(value.base) ? toNumber(value.base) : 0,
    since: 0,
    at: 0,
    isKept: true,
    isUnchecked: true,
  };
}
