/**
 * Whether a JSON value fits a schema. Understood: type, enum, const, bounds, lengths, simple
 * patterns, items, uniqueItems, properties, required, additionalProperties, anyOf, oneOf, allOf,
 * local $ref. All else is not checked here; the server looks again.
 */
import type { Json, JsonObject } from "../json";
import { isInteger, isNumber, isObject, stringify, toNumber } from "../json";
import type { Schema, SchemaDocument, SchemaKind } from "./schema";
import { equal, has, kindOfValue, listOf } from "./schema";

export const VALUE_DEPTH = 64;

/** Why a value does not fit: the path into it, and the reason. */
export interface Misfit {
  readonly path: string;
  readonly reason: string;
}

/** Why the value does not fit the document's schema (or a part of it), undefined if it does. */
export function misfit(value: Json, document: SchemaDocument, part: Schema = document.root): Misfit | undefined {
  return new Check(document).schema(value, part, "", VALUE_DEPTH);
}

/** Path of a property. */
export function childPath(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

const no = (path: string, reason: string): Misfit => ({ path, reason });

class Check {
  readonly #document: SchemaDocument;

  constructor(document: SchemaDocument) {
    this.#document = document;
  }

  schema(value: Json, schema: Schema, path: string, depth: number): Misfit | undefined {
    if (schema === false) {
      return no(path, "is not allowed here");
    }
    if (!isObject(schema)) {
      return undefined;
    }
    if (depth === 0) {
      return no(path, `is nested deeper than ${VALUE_DEPTH} levels`);
    }
    const kind = kindOfValue(value);
    return (
      ofType(kind, schema, path) ??
      amongListed(value, schema, path) ??
      this.#bounds(value, schema, path, depth) ??
      this.#combined(value, schema, path, depth)
    );
  }

  #bounds(value: Json, schema: JsonObject, path: string, depth: number): Misfit | undefined {
    if (isNumber(value)) {
      return numberFits(toNumber(value), schema, path);
    }
    if (typeof value === "string") {
      return textFits(value, schema, path);
    }
    if (Array.isArray(value)) {
      return this.#array(value as readonly Json[], schema, path, depth);
    }
    return isObject(value) ? this.#object(value, schema, path, depth) : undefined;
  }

  #combined(value: Json, schema: JsonObject, path: string, depth: number): Misfit | undefined {
    if (has(schema, "$ref")) {
      const target = this.#document.resolve(schema.$ref);
      const found = target === undefined ? undefined : this.schema(value, target, path, depth - 1);
      if (found !== undefined) {
        return found;
      }
    }
    for (const member of listOf(schema, "allOf")) {
      const found = this.schema(value, member, path, depth - 1);
      if (found !== undefined) {
        return found;
      }
    }
    return this.#either(value, schema, "anyOf", path, depth) ?? this.#either(value, schema, "oneOf", path, depth);
  }

  #either(value: Json, schema: JsonObject, word: string, path: string, depth: number): Misfit | undefined {
    if (!has(schema, word)) {
      return undefined;
    }
    const misfits = listOf(schema, word).map((member) => this.schema(value, member, path, depth - 1));
    const fitting = misfits.filter((found) => found === undefined).length;
    if (fitting === 0) {
      return (misfits.length === 1 ? misfits[0] : undefined) ?? no(path, "fits none of the alternatives");
    }
    return word === "oneOf" && fitting > 1
      ? no(path, "fits several alternatives of which only one may fit")
      : undefined;
  }

  #array(value: readonly Json[], schema: JsonObject, path: string, depth: number): Misfit | undefined {
    const counted = countFits(value.length, schema, path, ["minItems", "maxItems", "items"]);
    if (counted !== undefined) {
      return counted;
    }
    if (schema.uniqueItems === true && repeats(value)) {
      return no(path, "holds equal items");
    }
    const items = schema.items ?? true;
    for (const [index, item] of items === true ? [] : value.entries()) {
      const found = this.schema(item, items, `${path}[${index}]`, depth - 1);
      if (found !== undefined) {
        return found;
      }
    }
    return undefined;
  }

  #object(value: JsonObject, schema: JsonObject, path: string, depth: number): Misfit | undefined {
    const names = Object.keys(value);
    const counted = countFits(names.length, schema, path, ["minProperties", "maxProperties", "properties"]);
    if (counted !== undefined) {
      return counted;
    }
    for (const name of listOf(schema, "required")) {
      if (!Object.hasOwn(value, String(name))) {
        return no(childPath(path, String(name)), "is missing");
      }
    }
    const properties = isObject(schema.properties) ? schema.properties : {};
    // Patterns of names are not understood: they may allow a name.
    const further = has(schema, "patternProperties") ? true : (schema.additionalProperties ?? true);
    for (const name of names) {
      const rule = Object.hasOwn(properties, name) ? (properties[name] as Json) : further;
      const found = rule === true ? undefined : this.schema(value[name] as Json, rule, childPath(path, name), depth - 1);
      if (found !== undefined) {
        return found;
      }
    }
    return undefined;
  }
}

function ofType(kind: SchemaKind, schema: JsonObject, path: string): Misfit | undefined {
  const named = schema.type;
  if (named === undefined || named === null) {
    return undefined;
  }
  const kinds: readonly Json[] = Array.isArray(named) ? (named as Json[]) : [named];
  if (kinds.includes(kind) || (kind === "integer" && kinds.includes("number"))) {
    return undefined;
  }
  return no(path, `is ${kind}, requires ${kinds.map((each) => String(each)).join(" or ")}`);
}

function amongListed(value: Json, schema: JsonObject, path: string): Misfit | undefined {
  if (has(schema, "const") && !equal(value, schema.const)) {
    return no(path, `requires ${quoted(schema.const as Json)}`);
  }
  const choices = listOf(schema, "enum");
  if (has(schema, "enum") && !choices.some((choice) => equal(value, choice))) {
    return no(path, `requires one of ${choices.slice(0, 8).map(quoted).join(", ")}`);
  }
  return undefined;
}

/** A value as a sentence quotes it. */
export function quoted(value: Json): string {
  return typeof value === "string" ? `'${value}'` : stringify(value);
}

const LIMITS: readonly (readonly [string, string, (value: number, bound: number) => boolean])[] = [
  ["minimum", "at least", (value, bound) => value >= bound],
  ["maximum", "at most", (value, bound) => value <= bound],
  ["exclusiveMinimum", "more than", (value, bound) => value > bound],
  ["exclusiveMaximum", "less than", (value, bound) => value < bound],
];

function numberFits(value: number, schema: JsonObject, path: string): Misfit | undefined {
  for (const [word, phrase, fits] of LIMITS) {
    const bound = schema[word];
    if (isNumber(bound) && !fits(value, toNumber(bound))) {
      return no(path, `requires ${phrase} ${String(bound)}`);
    }
  }
  const step = schema.multipleOf;
  if (isNumber(step) && toNumber(step) > 0 && value % toNumber(step) !== 0) {
    return no(path, `requires a multiple of ${String(step)}`);
  }
  return undefined;
}

function textFits(value: string, schema: JsonObject, path: string): Misfit | undefined {
  const length = value.length > 1_000_000 ? value.length : Array.from(value).length;
  const counted = countFits(length, schema, path, ["minLength", "maxLength", "characters"]);
  if (counted !== undefined || typeof schema.pattern !== "string") {
    return counted;
  }
  const pattern = value.length <= PATTERN_TEXT ? safePattern(schema.pattern) : undefined;
  return pattern === undefined || pattern.test(value)
    ? undefined
    : no(path, `does not match the pattern ${schema.pattern}`);
}

const PATTERN_TEXT = 256;
const PATTERN_LENGTH = 200;
/** Repeated groups, references back and looking around can take for ever, or mean other things. */
const RISKY = /\)[*+{?]|\\[1-9]|\\k|\(\?[=!<]/;
const REPEATS = /[*+]|\{\d*,\}/g;
const MOST_REPEATS = 3;
const patterns = new Map<string, RegExp | undefined>();

/** The pattern, if it is so simple that no text can keep it busy; else it is not checked here. */
function safePattern(text: string): RegExp | undefined {
  if (!patterns.has(text)) {
    const simple =
      text.length <= PATTERN_LENGTH && !RISKY.test(text) && (text.match(REPEATS)?.length ?? 0) <= MOST_REPEATS;
    patterns.set(text, simple ? compiled(text) : undefined);
  }
  return patterns.get(text);
}

function compiled(text: string): RegExp | undefined {
  try {
    return new RegExp(text, "u");
  } catch {
    return undefined;
  }
}

function countFits(
  count: number,
  schema: JsonObject,
  path: string,
  [least, most, things]: readonly [string, string, string],
): Misfit | undefined {
  const [low, high] = [schema[least], schema[most]];
  if (isNumber(low) && isInteger(low) && count < toNumber(low)) {
    return no(path, `has ${count} ${things}, requires at least ${String(low)}`);
  }
  if (isNumber(high) && isInteger(high) && count > toNumber(high)) {
    return no(path, `has ${count} ${things}, requires at most ${String(high)}`);
  }
  return undefined;
}

function repeats(values: readonly Json[]): boolean {
  const seen = new Set<string>();
  for (const value of values) {
    const key = stringify(comparable(value), { sorted: true });
    if (seen.has(key)) {
      return true;
    }
    seen.add(key);
  }
  return false;
}

/** A stand-in that is written alike for equal values: 1 and 1.0 are. */
function comparable(value: Json): unknown {
  if (isNumber(value)) {
    return Number.isSafeInteger(toNumber(value)) || !isInteger(value) ? toNumber(value) + 0 : value;
  }
  if (Array.isArray(value)) {
    return value.map((item) => comparable(item as Json));
  }
  if (!isObject(value)) {
    return value;
  }
  return Object.fromEntries(Object.keys(value).map((key) => [`k${key}`, comparable(value[key] as Json)]));
}
