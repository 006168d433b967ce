import { readFileSync } from "node:fs";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { PinDefinition } from "../definition";
import { DATA_TYPES, VALUE_TYPES } from "../definition";
import type { Json, JsonObject } from "../json";
import { parse } from "../json";
import { misfit } from "./fit";
import { SchemaDocument } from "./schema";
import { compare } from "./subtype";
import type { Verdict } from "./wire";
import { checkWire, showVerdict } from "./wire";

const VECTORS = new URL("../../../../tests/vectors/", import.meta.url);
const cases = (name: string) =>
  (parse(readFileSync(new URL(name, VECTORS), "utf8")) as unknown as { cases: JsonObject[] }).cases;

interface WireCase {
  why: string;
  source: PinDefinition;
  target: PinDefinition;
  result: { ok: boolean; undecided?: boolean; conversion?: string; code?: string; path?: string; message?: string };
}
interface SchemaCase {
  why: string;
  source: Json;
  target: Json;
  answer: string;
  path?: string;
  reason?: string;
}

const wireCases = cases("types.json") as unknown as WireCase[];
const schemaCases = cases("schemas.json") as unknown as SchemaCase[];

test("there are vectors", () => {
  expect(wireCases.length).toBeGreaterThanOrEqual(200);
  expect(schemaCases.length).toBeGreaterThanOrEqual(90);
});

test.each(wireCases)("wire: $why", ({ source, target, result }) => {
  const verdict = checkWire(source, target);
  expect(verdict.ok).toBe(result.ok);
  if (verdict.ok) {
    expect(verdict.undecided).toBe(result.undecided);
    expect(verdict.conversion).toBe(result.conversion);
  } else {
    expect(verdict.code).toBe(result.code);
    expect(verdict.path).toBe(result.path ?? verdict.path);
    expect(verdict.message).toBe(result.message ?? verdict.message);
  }
});

test.each(schemaCases)("schema: $why", ({ source, target, answer, path, reason }) => {
  const relation = compare(source, target);
  expect(relation.answer).toBe(answer);
  expect(relation.path).toBe(path ?? relation.path);
  expect(relation.reason).toBe(reason ?? relation.reason);
});

const pins: fc.Arbitrary<PinDefinition> = fc.record({
  name: fc.constantFrom("a", "route_in", "value_ref"),
  type: fc.constantFrom(...DATA_TYPES),
  value_type: fc.constantFrom(...VALUE_TYPES),
  enforce_value_type: fc.boolean(),
});

describe("for all pins", () => {
  test("every data pin joins its like", () => {
    fc.assert(
      fc.property(pins, (pin) => {
        expect(checkWire(pin, pin).ok).toBe(true);
      }),
      { seed: 3 },
    );
  });

  test("a conversion is between the types it names, and a refusal says why", () => {
    const between: Record<string, string> = { "integer-to-float": "Integer>Float", "iso-date": "String>Date" };
    fc.assert(
      fc.property(pins, pins, (source, target) => {
        const verdict: Verdict = checkWire(source, target);
        if (!verdict.ok) {
          expect(verdict.message).toMatch(/source|target/);
          expect(showVerdict(verdict)).toContain(verdict.message);
        } else if (verdict.conversion !== undefined) {
          expect(`${source.type}>${target.type}`).toBe(between[verdict.conversion]);
        }
      }),
      { seed: 5, numRuns: 500 },
    );
  });
});

const leaves = fc.oneof(
  fc.constant({}),
  fc.constantFrom("null", "boolean", "integer", "number", "string").map((type) => ({ type })),
  fc.tuple(fc.integer({ min: -2, max: 3 }), fc.nat(3)).map(([minimum, width]) => {
    return { type: "number", minimum, maximum: minimum + width };
  }),
  fc.integer({ min: -2, max: 3 }).map((exclusiveMinimum) => ({ type: "integer", exclusiveMinimum })),
  fc.integer({ min: 1, max: 4 }).map((multipleOf) => ({ type: "integer", multipleOf })),
  fc.nat(2).map((maxLength) => ({ type: "string", maxLength })),
  fc
    .array(fc.constantFrom<Json>(null, true, false, 0, 1, 2, "", "a", "ab"), { minLength: 1, maxLength: 4 })
    .map((values) => ({ enum: values })),
);
const schemas = fc.letrec<{ schema: Json }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaves as fc.Arbitrary<Json>,
    fc.record({ type: fc.constant("array"), items: tie("schema"), minItems: fc.nat(2) }) as fc.Arbitrary<Json>,
    fc.record(
      {
        type: fc.constant("object"),
        properties: fc.dictionary(fc.constantFrom("a", "b", "c"), tie("schema"), { maxKeys: 3 }),
        required: fc.uniqueArray(fc.constantFrom("a", "b", "c")),
        additionalProperties: fc.boolean(),
      },
      { requiredKeys: ["type", "properties"] },
    ) as fc.Arbitrary<Json>,
    fc.array(tie("schema"), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
    fc.array(tie("schema"), { minLength: 1, maxLength: 2 }).map((allOf) => ({ allOf })),
  ),
})).schema;
const values = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom<Json>(null, true, false, 0, 1, 2, 3, -1, 0.5, "", "a", "ab", "abc"),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b", "c", "d"), tie("value"), { maxKeys: 3 }),
  ),
})).value;

describe("for all schemas", () => {
  test("a schema fits itself", () => {
    fc.assert(
      fc.property(schemas, (schema) => {
        expect(compare(schema, JSON.parse(JSON.stringify(schema)) as Json).answer).toBe("fits");
      }),
      { seed: 13, numRuns: 300 },
    );
  });

  test("what fits is sound: no value of the source is refused by the target", () => {
    fc.assert(
      fc.property(schemas, schemas, fc.array(values, { maxLength: 8 }), (source, target, samples) => {
        if (compare(source, target).answer === "fits") {
          const [from, to] = [new SchemaDocument(source), new SchemaDocument(target)];
          for (const value of samples) {
            if (misfit(value, from) === undefined) {
              expect(misfit(value, to)).toBeUndefined();
            }
          }
        }
      }),
      { seed: 17, numRuns: 600 },
    );
  });
});

describe("values against schemas", () => {
  const why = (value: Json, schema: Json) => {
    const found = misfit(value, new SchemaDocument(schema));
    return found === undefined ? "" : `${found.path}: ${found.reason}`;
  };

  test.each<[Json, Json, string]>([
    [1, { type: "string" }, ": is integer, requires string"],
    [1, { type: ["string", "number"] }, ""],
    [parse("1.0"), { type: "integer" }, ": is number, requires integer"],
    [5, { maximum: 4 }, ": requires at most 4"],
    [4, { exclusiveMaximum: 4 }, ": requires less than 4"],
    [3, { multipleOf: 2 }, ": requires a multiple of 2"],
    ["ab", { minLength: 3 }, ": has 2 characters, requires at least 3"],
    ["😀", { maxLength: 1 }, ""],
    ["b", { pattern: "^a" }, ": does not match the pattern ^a"],
    ["b", { pattern: "(a+)+$" }, ""],
    ["b", { pattern: "(" }, ""],
    [[1, 1.5], { items: { type: "integer" } }, "[1]: is number, requires integer"],
    [[1, parse("1.0")], { uniqueItems: true }, ": holds equal items"],
    [[{ a: 1 }, { a: 2 }], { uniqueItems: true }, ""],
    [{}, { required: ["a"] }, "a: is missing"],
    [{ a: { b: 1 } }, { properties: { a: { properties: { b: false } } } }, "a.b: is not allowed here"],
    [{ z: 1 }, { additionalProperties: false }, "z: is not allowed here"],
    [{ z: 1 }, { additionalProperties: false, patternProperties: { z: {} } }, ""],
    [{ toString: 1 }, { properties: {}, required: ["valueOf"] }, "valueOf: is missing"],
    ["c", { enum: ["a", "b"] }, ": requires one of 'a', 'b'"],
    [2, { const: 1 }, ": requires 1"],
    [1, { anyOf: [{ type: "string" }, { type: "null" }] }, ": fits none of the alternatives"],
    [1, { oneOf: [{ type: "integer" }, { type: "number" }] }, ": fits several alternatives of which only one may fit"],
    [1, { allOf: [{ type: "integer" }, { minimum: 2 }] }, ": requires at least 2"],
    [1, { $ref: "#/$defs/a~1b", $defs: { "a/b": { type: "string" } } }, ": is integer, requires string"],
    [1, { $ref: "elsewhere" }, ""],
  ])("%j in %j: %s", (value, schema, wanted) => {
    expect(why(value, schema)).toBe(wanted);
  });

  test("a schema that refers to itself ends", () => {
    const schema: Json = { properties: { next: { $ref: "#" } }, required: ["v"] };
    expect(why({ v: 1, next: { v: 2, next: {} } }, schema)).toBe("next.next.v: is missing");
    expect(why(1, { $ref: "#" })).toContain("nested deeper");
  });
});
