/**
 * JSON schemas read into branches: each says one kind of value and what bounds it.
 *
 * `$ref` is followed within the document; `anyOf`, `oneOf`, `allOf`, lists of types and `enum`
 * become branches; titles, descriptions, formats, defaults and examples mean nothing here. What is
 * not understood makes a branch `unclear`, never wrong. Source: JSON Schema 2020-12.
 */
import type { Json, JsonObject, Table } from "../json";
import { copyOf, isInteger, isNumber, isObject, table, toNumber } from "../json";

export type SchemaKind = "null" | "boolean" | "integer" | "number" | "string" | "array" | "object";
export const KINDS: readonly SchemaKind[] = ["null", "boolean", "integer", "number", "string", "array", "object"];
export const DEPTH = 32;
export const MOST_BRANCHES = 64;

const ANNOTATIONS = [
  "$id",
  "$schema",
  "$defs",
  "$comment",
  "$anchor",
  "definitions",
  "title",
  "description",
  "default",
  "examples",
  "deprecated",
  "readOnly",
  "writeOnly",
  "format",
  "discriminator",
  "contentEncoding",
  "contentMediaType",
];
const NUMBER_WORDS = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];
const WORDS: { readonly [kind in SchemaKind]: readonly string[] } = {
  number: NUMBER_WORDS,
  integer: NUMBER_WORDS,
  string: ["minLength", "maxLength", "pattern"],
  array: ["items", "minItems", "maxItems", "uniqueItems"],
  object: ["properties", "required", "additionalProperties", "minProperties", "maxProperties"],
  boolean: [],
  null: [],
};
const SHAPING = ["type", "enum", "const", "anyOf", "oneOf", "allOf", "$ref"];
const UNDERSTOOD = new Set([...SHAPING, ...ANNOTATIONS, ...Object.values(WORDS).flat()]);

/** A schema as it stands in JSON. */
export type Schema = Json;

/**
 * One kind of value. `words` are the keywords that bound this kind. `values` lists the only values,
 * if they are listed. `guessed`: the schema names no type, so this kind is one of all. `unclear`:
 * there are further rules that are not understood.
 */
export interface Branch {
  readonly kind: SchemaKind;
  readonly words: Table<Json>;
  readonly values?: readonly Json[];
  readonly guessed: boolean;
  readonly unclear: boolean;
}

/** The narrowest kind of a JSON value. */
export function kindOfValue(value: Json): SchemaKind {
  if (value === null) {
    return "null";
  }
  if (isNumber(value)) {
    return isInteger(value) ? "integer" : "number";
  }
  if (Array.isArray(value)) {
    return "array";
  }
  return isObject(value) ? "object" : (typeof value as "boolean" | "string");
}

/** Whether two JSON values are equal; true is not 1, though 1 equals 1.0. */
export function equal(left: Json | undefined, right: Json | undefined): boolean {
  if (left === right) {
    return true;
  }
  if (left === undefined || right === undefined) {
    return false;
  }
  if (isNumber(left) && isNumber(right)) {
    return isInteger(left) && isInteger(right)
      ? BigInt(String(left)) === BigInt(String(right))
      : toNumber(left) === toNumber(right);
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => equal(item as Json, right[index] as Json));
  }
  if (!isObject(left) || !isObject(right)) {
    return false;
  }
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && equal(left[key], right[key]))
  );
}

/** One schema with what its references mean. Branches are read once a subschema. */
export class SchemaDocument {
  readonly root: Schema;
  readonly #read = new Map<Schema, readonly Branch[]>();

  constructor(root: Schema) {
    this.root = root;
  }

  /** What values the schema allows. No branch at all: none. */
  branches(schema: Schema): readonly Branch[] {
    let known = this.#read.get(schema);
    if (known === undefined) {
      known = this.#branches(schema, DEPTH);
      this.#read.set(schema, known);
    }
    return known;
  }

  /** The subschema a local reference leads to, or undefined. */
  resolve(ref: Json | undefined): Schema | undefined {
    if (typeof ref !== "string" || !ref.startsWith("#")) {
      return undefined;
    }
    let place: Json = this.root;
    for (const part of ref.slice(1).split("/").slice(1)) {
      const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
      if (!isObject(place) || !Object.hasOwn(place, name)) {
        return undefined;
      }
      place = place[name] as Json;
    }
    return isObject(place) || typeof place === "boolean" ? place : undefined;
  }

  #branches(schema: Schema, depth: number): readonly Branch[] {
    if (schema === false) {
      return [];
    }
    if (schema === true) {
      return ANYTHING;
    }
    if (depth === 0 || !isObject(schema)) {
      return UNCLEAR;
    }
    const parts = [ownBranches(schema)];
    if (has(schema, "$ref")) {
      const target = this.resolve(schema.$ref);
      parts.push(target === undefined ? UNCLEAR : this.#branches(target, depth - 1));
    }
    for (const member of listOf(schema, "allOf")) {
      parts.push(this.#branches(member, depth - 1));
    }
    if (has(schema, "anyOf")) {
      parts.push(this.#either(schema, "anyOf", depth));
    }
    if (has(schema, "oneOf")) {
      parts.push(exclusive(this.#either(schema, "oneOf", depth)));
    }
    let found = parts[0] as readonly Branch[];
    for (const part of parts.slice(1)) {
      if (found.length * part.length > MOST_BRANCHES * KINDS.length) {
        return UNCLEAR;
      }
      found = intersect(found, part);
    }
    return found.length <= MOST_BRANCHES ? found : UNCLEAR;
  }

  #either(schema: JsonObject, word: string, depth: number): readonly Branch[] {
    const members = listOf(schema, word);
    if (members.length > MOST_BRANCHES) {
      return UNCLEAR;
    }
    const found: Branch[] = [];
    for (const member of members) {
      found.push(...this.#branches(member, depth - 1));
      if (found.length > MOST_BRANCHES) {
        return UNCLEAR;
      }
    }
    return found;
  }
}

/** Whether an object has a key of its own. */
export function has(schema: JsonObject, word: string): boolean {
  return Object.hasOwn(schema, word) && schema[word] !== undefined;
}

/** The list under a keyword, empty if there is none. */
export function listOf(schema: JsonObject, word: string): readonly Json[] {
  const members = Object.hasOwn(schema, word) ? schema[word] : undefined;
  return Array.isArray(members) ? (members as readonly Json[]) : [];
}

function pick(schema: JsonObject, words: readonly string[]): Record<string, Json> {
  return table(words.filter((word) => has(schema, word)).map((word) => [word, schema[word] as Json]));
}

/** Branches from the schema's own keywords, without references and combinations. */
function ownBranches(raw: JsonObject): readonly Branch[] {
  let unclear = Object.keys(raw).some((word) => !UNDERSTOOD.has(word) && !word.startsWith("x-"));
  const odd = Object.keys(raw).filter((word) => FORM.get(word)?.(raw[word] as Json) === false);
  let schema = raw;
  if (odd.length > 0) {
    unclear = true;
    const rest = copyOf(raw);
    for (const word of odd) {
      delete rest[word];
    }
    schema = rest;
  }
  const named = schema.type;
  let kinds = typeof named === "string" ? [named] : Array.isArray(named) ? (named as Json[]) : undefined;
  if (has(schema, "const") || has(schema, "enum")) {
    const values = has(schema, "const") ? [schema.const as Json] : listOf(schema, "enum");
    return listed(values, schema, named === undefined || named === null ? undefined : (kinds ?? []), unclear);
  }
  const guessed = named === undefined || named === null;
  kinds ??= KINDS.filter((kind) => kind !== "integer");
  if (kinds.includes("number")) {
    kinds = kinds.filter((kind) => kind !== "integer");
  }
  const found: Branch[] = [];
  for (const kind of new Set(kinds as SchemaKind[])) {
    if (!KINDS.includes(kind)) {
      return UNCLEAR;
    }
    const both = kind === "boolean" ? { values: [false, true] } : {};
    found.push({ kind, words: pick(schema, WORDS[kind]), ...both, guessed, unclear });
  }
  return found;
}

/** Branches of listed values, one a kind; those of other types than named are no values. */
function listed(
  values: readonly Json[],
  schema: JsonObject,
  kinds: readonly Json[] | undefined,
  unclear: boolean,
): readonly Branch[] {
  const byKind = new Map<SchemaKind, Json[]>();
  for (const value of values) {
    const kind = kindOfValue(value);
    const wide = kind === "integer" ? "number" : kind;
    if (kinds === undefined || kinds.includes(kind) || kinds.includes(wide)) {
      byKind.set(kind, [...(byKind.get(kind) ?? []), value]);
    }
  }
  return [...byKind].map(([kind, members]) => {
    return { kind, words: pick(schema, WORDS[kind]), values: members, guessed: false, unclear };
  });
}

/** `oneOf`: where several members allow a kind, which of them match is not followed. */
function exclusive(branches: readonly Branch[]): readonly Branch[] {
  const wide = (branch: Branch) => (branch.kind === "integer" ? "number" : branch.kind);
  return branches.map((branch) => {
    const count = branches.filter((other) => wide(other) === wide(branch)).length;
    return count > 1 ? { ...branch, unclear: true } : branch;
  });
}

function intersect(left: readonly Branch[], right: readonly Branch[]): readonly Branch[] {
  const found: Branch[] = [];
  for (const one of left) {
    for (const other of right) {
      const numbers = [one.kind, other.kind].every((kind) => kind === "integer" || kind === "number");
      if (one.kind === other.kind || numbers) {
        found.push(both(one, other, one.kind === other.kind ? one.kind : "integer"));
      }
    }
  }
  return found.filter((branch) => branch.values?.length !== 0);
}

function both(one: Branch, other: Branch, kind: SchemaKind): Branch {
  const words = copyOf(one.words);
  let unclear = one.unclear || other.unclear;
  for (const word of Object.keys(other.words)) {
    const value = other.words[word] as Json;
    const own = words[word];
    if (own === undefined || equal(own, value)) {
      words[word] = value;
    } else {
      const tighter = TIGHTER.get(word)?.(own, value);
      if (tighter === undefined) {
        unclear = true;
      } else {
        words[word] = tighter;
      }
    }
  }
  if (words.additionalProperties !== undefined && !equal(one.words.properties, other.words.properties)) {
    unclear = true; // each member closes over its own properties only
  }
  let values = other.values === undefined ? one.values : other.values;
  if (one.values !== undefined && other.values !== undefined) {
    values = one.values.filter((value) => (other.values ?? []).some((wanted) => equal(value, wanted)));
  }
  values = values?.filter((value) => kindOfValue(value) === kind || kind === "number");
  const guessed = one.guessed && other.guessed;
  return { kind, words, ...(values === undefined ? {} : { values }), guessed, unclear };
}

type Tighter = (left: Json, right: Json) => Json | undefined;

function pickNumber(left: Json, right: Json, better: (one: number, other: number) => boolean): Json | undefined {
  if (!isNumber(left) || !isNumber(right)) {
    return undefined;
  }
  return better(toNumber(right), toNumber(left)) ? right : left;
}

function allProperties(left: Json, right: Json): Json | undefined {
  if (!isObject(left) || !isObject(right)) {
    return undefined;
  }
  const merged = copyOf(left);
  for (const name of Object.keys(right)) {
    const own = merged[name];
    merged[name] = own === undefined ? (right[name] as Json) : table([["allOf", [own, right[name] as Json]]]);
  }
  return merged;
}

const larger: Tighter = (left, right) => pickNumber(left, right, (one, other) => one > other);
const smaller: Tighter = (left, right) => pickNumber(left, right, (one, other) => one < other);

const TIGHTER = new Map<string, Tighter>([
  ...["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"].map((word) => [word, larger] as const),
  ...["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"].map((word) => [word, smaller] as const),
  ["required", (left, right) => [...new Set([...(left as Json[]), ...(right as Json[])])]],
  ["uniqueItems", (left, right) => left === true || right === true],
  ["properties", allProperties],
  ["items", (left, right) => table([["allOf", [left, right]]])],
]);

/** A bound of a number: the number as it is written, and whether it is itself excluded. */
export interface Bound {
  readonly at: number;
  readonly written: Json;
  readonly excluded: boolean;
}

function bounds(words: Table<Json>, inclusive: string, exclusiveWord: string): Bound[] {
  return [inclusive, exclusiveWord].flatMap((word) => {
    const value = words[word];
    return isNumber(value) ? [{ at: toNumber(value), written: value, excluded: word !== inclusive }] : [];
  });
}

/** Lower bound of a number. */
export function lowest(words: Table<Json>): Bound | undefined {
  const found = bounds(words, "minimum", "exclusiveMinimum");
  return found.toSorted((one, other) => other.at - one.at || Number(other.excluded) - Number(one.excluded))[0];
}

/** Upper bound of a number. */
export function highest(words: Table<Json>): Bound | undefined {
  const found = bounds(words, "maximum", "exclusiveMaximum");
  return found.toSorted((one, other) => one.at - other.at || Number(other.excluded) - Number(one.excluded))[0];
}

const isCount = (value: Json) => isNumber(value) && isInteger(value) && toNumber(value) >= 0;
const isSchema = (value: Json) => isObject(value) || typeof value === "boolean";
const isProperties = (value: Json) => isObject(value) && Object.values(value).every(isSchema);

/** What a keyword must look like; one that does not is left out and makes its branch unclear. */
const FORM = new Map<string, (value: Json) => boolean>([
  ...["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"].map((word) => [word, isNumber] as const),
  ...["minLength", "maxLength", "minItems", "maxItems"].map((word) => [word, isCount] as const),
  ...["minProperties", "maxProperties"].map((word) => [word, isCount] as const),
  ...["items", "additionalProperties"].map((word) => [word, isSchema] as const),
  ...["anyOf", "oneOf", "allOf", "enum"].map((word) => [word, (value: Json) => Array.isArray(value)] as const),
  ["multipleOf", (value) => isNumber(value) && toNumber(value) > 0],
  ["pattern", (value) => typeof value === "string"],
  ["properties", isProperties],
  ["required", (value) => Array.isArray(value) && value.every((name) => typeof name === "string")],
]);

const ANYTHING: readonly Branch[] = ownBranches({});
const UNCLEAR: readonly Branch[] = ANYTHING.map((branch) => {
  return { kind: branch.kind, words: {}, guessed: true, unclear: true };
});
