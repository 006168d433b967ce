/**
 * Whether every value of one schema also fits another: the rule for wires between structs.
 *
 * `compare(source, target)` answers fits, undecided or refused, with the path into the value and
 * the reason. Undecided means that values must be looked at one by one.
 */
import type { Json, JsonObject, Table } from "../json";
import { copyOf, isInteger, isNumber, isObject, same, stringify, table, toNumber } from "../json";
import { childPath, misfit } from "./fit";
import type { Branch, Schema } from "./schema";
import { DEPTH, highest, lowest, SchemaDocument } from "./schema";

/** Pairs of subschemas one question may look at before it is left undecided. */
export const WORK = 20_000;

export type Answer = "fits" | "undecided" | "refused";

/** An answer with its place, such as `orders[].total`, and a reason. */
export interface Relation {
  readonly answer: Answer;
  readonly path: string;
  readonly reason: string;
}

export const FITS: Relation = { answer: "fits", path: "", reason: "" };
const RANK: { readonly [answer in Answer]: number } = { fits: 0, undecided: 1, refused: 2 };
const LONGEST_SHOWN = 60;
const FURTHER_RULES = "target has rules that only values can be held against";

/** Whether all values of `source` fit `target`. */
export function compare(source: Schema, target: Schema): Relation {
  if (same(source, target)) {
    return FITS;
  }
  return new Comparison(new SchemaDocument(source), new SchemaDocument(target)).schemas(source, target, "", DEPTH);
}

function worst(relations: Iterable<Relation>): Relation {
  let found = FITS;
  for (const relation of relations) {
    if (RANK[relation.answer] > RANK[found.answer]) {
      found = relation;
      if (found.answer === "refused") {
        break;
      }
    }
  }
  return found;
}

const refused = (path: string, reason: string): Relation => ({ answer: "refused", path, reason });
const undecided = (path: string, reason: string): Relation => ({ answer: "undecided", path, reason });

class Comparison {
  readonly #source: SchemaDocument;
  readonly #target: SchemaDocument;
  readonly #ids = new Map<Schema, number>();
  readonly #known = new Map<string, Relation | undefined>();
  #work = WORK;

  constructor(source: SchemaDocument, target: SchemaDocument) {
    this.#source = source;
    this.#target = target;
  }

  schemas(source: Schema, target: Schema, path: string, depth: number): Relation {
    if (target === true || (isObject(target) && Object.keys(target).length === 0)) {
      return FITS;
    }
    this.#work -= 1;
    if (depth === 0 || this.#work < 0) {
      return undecided(path, "the schemas are too large to compare");
    }
    const pair = `${this.#id(source)}:${this.#id(target)}`;
    if (this.#known.has(pair)) {
      // A pair met again inside itself adds nothing: recursive schemas compare as they stand.
      return this.#known.get(pair) ?? FITS;
    }
    this.#known.set(pair, undefined);
    const goals = this.#target.branches(target);
    const branches = this.#source.branches(source);
    const relation = worst(mapped(branches, (branch) => this.#covered(branch, goals, path, depth)));
    if (relation.answer === "fits") {
      this.#known.set(pair, relation);
    } else {
      this.#forgetSince(pair);
    }
    return relation;
  }

  /** What was found since a pair was begun may rest on the guess that it fits. */
  #forgetSince(pair: string): void {
    const keys = [...this.#known.keys()];
    for (const key of keys.slice(keys.indexOf(pair))) {
      this.#known.delete(key);
    }
  }

  #id(schema: Schema): number {
    let id = this.#ids.get(schema);
    if (id === undefined) {
      id = this.#ids.size;
      this.#ids.set(schema, id);
    }
    return id;
  }

  #covered(branch: Branch, goals: readonly Branch[], path: string, depth: number): Relation {
    if (branch.values !== undefined) {
      return this.#values(branch, goals, path);
    }
    const near = goals.filter((goal) => holds(goal.kind, branch.kind));
    let best: Relation | undefined;
    for (const goal of near) {
      const relation = this.#branch(branch, goal, path, depth);
      if (best === undefined || RANK[relation.answer] < RANK[best.answer]) {
        best = relation;
      }
    }
    if (best === undefined) {
      const wanted = either(goals.map((goal) => goal.kind));
      const said = branch.kind === "number" && wanted.includes("integer") ? "a fraction" : branch.kind;
      best = refused(path, `source may be ${branch.guessed ? "any value" : said}, target requires ${wanted}`);
    }
    if (best.answer === "refused" && (branch.guessed || branch.unclear || near.length > 1)) {
      return undecided(best.path, best.reason);
    }
    return best;
  }

  #values(branch: Branch, goals: readonly Branch[], path: string): Relation {
    const near = goals.filter((goal) => holds(goal.kind, branch.kind));
    for (const value of branch.values ?? []) {
      const fits = near.filter((goal) => this.#one(value, goal));
      if (fits.length === 0) {
        const said = branch.guessed ? "any value" : show(value);
        const reason = `source may be ${said}, target requires ${either(goals.map(describe))}`;
        return branch.guessed || branch.unclear ? undecided(path, reason) : refused(path, reason);
      }
      if (fits.every((goal) => goal.unclear)) {
        return undecided(path, FURTHER_RULES);
      }
    }
    return FITS;
  }

  #one(value: Json, goal: Branch): boolean {
    const rules = copyOf(goal.words);
    if (goal.values !== undefined) {
      rules.enum = [...goal.values];
    }
    return misfit(value, this.#target, rules) === undefined;
  }

  #branch(source: Branch, target: Branch, path: string, depth: number): Relation {
    if (target.values !== undefined) {
      const wanted = target.values.slice(0, 8).map(show).join(", ");
      return refused(path, `source may be any ${source.kind}, target requires ${wanted}`);
    }
    const relation = this.#bounded(source, target, path, depth);
    return relation.answer === "fits" && target.unclear ? undecided(path, FURTHER_RULES) : relation;
  }

  #bounded(source: Branch, target: Branch, path: string, depth: number): Relation {
    switch (source.kind) {
      case "integer":
      case "number":
        return numbers(source, target, path);
      case "string":
        return strings(source, target, path);
      case "array":
        return this.#arrays(source, target, path, depth);
      case "object":
        return this.#objects(source, target, path, depth);
      default:
        return FITS;
    }
  }

  #arrays(source: Branch, target: Branch, path: string, depth: number): Relation {
    let bounds = counts(source, target, path, ["minItems", "maxItems", "items"]);
    if (bounds.answer === "refused") {
      return bounds;
    }
    if (target.words.uniqueItems === true && source.words.uniqueItems !== true) {
      bounds = undecided(path, "source may hold equal items");
    }
    const most = source.words.maxItems;
    if (isNumber(most) && toNumber(most) === 0) {
      return bounds;
    }
    const wanted = target.words.items ?? true;
    const items = this.schemas(source.words.items ?? true, wanted, `${path}[]`, depth - 1);
    return worst([items, bounds]);
  }

  #objects(source: Branch, target: Branch, path: string, depth: number): Relation {
    const own = mapping(source.words.properties);
    const needed = names(source.words.required);
    const further = source.words.additionalProperties ?? true;
    const silent = Object.keys(own).length === 0 && needed.length === 0 && further === true;
    const relations = [counts(source, target, path, ["minProperties", "maxProperties", "properties"])];
    for (const name of names(target.words.required)) {
      if (!needed.includes(name)) {
        const reason = "source may lack it, target requires it";
        relations.push({ answer: silent ? "undecided" : "refused", path: childPath(path, name), reason });
      }
    }
    const wanted = mapping(target.words.properties);
    for (const name of Object.keys(wanted)) {
      const given = Object.hasOwn(own, name) ? (own[name] as Json) : further;
      // What the source calls impossible cannot be wrong.
      if (given !== false) {
        relations.push(this.schemas(given, wanted[name] as Json, childPath(path, name), depth - 1));
      }
    }
    const closed = target.words.additionalProperties ?? true;
    if (closed !== true) {
      relations.push(...this.#further(own, wanted, further, closed, path, depth));
      if (further === true && source.words.additionalProperties === undefined && closed === false) {
        relations.push(undecided(path, "source may carry further properties"));
      }
    }
    return worst(relations);
  }

  /** Properties the target does not name, against its rule for all others. */
  #further(
    own: JsonObject,
    wanted: JsonObject,
    further: Json,
    closed: Json,
    path: string,
    depth: number,
  ): Relation[] {
    const found: Relation[] = [];
    for (const name of Object.keys(own)) {
      const given = own[name] as Json;
      if (Object.hasOwn(wanted, name) || given === false) {
        continue;
      }
      const place = childPath(path, name);
      found.push(
        closed === false
          ? refused(place, "source may carry it, target allows no such property")
          : this.schemas(given, closed, place, depth - 1),
      );
    }
    if (further === false) {
      return found;
    }
    if (closed !== false) {
      found.push(this.schemas(further, closed, childPath(path, "*"), depth - 1));
    } else if (isObject(further)) {
      const reason = "source may carry further properties, target allows none";
      found.push(refused(childPath(path, "*"), reason));
    }
    return found;
  }
}

function* mapped<T, U>(items: Iterable<T>, to: (item: T) => U): Iterable<U> {
  for (const item of items) {
    yield to(item);
  }
}

function mapping(value: Json | undefined): JsonObject {
  return isObject(value) ? value : table<Json>();
}

function names(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.map((name) => String(name)) : [];
}

function holds(wide: string, narrow: string): boolean {
  return wide === narrow || (wide === "number" && narrow === "integer");
}

function either(words: readonly string[]): string {
  return [...new Set(words)].join(" or ") || "nothing";
}

function show(value: Json): string {
  const text = stringify(value);
  return text.length <= LONGEST_SHOWN ? text : `${text.slice(0, LONGEST_SHOWN)}…`;
}

function describe(goal: Branch): string {
  if (goal.values === undefined || goal.kind === "boolean") {
    return goal.kind;
  }
  return goal.values.slice(0, 8).map(show).join(" or ");
}

function numbers(source: Branch, target: Branch, path: string): Relation {
  const [floor, wanted] = [lowest(source.words), lowest(target.words)];
  if (
    wanted !== undefined &&
    (floor === undefined || floor.at < wanted.at || (floor.at === wanted.at && wanted.excluded && !floor.excluded))
  ) {
    const more = wanted.excluded ? "more than" : "at least";
    return refused(path, `source may be lower, target requires ${more} ${String(wanted.written)}`);
  }
  const [ceiling, cap] = [highest(source.words), highest(target.words)];
  if (
    cap !== undefined &&
    (ceiling === undefined || ceiling.at > cap.at || (ceiling.at === cap.at && cap.excluded && !ceiling.excluded))
  ) {
    const less = cap.excluded ? "less than" : "at most";
    return refused(path, `source may be higher, target requires ${less} ${String(cap.written)}`);
  }
  return steps(source, target, path);
}

function steps(source: Branch, target: Branch, path: string): Relation {
  const [step, own] = [target.words.multipleOf, source.words.multipleOf];
  if (!isNumber(step) || (isNumber(own) && toNumber(own) === toNumber(step))) {
    return FITS;
  }
  if (toNumber(step) === 1 && source.kind === "integer") {
    return FITS;
  }
  if (isInteger(step) && isNumber(own) && isInteger(own) && toNumber(own) % toNumber(step) === 0) {
    return FITS;
  }
  if (!isInteger(step) || (isNumber(own) && !isInteger(own))) {
    return undecided(path, `target requires a multiple of ${String(step)}`);
  }
  return refused(path, `source may be no multiple of ${String(step)}, target requires one`);
}

function strings(source: Branch, target: Branch, path: string): Relation {
  const lengths = counts(source, target, path, ["minLength", "maxLength", "characters"]);
  const pattern = target.words.pattern;
  if (lengths.answer === "fits" && pattern !== undefined && pattern !== source.words.pattern) {
    return undecided(path, `target requires the pattern ${String(pattern)}`);
  }
  return lengths;
}

function counts(
  source: Branch,
  target: Branch,
  path: string,
  [least, most, things]: readonly [string, string, string],
): Relation {
  const number = (words: Table<Json>, word: string): number | undefined => {
    const value = words[word];
    return isNumber(value) ? toNumber(value) : undefined;
  };
  const [wantedLeast, wantedMost] = [number(target.words, least) ?? 0, number(target.words, most)];
  if ((number(source.words, least) ?? 0) < wantedLeast) {
    return refused(path, `source may have fewer, target requires ${wantedLeast} ${things}`);
  }
  const ownMost = number(source.words, most);
  if (wantedMost !== undefined && (ownMost === undefined || ownMost > wantedMost)) {
    return refused(path, `source may have more, target allows ${wantedMost} ${things}`);
  }
  return FITS;
}
