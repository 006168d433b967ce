/**
 * Finds things on a board: nodes, pins, values, comments, layers and variables. What is said of a
 * node is kept with the node, so that a search after an edit reads only what changed.
 */
import type { PinDefinition, Types } from "../definition";
import { labelOf } from "../definition";
import type { Board, Comment, Layer, Node, Variable } from "../document";
import { titleOfNode } from "../document";
import { VARIABLE_PIN } from "../edit/follow";
import type { Command } from "../edit/commands";
import type { Json } from "../json";
import { stringify } from "../json";
import { definitionOf, sidesOf, splitEnd } from "../pins";
import type { FilterName, Query } from "./query";
import { isEmptyQuery, parseQuery } from "./query";

/** Something that was found. */
export interface BoardHit {
  readonly kind: "node" | "layer" | "comment" | "variable";
  readonly id: string;
  /** The layer it stands in; empty is the board itself. Variables stand nowhere. */
  readonly layer: string;
  readonly title: string;
  /** Where in it: the pin, or a field such as `note`. Empty for its title. */
  readonly field: string;
  /** The text around what was found, one line. */
  readonly excerpt: string;
  /** What to mark in the excerpt: from, to. */
  readonly marks: readonly (readonly [number, number])[];
  readonly score: number;
}

/** A problem, as far as a search looks at it. */
export interface KnownProblem {
  readonly code: string;
  readonly message: string;
  readonly where?: { readonly node?: string; readonly path?: string };
}

export interface SearchOptions {
  readonly problems?: readonly KnownProblem[];
  readonly limit?: number;
}

type Role = "title" | "type" | "pin" | "value" | "note" | "var" | "error";

interface Line {
  readonly role: Role;
  readonly field: string;
  readonly text: string;
  readonly lower: string;
}

interface Thing {
  readonly kind: BoardHit["kind"];
  readonly id: string;
  readonly layer: string;
  readonly title: string;
  readonly lines: readonly Line[];
}

const LONGEST = 2_000;
const AROUND = 40;
const LIMIT = 200;
const WEIGHTS: { readonly [role in Role]: number } = {
  title: 100,
  var: 80,
  type: 60,
  note: 50,
  value: 40,
  pin: 30,
  error: 20,
};
/** Which lines a filter looks at. */
const ROLES: { readonly [filter in FilterName]?: readonly Role[] } = {
  type: ["type"],
  pin: ["pin"],
  value: ["value"],
  var: ["var"],
  error: ["error"],
};

/** All that answers a query, the best first. Nothing answers an empty one. */
export function searchBoard(
  board: Board,
  types: Types,
  text: string | Query,
  options: SearchOptions = {},
): readonly BoardHit[] {
  const query = typeof text === "string" ? parseQuery(text) : text;
  if (isEmptyQuery(query)) {
    return [];
  }
  const problems = problemsByNode(options.problems ?? []);
  const unused = query.filters.has("unused") ? unusedIn(board) : undefined;
  const hits: BoardHit[] = [];
  for (const thing of things(board, types)) {
    if (unused === undefined || unused.has(`${thing.kind}:${thing.id}`)) {
      hits.push(...hitsIn(thing, query, problems.get(thing.id) ?? []));
    }
  }
  return hits
    .sort((one, other) => other.score - one.score || one.title.localeCompare(other.title) || (one.id < other.id ? -1 : 1))
    .slice(0, options.limit ?? LIMIT);
}

/** The best line a filter or word finds, each; nothing if one of them finds none. */
function hitsIn(thing: Thing, query: Query, problems: readonly Line[]): BoardHit[] {
  const lines = problems.length === 0 ? thing.lines : [...thing.lines, ...problems];
  const found = new Map<Line, [number, number][]>();
  const note = (line: Line | undefined, word: string): boolean => {
    if (line === undefined) {
      return false;
    }
    const marks = found.get(line) ?? [];
    if (word !== "") {
      const at = line.lower.indexOf(word);
      marks.push([at, at + word.length]);
    }
    found.set(line, marks);
    return true;
  };
  for (const [filter, value] of query.filters) {
    const roles = ROLES[filter];
    const line = roles && best(lines.filter((each) => roles.includes(each.role)), value);
    if (roles !== undefined && !note(line, value)) {
      return [];
    }
  }
  for (const word of query.words) {
    if (!note(best(lines, word), word)) {
      return [];
    }
  }
  if (found.size === 0) {
    note(thing.lines[0], "");
  }
  return shown(thing, found);
}

function best(lines: readonly Line[], word: string): Line | undefined {
  let chosen: Line | undefined;
  let most = -1;
  for (const line of lines) {
    const at = line.lower.indexOf(word);
    if (at >= 0) {
      const score = WEIGHTS[line.role] + (at === 0 ? 10 : 0) + (line.lower.length === word.length ? 20 : 0);
      if (score > most) {
        [chosen, most] = [line, score];
      }
    }
  }
  return chosen;
}

function shown(thing: Thing, found: ReadonlyMap<Line, [number, number][]>): BoardHit[] {
  const [line, marks] = [...found].toSorted(([one], [other]) => WEIGHTS[other.role] - WEIGHTS[one.role])[0] ?? [];
  if (line === undefined || marks === undefined) {
    return [];
  }
  const { kind, id, layer, title } = thing;
  const score = [...found.keys()].reduce((sum, each) => sum + WEIGHTS[each.role] + (each.lower === each.text ? 0 : 1), 0);
  return [{ kind, id, layer, title, field: line.field, score, ...excerptOf(line.text, marks) }];
}

function excerptOf(text: string, marks: readonly [number, number][]): Pick<BoardHit, "excerpt" | "marks"> {
  const first = Math.min(...marks.map(([from]) => from), text.length);
  const start = first > AROUND ? first - AROUND : 0;
  const cut = text.slice(start, start + 4 * AROUND).replaceAll(/\s/g, " ");
  const lead = start > 0 ? "…" : "";
  const tail = start + 4 * AROUND < text.length ? "…" : "";
  const moved = marks
    .map(([from, to]): [number, number] => [from - start + lead.length, to - start + lead.length])
    .filter(([from, to]) => from >= 0 && to <= lead.length + cut.length);
  return { excerpt: lead + cut + tail, marks: moved.toSorted(([one], [other]) => one - other) };
}

// ---------------------------------------------------------------- what there is to find

const nodeThings = new WeakMap<Node, { readonly key: unknown; readonly thing: Thing }>();

function* things(board: Board, types: Types): Iterable<Thing> {
  for (const [id, node] of Object.entries(board.nodes)) {
    const variable = variableOf(node, board);
    const known = nodeThings.get(node);
    if (known !== undefined && known.key === variable && known.thing.id === id) {
      yield known.thing;
    } else {
      const thing = ofNode(id, node, board, types, variable);
      nodeThings.set(node, { key: variable, thing });
      yield thing;
    }
  }
  for (const [id, layer] of Object.entries(board.layers)) {
    yield ofLayer(id, layer);
  }
  for (const [id, comment] of Object.entries(board.comments)) {
    yield ofComment(id, comment);
  }
  for (const [id, variable] of Object.entries(board.variables)) {
    yield ofVariable(id, variable);
  }
}

function line(role: Role, field: string, text: string): Line {
  const short = text.slice(0, LONGEST);
  return { role, field, text: short, lower: short.toLowerCase() };
}

function variableOf(node: Node, board: Board): Variable | undefined {
  const ref = node.in?.[VARIABLE_PIN]?.value;
  return typeof ref === "string" ? board.variables[ref] : undefined;
}

function ofNode(id: string, node: Node, board: Board, types: Types, variable: Variable | undefined): Thing {
  const definition = definitionOf(node, board, types);
  const title = titleOfNode(node, definition);
  const lines = [line("title", "", title), line("type", "type", `${node.type} ${definition?.title ?? ""} ${definition?.category ?? ""}`)];
  if ((node.comment ?? "") !== "") {
    lines.push(line("note", "note", node.comment ?? ""));
  }
  if (variable !== undefined) {
    lines.push(line("var", VARIABLE_PIN, variable.name));
  }
  const { inputs, outputs } = sidesOf(node, definition);
  for (const [key, pin] of [...inputs, ...outputs]) {
    lines.push(line("pin", key, `${labelOf(pin)} ${key}`));
  }
  for (const [key, { value }] of Object.entries(node.in ?? {})) {
    if (value !== undefined && key !== VARIABLE_PIN && !isHidden(inputs.get(key))) {
      lines.push(line("value", key, textOf(value)));
    }
  }
  return { kind: "node", id, layer: node.layer ?? "", title, lines };
}

function isHidden(pin: PinDefinition | undefined): boolean {
  return pin?.sensitive === true;
}

function textOf(value: Json): string {
  return typeof value === "string" ? value : stringify(value);
}

function ofLayer(id: string, layer: Layer): Thing {
  const lines = [line("title", "", layer.name), line("note", "note", layer.comment ?? "")];
  for (const pin of [...(layer.pins?.in ?? []), ...(layer.pins?.out ?? [])]) {
    lines.push(line("pin", pin.name, `${labelOf(pin)} ${pin.name}`));
  }
  return { kind: "layer", id, layer: layer.parent ?? "", title: layer.name, lines };
}

function ofComment(id: string, comment: Comment): Thing {
  const content = comment.content ?? "";
  const title = content.split("\n")[0]?.slice(0, 60) ?? "";
  return { kind: "comment", id, layer: comment.layer ?? "", title, lines: [line("note", "", content)] };
}

function ofVariable(id: string, variable: Variable): Thing {
  const lines = [line("var", "", variable.name), line("note", "description", variable.description ?? "")];
  if (variable.secret !== true && variable.default !== undefined) {
    lines.push(line("value", "default", textOf(variable.default)));
  }
  return { kind: "variable", id, layer: "", title: variable.name, lines };
}

function problemsByNode(problems: readonly KnownProblem[]): ReadonlyMap<string, readonly Line[]> {
  const found = new Map<string, Line[]>();
  for (const { code, message, where } of problems) {
    const id = where?.node || where?.path?.split(".")[1] || "";
    found.set(id, [...(found.get(id) ?? []), line("error", "error", `${message} ${code}`)]);
  }
  return found;
}

/** Variables no node names, and nodes no wire leads to or from, as `kind:id`. */
function unusedIn(board: Board): ReadonlySet<string> {
  const named = new Set(Object.values(board.nodes).map((node) => node.in?.[VARIABLE_PIN]?.value));
  const wired = new Set<string>();
  for (const [id, node] of Object.entries(board.nodes)) {
    for (const output of Object.values(node.out ?? {})) {
      for (const end of output.to ?? []) {
        wired.add(id).add(splitEnd(end)[0]);
      }
    }
  }
  for (const layer of Object.values(board.layers)) {
    for (const end of Object.values(layer.out ?? {}).flatMap((output) => output.to ?? [])) {
      wired.add(splitEnd(end)[0]);
    }
  }
  return new Set([
    ...Object.keys(board.variables).flatMap((id) => (named.has(id) ? [] : [`variable:${id}`])),
    ...Object.keys(board.nodes).flatMap((id) => (wired.has(id) ? [] : [`node:${id}`])),
  ]);
}

/** Ids of the nodes that name a variable. */
export function usesOf(board: Board, variable: string): readonly string[] {
  return Object.keys(board.nodes).filter((id) => board.nodes[id]?.in?.[VARIABLE_PIN]?.value === variable);
}

/** Commands that exchange a text in all text literals, case counted; sensitive ones are left alone. */
export function replaceInLiterals(board: Board, types: Types, find: string, replacement: string): Command[] {
  const commands: Command[] = [];
  for (const [id, node] of find === "" ? [] : Object.entries(board.nodes)) {
    const { inputs } = sidesOf(node, definitionOf(node, board, types));
    for (const [key, { value }] of Object.entries(node.in ?? {})) {
      if (typeof value === "string" && value.includes(find) && key !== VARIABLE_PIN && !isHidden(inputs.get(key))) {
        const changed = value.split(find).join(replacement);
        commands.push({ command: "set_pin_value", node: id, pin: key, value: changed });
      }
    }
  }
  return commands;
}
