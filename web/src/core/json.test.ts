import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { Json } from "./json";
import {
  bare,
  copyOf,
  isInteger,
  isNumber,
  isObject,
  JsonError,
  Lossless,
  numberFrom,
  parse,
  same,
  stringify,
  table,
  toNumber,
} from "./json";

function code(text: string): string {
  try {
    parse(text);
  } catch (error) {
    return error instanceof JsonError ? `${error.code}:${error.line}` : "another error";
  }
  return "read";
}

describe("numbers keep their text", () => {
  test.each(["9007199254740993", "1.0", "-0", "-0.0", "1e3", "1E+2", "100000000000000000000000", "0.10"])(
    "%s",
    (text) => {
      const value = parse(text);
      expect(value).toBeInstanceOf(Lossless);
      expect(stringify(value)).toBe(text);
      expect(stringify(parse(`[{"a":${text}}]`))).toBe(`[{"a":${text}}]`);
    },
  );

  test.each(["0", "1", "-1", "1.5", "9007199254740991", "123456789012345", "-0.25", "1e+21"])(
    "%s is a plain number",
    (text) => {
      expect(parse(text)).toBe(Number(text));
      expect(stringify(parse(text))).toBe(text);
    },
  );

  test("what no float holds is refused", () => {
    expect(code("1e400")).toBe("text.number:1");
    expect(code("-1e400")).toBe("text.number:1");
    expect(code("9".repeat(2000))).toBe("text.number:1");
    expect(code("9".repeat(1000))).toBe("read");
    expect(code("1e-400")).toBe("read");
  });

  test.each(["01", "1.", ".5", "+1", "1e", "--1", "0x10", "NaN", "Infinity", "-", "1_0"])("%s is none", (text) => {
    expect(code(text)).toMatch(/^text\./);
    expect(numberFrom(text)).toBeUndefined();
  });

  test("a whole number is told by its writing", () => {
    expect(["1", "1.0", "1e2", "9007199254740993"].map((text) => isInteger(numberFrom(text) as number))).toEqual([
      true,
      false,
      false,
      true,
    ]);
    expect(isInteger(0.5)).toBe(false);
    expect(toNumber(new Lossless("1.0"))).toBe(1);
    expect(String(new Lossless("1.0"))).toBe("1.0");
  });
});

describe("reading is strict", () => {
  test.each([
    ["", "text.empty:1"],
    [" \n ", "text.empty:2"],
    ['{"a":1,"a":2}', "text.duplicate-key:1"],
    ['{"a":1,\n"b":{"c":1,\n"c":2}}', "text.duplicate-key:3"],
    ['{"__proto__":1,"__proto__":2}', "text.duplicate-key:1"],
    ['{"a":null,"a":null}', "text.duplicate-key:1"],
    ["[1,]", "text.syntax:1"],
    ["[1 2]", "text.syntax:1"],
    ['{"a" 1}', "text.syntax:1"],
    ['{"a":1 "b":2}', "text.syntax:1"],
    ["{a:1}", "text.syntax:1"],
    ["[1] 2", "text.syntax:1"],
    ["tru", "text.syntax:1"],
    ["nul", "text.syntax:1"],
    ["[1", "text.truncated:1"],
    ['{"a":', "text.truncated:1"],
    ['"abc', "text.truncated:1"],
    ['"abc\\"', "text.truncated:1"],
    ['"a\nb"', "text.syntax:1"],
    ['"a\\nb\nc"', "text.syntax:1"],
    ['"\\x"', "text.syntax:1"],
    ['"\\ud800"', "text.surrogate:1"],
    ["[".repeat(100) + "]".repeat(100), "text.depth:1"],
  ])("%j", (text, wanted) => {
    expect(code(text)).toBe(wanted);
  });

  test("escapes and spaces are read", () => {
    expect(parse(' { "a\\"b" : [ "\\u00e9\\n" , true , false , null , [ ] , { } ] } ')).toEqual(
      table<unknown>([['a"b', ["é\n", true, false, null, [], {}]]]),
    );
    expect(parse('"ends with a backslash \\\\"')).toBe("ends with a backslash \\");
    expect(parse('"\\ud83d\\ude00"')).toBe("😀");
  });
});

describe("objects inherit nothing", () => {
  const read = parse('{"__proto__": {"polluted": 1}, "a": 1}') as Record<string, Json>;

  test("a key like any other", () => {
    expect(Object.keys(read)).toEqual(["__proto__", "a"]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(read.constructor).toBeUndefined();
    expect(read.toString).toBeUndefined();
    expect(stringify(read)).toBe('{"__proto__":{"polluted":1},"a":1}');
  });

  test("copies too", () => {
    expect(copyOf(read).hasOwnProperty).toBeUndefined();
    expect(Object.keys(copyOf(read))).toEqual(["__proto__", "a"]);
    expect(bare().valueOf).toBeUndefined();
  });
});

describe("same", () => {
  test.each<[string, string, boolean]>([
    ["1", "1.0", false],
    ["1.0", "1.00", true],
    ["1e2", "100.0", true],
    ["100", "1e2", false],
    ["9007199254740993", "9007199254740993", true],
    ["9007199254740993", "9007199254740992", false],
    ["0.0", "-0.0", false],
    ["0", "-0", true],
    ["1", "true", false],
    ['{"a":1,"b":[2]}', '{"b":[2],"a":1}', true],
    ['{"a":1}', '{"a":1,"b":null}', false],
    ['{"a":1}', '{"b":1}', false],
    ["[1,2]", "[2,1]", false],
    ["[]", "{}", false],
    ["null", "{}", false],
  ])("%s and %s: %s", (left, right, wanted) => {
    expect(same(parse(left), parse(right))).toBe(wanted);
    expect(same(parse(right), parse(left))).toBe(wanted);
  });

  test("undefined counts as absent", () => {
    expect(same({ a: 1, b: undefined }, { a: 1 })).toBe(true);
    expect(same({ toString: 1 }, {})).toBe(false);
    expect(same({}, { toString: 1 })).toBe(false);
  });
});

const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.string({ unit: "grapheme" }),
    fc.string({ unit: "binary" }).filter((text) => text.isWellFormed()),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 5 }),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom("__proto__", "constructor")), tie("value"), { maxKeys: 5 }),
  ),
})).value;

describe("for all values", () => {
  test("what is written is read again, by this reader and by the browser's", () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = stringify(value);
        expect(stringify(parse(text))).toBe(text);
        expect(same(parse(text), parse(stringify(value, { sorted: true })))).toBe(true);
        expect(() => JSON.parse(text)).not.toThrow();
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  test("it reads what the browser's own reader reads", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        fc.pre(code(text) === "read" || !code(text).startsWith("text.surrogate"));
        const plain = (value: Json): unknown => {
          if (isNumber(value)) {
            return toNumber(value);
          }
          if (Array.isArray(value)) {
            return value.map(plain);
          }
          return isObject(value)
            ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]))
            : value;
        };
        expect(plain(parse(text))).toEqual(JSON.parse(text));
      }),
      { seed: 11, numRuns: 300 },
    );
  });
});

test("what JSON cannot say is not written", () => {
  expect(() => stringify(Number.NaN)).toThrow(TypeError);
  expect(() => stringify([undefined])).toThrow(TypeError);
  expect(() => stringify(() => 1)).toThrow(TypeError);
  expect(stringify({ a: undefined, b: 1 })).toBe('{"b":1}');
  expect(stringify({ b: 1, a: 2 }, { sorted: true })).toBe('{"a":2,"b":1}');
});
