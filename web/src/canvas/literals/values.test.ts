import { describe, expect, it } from "vitest";

import { type Json, parse, stringify } from "~/core";

import { editText, literalKind, pretty, readLiteral, stepped, type Typed, wellText } from "./values";

function valueOf(typed: Typed): Json {
  if (!("value" in typed)) {
    throw new Error(`no value: ${JSON.stringify(typed)}`);
  }
  return typed.value;
}

describe("the editor a pin wants", () => {
  it("follows the type", () => {
    expect(literalKind({ type: "Integer" }, undefined)).toBe("integer");
    expect(literalKind({ type: "Float" }, undefined)).toBe("float");
    expect(literalKind({ type: "Boolean" }, true)).toBe("boolean");
    expect(literalKind({ type: "Date" }, undefined)).toBe("date");
    expect(literalKind({ type: "PathBuf" }, undefined)).toBe("text");
    expect(literalKind({ type: "Struct" }, undefined)).toBe("json");
    expect(literalKind({ type: "Integer", value_type: "Array" }, undefined)).toBe("json");
    expect(literalKind({ type: "String", choices: ["x", "y"] }, "x")).toBe("choice");
  });

  it("gives a long text or one of several lines a panel", () => {
    expect(literalKind({ type: "String" }, "short")).toBe("text");
    expect(literalKind({ type: "String" }, "two\nlines")).toBe("lines");
    expect(literalKind({ type: "String" }, "x".repeat(500))).toBe("lines");
  });

  it("hides what is sensitive, whatever its type", () => {
    expect(literalKind({ type: "String", sensitive: true }, "x")).toBe("secret");
    expect(wellText("secret", "hunter2")).toBe("••••");
    expect(editText("secret", "hunter2")).toBe("");
  });
});

describe("what stands in a well", () => {
  it("is short, however long the value is", () => {
    const text = wellText("lines", "a b\n".repeat(100_000));
    expect(text.length).toBeLessThan(60);
    expect(text).not.toContain("\n");
    expect(wellText("json", parse(`[${"1,".repeat(5000)}1]`)).length).toBeLessThan(60);
  });

  it("counts the items of a list of objects, and names the fields of an object", () => {
    expect(wellText("json", [{ a: 1 }, { a: 2 }])).toBe("[2 items]");
    expect(wellText("json", [1, 2, 3])).toBe("[1,2,3]");
    expect(wellText("json", { sku: "x", qty: 2 })).toBe("{sku, qty}");
    expect(wellText("json", {})).toBe("{}");
  });

  it("writes numbers as they were written", () => {
    expect(wellText("integer", parse("9007199254740993"))).toBe("9007199254740993");
    expect(wellText("float", parse("1.0"))).toBe("1.0");
  });
});

describe("what is typed", () => {
  it("keeps the digits of a large number and of 1.0", () => {
    expect(readLiteral("integer", "9007199254740993")).toEqual({ value: parse("9007199254740993") });
    expect(stringify(valueOf(readLiteral("float", "1.0")))).toBe("1.0");
  });

  it("forgives what people write", () => {
    expect(readLiteral("integer", " +7 ")).toEqual({ value: 7 });
    expect(readLiteral("float", ".5")).toEqual({ value: 0.5 });
    expect(stringify(valueOf(readLiteral("float", "3.")))).toBe("3.0");
  });

  it("says what is wrong", () => {
    expect(readLiteral("integer", "1.5")).toEqual({ wrong: "This pin takes whole numbers only." });
    expect(readLiteral("integer", "abc")).toHaveProperty("wrong");
    expect(readLiteral("integer", "9223372036854775808")).toHaveProperty("wrong");
    expect(readLiteral("integer", "9223372036854775807")).toHaveProperty("value");
    const ranged = readLiteral("integer", "11", { type: "Integer", range: [0, 10] });
    expect(ranged).toEqual({ wrong: "Between 0 and 10, please." });
    expect(readLiteral("json", '{"a": }')).toEqual({ wrong: expect.stringMatching(/^Line 1:/u) });
  });

  it("takes an empty number, date or JSON for nothing, but an empty text for a text", () => {
    for (const kind of ["integer", "float", "date", "json"] as const) {
      expect(readLiteral(kind, " ")).toEqual({ nothing: true });
    }
    expect(readLiteral("text", "")).toEqual({ value: "" });
  });

  it("takes plain words for a text where any type goes; what begins like JSON is meant as JSON", () => {
    const any = { type: "Generic" } as const;
    expect(readLiteral("json", "hello there", any)).toEqual({ value: "hello there" });
    expect(readLiteral("json", "42", any)).toEqual({ value: 42 });
    expect(readLiteral("json", '"42"', any)).toEqual({ value: "42" });
    for (const slip of ['{"a": }', "[1, 2", '"open']) {
      expect(readLiteral("json", slip, any)).toHaveProperty("wrong");
    }
    expect(readLiteral("json", "hello", { type: "Generic", value_type: "Array" })).toHaveProperty("wrong");
    expect(readLiteral("json", "hello", { type: "Struct" })).toHaveProperty("wrong");
  });

  it("shows a text of any type as it was typed, with quotes only where it would be something else", () => {
    expect(literalKind({ type: "Generic" }, "hello")).toBe("any");
    expect(literalKind({ type: "Generic" }, undefined)).toBe("any");
    expect(literalKind({ type: "Generic" }, parse("1.50"))).toBe("any");
    for (const longer of ["a\nb", "x".repeat(500), { a: 1 }, [1]]) {
      expect(literalKind({ type: "Generic" }, longer)).toBe("json");
    }
    for (const value of ["hello", "42", "true", '"', "[", "", 42, true, null, parse("1.50")]) {
      const text = editText("any", value);
      expect(wellText("any", value)).toBe(text);
      expect(text === "" ? value : stringify(valueOf(readLiteral("any", text)))).toBe(text === "" ? "" : stringify(value));
    }
    expect([editText("any", "hello"), editText("any", "42")]).toEqual(["hello", '"42"']);
  });

  it("reads dates, in UTC unless a zone is given", () => {
    expect(readLiteral("date", "2026-02-21")).toEqual({ value: "2026-02-21T00:00:00Z" });
    expect(readLiteral("date", "2026-02-21 10:30")).toEqual({ value: "2026-02-21T10:30:00Z" });
    expect(readLiteral("date", "2026-02-21T10:30:00+01:00")).toEqual({ value: "2026-02-21T10:30:00+01:00" });
    expect(readLiteral("date", "2026-13-21")).toHaveProperty("wrong");
    expect(readLiteral("date", "tomorrow")).toHaveProperty("wrong");
  });
});

describe("a step up or down", () => {
  it("keeps whole numbers whole, however large", () => {
    expect(stepped("9007199254740993", 1, 1)).toBe("9007199254740994");
    expect(stepped("", -1, 1)).toBe("-1");
    expect(stepped("0.1", 1, 0.1)).toBe("0.2");
    expect(stepped("10", 1, 1, [0, 10])).toBe("10");
    expect(stepped("x", 1, 1)).toBeUndefined();
  });
});

describe("JSON over several lines", () => {
  it("reads back as what it was", () => {
    const value = parse('{"a":[1.0,2],"b":{"c":[{"d":9007199254740993}]},"e":[],"f":{}}');
    expect(stringify(parse(pretty(value)))).toBe(stringify(value));
    expect(pretty(value)).toContain("\n");
  });
});
