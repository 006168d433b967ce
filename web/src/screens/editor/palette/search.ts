/** Finds node types by what people type: name, category, keywords, and what others call the same. */
import { inputsOf, kindOf, type NodeDefinition, outputsOf, type PinDefinition, titleOfType, type Types } from "~/core";

/** Something that can be placed. */
export interface Entry {
  readonly id: string;
  readonly type: string;
  readonly title: string;
  /** Right of the title: the category, or where it comes from. */
  readonly where: string;
  readonly definition: NodeDefinition;
  /** Literals it starts with, for variables and functions of this board. */
  readonly values?: Readonly<Record<string, string>>;
  readonly name?: string;
  readonly fromBoard: boolean;
  readonly words: readonly string[];
}

export interface Hit {
  readonly entry: Entry;
  readonly score: number;
  /** Parts of the title that were matched, as start and end. */
  readonly marks: readonly (readonly [number, number])[];
}

/** What people who come from elsewhere type. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  control_branch: ["if", "else", "condition", "decide"],
  control_switch: ["case", "match", "route", "select"],
  control_for_each: ["loop", "iterate", "map", "foreach"],
  control_while_loop: ["loop", "repeat", "until", "do"],
  control_par_for_each: ["loop", "concurrent", "batch"],
  control_try: ["catch", "error", "exception", "rescue"],
  control_fail: ["throw", "raise", "error", "abort"],
  control_sequence: ["then", "steps", "order"],
  delay: ["wait", "sleep", "pause", "timer"],
  events_generic: ["start", "trigger", "input", "begin"],
  events_simple: ["start", "trigger", "begin", "button"],
  event_http_request: ["webhook", "api", "endpoint", "rest", "start", "trigger"],
  events_generic_return_result: ["output", "answer", "end", "return", "result"],
  http_respond: ["answer", "reply", "response", "return"],
  int_add: ["+", "plus", "sum"],
  int_subtract: ["-", "minus", "difference"],
  int_multiply: ["*", "×", "times"],
  int_divide: ["/", "÷"],
  float_add: ["+", "plus", "sum"],
  float_subtract: ["-", "minus", "difference"],
  float_multiply: ["*", "×", "times"],
  float_divide: ["/", "÷"],
  int_modulo: ["%", "mod", "rest"],
  string_format: ["template", "concat", "join", "interpolate"],
  string_join: ["concat", "append", "merge"],
  variable_get: ["read", "load"],
  variable_set: ["write", "store", "assign"],
  log_info: ["print", "console", "debug", "echo"],
  eval: ["formula", "math", "calculate", "expression"],
  val_to_string: ["stringify", "text", "convert", "json"],
  val_from_string: ["parse", "json", "convert"],
  reroute: ["bend", "knot", "dot"],
};

/** Everything a catalog offers, as entries. */
export function entriesOf(types: Types): readonly Entry[] {
  const found: Entry[] = [];
  const newest = new Map<string, NodeDefinition>();
  for (const key of types.keys()) {
    const definition = types.get(key);
    if (definition !== undefined && (newest.get(definition.name)?.version ?? 0) < (definition.version ?? 1)) {
      newest.set(definition.name, definition);
    }
  }
  for (const definition of newest.values()) {
    const type = `${definition.name}@${definition.version ?? 1}`;
    found.push({
      id: type,
      type,
      title: titleOfType(definition),
      where: definition.category ?? "",
      definition,
      fromBoard: false,
      words: wordsOf(definition),
    });
  }
  return found.sort((one, two) => one.title.localeCompare(two.title) || one.where.localeCompare(two.where));
}

function wordsOf(definition: NodeDefinition): string[] {
  const pins = [...inputsOf(definition), ...outputsOf(definition)].map((pin) => pin.label ?? "");
  return [...(definition.keywords ?? []), ...(ALIASES[definition.name] ?? []), definition.name.replaceAll("_", " "), ...pins]
    .map((word) => word.toLowerCase())
    .filter((word) => word !== "");
}

/** How well an entry answers what was typed; 0 if not at all. */
export function scoreOf(entry: Entry, query: string): { readonly score: number; readonly marks: Hit["marks"] } {
  const marks: (readonly [number, number])[] = [];
  const title = entry.title.toLowerCase();
  let score = 0;
  for (const word of query.toLowerCase().split(/\s+/u)) {
    if (word !== "") {
      const one = scoreOfWord(entry, title, word, marks);
      if (one === 0) {
        return { score: 0, marks: [] };
      }
      score += one;
    }
  }
  return { score: score - title.length / 100, marks };
}

function scoreOfWord(entry: Entry, title: string, word: string, marks: (readonly [number, number])[]): number {
  const at = title.indexOf(word);
  const mark = (start: number, weight: number) => {
    marks.push([start, start + word.length]);
    return weight;
  };
  if (title === word) {
    return mark(0, 120);
  }
  if (at === 0) {
    return mark(0, 100);
  }
  const inner = wordStart(title, word);
  if (inner >= 0) {
    return mark(inner, 80);
  }
  if (entry.words.includes(word)) {
    return 75;
  }
  if (at > 0) {
    return mark(at, 60);
  }
  if (entry.words.some((one) => one.startsWith(word))) {
    return 45;
  }
  if (entry.where.toLowerCase().includes(word)) {
    return 30;
  }
  return entry.words.some((one) => one.includes(word)) ? 20 : isSubsequence(title, word) ? 8 : 0;
}

function wordStart(title: string, word: string): number {
  for (let at = title.indexOf(word); at >= 0; at = title.indexOf(word, at + 1)) {
    if (/[\s/(]/u.test(title.charAt(at - 1))) {
      return at;
    }
  }
  return -1;
}

function isSubsequence(title: string, word: string): boolean {
  if (word.length < 3) {
    return false;
  }
  let at = 0;
  for (const letter of word) {
    at = title.indexOf(letter, at) + 1;
    if (at === 0) {
      return false;
    }
  }
  return true;
}

const RECENT_WEIGHT = 6;
/** What boards are mostly made of: it comes first while nothing is typed. */
const USUAL: readonly string[] = [
  "events_generic",
  "event_http_request",
  "control_branch",
  "control_for_each",
  "log_info",
  "variable_set",
  "variable_get",
  "events_generic_return_result",
  "http_respond",
  "control_sequence",
  "control_try",
  "string_format",
  "struct_get",
  "int_add",
];

/** Entries that answer a query, the best first. Without a query: recent ones, then by title. */
export function search(entries: readonly Entry[], query: string, recent: readonly string[] = []): readonly Hit[] {
  const rank = new Map(recent.map((id, index) => [id, (recent.length - index) / recent.length]));
  const hits: Hit[] = [];
  const empty = query.trim() === "";
  for (const entry of entries) {
    const { score, marks } = empty ? { score: 1 + usual(entry), marks: [] } : scoreOf(entry, query);
    if (score > 0) {
      hits.push({ entry, marks, score: score + (rank.get(entry.id) ?? 0) * (empty ? 100 : RECENT_WEIGHT) });
    }
  }
  return hits.sort((one, two) => two.score - one.score);
}

function usual(entry: Entry): number {
  const at = USUAL.indexOf(entry.definition.name);
  return at < 0 || entry.fromBoard ? 0 : USUAL.length - at;
}

/** Whether a type has a pin that a wire from another pin could lead to (or come from). */
export function takes(definition: NodeDefinition, side: "in" | "out", refusal: (pin: PinDefinition) => string): boolean {
  const pins = side === "in" ? inputsOf(definition) : outputsOf(definition);
  return pins.some((pin) => pin.name !== "var_ref" && refusal(pin) === "");
}

/** Whether a type can be put into a wire. */
export function fitsInto(
  definition: NodeDefinition,
  enters: (pin: PinDefinition) => string,
  leaves: (pin: PinDefinition) => string,
): boolean {
  return kindOf(definition) !== "start" && takes(definition, "in", enters) && takes(definition, "out", leaves);
}
