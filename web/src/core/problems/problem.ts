/** What a check says: one problem a fault, each with a code, a sentence, a remedy and a place. */

export type Severity = "error" | "warning" | "info";

/** One fault of a board. Codes, severities and places are those of the server's checks. */
export interface Problem {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly remedy: string;
  readonly where: { readonly node?: string; readonly pin?: string; readonly path?: string };
}

const WARNINGS = new Set([
  "board.empty-layer",
  "board.gather-never-fires",
  "board.no-start",
  "board.secret-logged",
  "board.sensitive-literal",
  "board.unreachable-node",
]);
const INFOS = new Set(["board.outdated-type", "board.type-not-recorded"]);

/** A problem with the severity of its code. */
export function problem(code: string, message: string, remedy: string, where: Problem["where"] = {}): Problem {
  const severity = WARNINGS.has(code) ? "warning" : INFOS.has(code) ? "info" : "error";
  return { code, severity, message, remedy, where };
}

const RANK: { readonly [severity in Severity]: number } = { error: 0, warning: 1, info: 2 };

/** A key by which problems sort: the worst first, then by place, code and sentence. */
export function rankOf({ severity, where, code, message }: Problem): readonly string[] {
  return [String(RANK[severity]), where.node ?? "", where.pin ?? "", where.path ?? "", code, message];
}

/** A name as a sentence quotes it. */
export function named(text: string): string {
  return `'${text.slice(0, 80)}'`;
}
