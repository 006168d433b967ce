import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import type { NodeDefinition, Types } from "../definition";
import { typesOf } from "../definition";
import { readBoard, readDefinition } from "../document";
import { recorded } from "../edit/apply";
import type { Command } from "../edit/commands";
import type { Json, JsonObject } from "../json";
import { numberFrom, parse } from "../json";
import { boardOf, largeBoard, node, sampleBoard, TYPES, value, wire } from "../testing/boards";
import { showShape } from "../types/shapes";
import type { Typed } from "../types/shapes";
import { valueFault } from "../types/values";
import { findProblems } from "./find";
import type { Problem } from "./problem";
import { BoardScene } from "./scene";
import { join, ResolvedTypes } from "./unify";

const FILE = new URL("../../../../tests/vectors/checks.json", import.meta.url);

interface Case {
  readonly title: string;
  readonly types: number;
  readonly board: JsonObject;
  readonly findings: readonly (readonly string[])[];
  /** What is found once the board describes its types, where that is not the same. */
  readonly kept?: readonly (readonly string[])[];
}

const vectors = parse(readFileSync(FILE, "utf8")) as unknown as { types: JsonObject[]; cases: Case[] };
const installed: readonly Types[] = vectors.types.map((each) =>
  typesOf(
    Object.fromEntries(Object.entries(each).map(([key, one]) => [key, readDefinition(one)])) as {
      [key: string]: NodeDefinition;
    },
  ),
);

const told = (found: readonly Problem[]) =>
  found.map(({ code, severity, where }) => [code, severity, where.node ?? "", where.pin ?? "", where.path ?? ""]).toSorted();

test.each(vectors.cases)("$title", (one) => {
  const types = installed[one.types] as Types;
  const board = readBoard(one.board);
  const found = findProblems(board, types);
  expect(told(found)).toEqual(one.findings.toSorted());
  expect(told(findProblems(recorded(board, types), types))).toEqual((one.kept ?? one.findings).toSorted());
  expect(found.every((each) => each.message.endsWith(".") && each.remedy !== "")).toBe(true);
});

test("there are many cases, and sound boards among them", () => {
  expect(vectors.cases.length).toBeGreaterThanOrEqual(100);
  expect(vectors.cases.filter((one) => one.findings.length === 0).length).toBeGreaterThanOrEqual(5);
});

describe("what generic pins carry", () => {
  const shapes = (...commands: Command[]) => new ResolvedTypes(new BoardScene(boardOf(...commands), TYPES));

  test("follows from what is wired to them", () => {
    const resolved = shapes(
      node("add", "int_add"),
      node("bend", "reroute"),
      node("each", "for_each"),
      wire("add.sum", "bend.route_in"),
    );
    expect(showShape(resolved.output("bend", "route_out"))).toBe("Integer");
    expect(showShape(resolved.input("bend", "route_in"))).toBe("Integer");
    expect(showShape(resolved.output("each", "value"))).toBe("any value");
    expect(showShape(resolved.input("each", "array"))).toBe("Array of any value");
    expect(showShape(resolved.output("nobody", "x"))).toBe("any value");
    expect(resolved.wire("add.sum", "nobody.x")).toBeUndefined();
  });

  test("is a variable's type where a node reads or writes one", () => {
    const resolved = shapes(
      { command: "upsert_variable", id: "v", variable: { name: "list", type: "String", value_type: "Array" } },
      node("get", "variable_get"),
      node("each", "for_each"),
      value("get", "var_ref", "v"),
      wire("get.value_ref", "each.array"),
    );
    expect(showShape(resolved.output("get", "value_ref"))).toBe("Array of String");
    expect(showShape(resolved.output("each", "value"))).toBe("String");
    expect(resolved.wire("get.value_ref", "each.array")).toMatchObject({ ok: true });
  });

  test("joins widen, the same in any order", () => {
    const shape = (type: string, value_type = "Normal") => ({ type, value_type }) as never;
    const said = (left: never, right: never) => {
      const joined = join(left, right);
      return joined === undefined ? "" : showShape(joined);
    };
    expect(said(shape("Integer"), shape("Float"))).toBe("Float");
    expect(said(shape("Float", "Array"), shape("Integer", "Array"))).toBe("Array of Float");
    expect(said(shape("String"), shape("Integer"))).toBe("");
    expect(said(shape("Generic"), shape("Integer"))).toBe("any value");
    expect(said(shape("Integer"), shape("Integer", "Array"))).toBe("");
  });
});

describe("values", () => {
  const why = (each: Json, typed: Typed) => {
    const fault = valueFault(each, typed);
    return fault === undefined ? "" : `${fault.path}: ${fault.message}`;
  };

  test.each<[Json, Typed, string]>([
    ["a", { type: "String" }, ""],
    [1, { type: "String" }, ": is an Integer, requires a String"],
    [numberFrom("1.0") ?? 0, { type: "Integer" }, ": is a Float, requires an Integer"],
    [numberFrom("9223372036854775807") ?? 0, { type: "Integer" }, ""],
    [numberFrom("9223372036854775808") ?? 0, { type: "Integer" }, ": is beyond 64 bits"],
    [1, { type: "Float" }, ""],
    [true, { type: "Integer" }, ": is a Boolean, requires an Integer"],
    [1, { type: "Boolean" }, ": is an Integer, requires a Boolean"],
    ["2026-02-21T10:30:00Z", { type: "Date" }, ""],
    ["2026-02-21T10:30:00.5+01:00", { type: "Date" }, ""],
    ["2026-02-30T10:30:00Z", { type: "Date" }, ": is no ISO-8601 date, such as 2026-02-21T10:30:00Z"],
    ["2026-02-21", { type: "Date" }, ": names no time zone; end the text with Z or an offset like +01:00"],
    ["soon", { type: "Date" }, ": is no ISO-8601 date, such as 2026-02-21T10:30:00Z"],
    ["aGk=", { type: "Byte" }, ""],
    ["hi!", { type: "Byte", value_type: "Array" }, ": is no base64 text"],
    ["a\0b", { type: "PathBuf" }, ": holds a null character, which no path may"],
    [[1, "x"], { type: "Integer", value_type: "Array" }, "[1]: is a String, requires an Integer"],
    [{ a: [1] }, { type: "Integer", value_type: "HashMap" }, "a: is an Array, requires an Integer"],
    [{}, { type: "String", value_type: "HashSet" }, ": is a Struct, requires a HashSet (an array)"],
    [[], { type: "Struct" }, ": is an Array, requires a Struct"],
    [{ a: { b: numberFrom("99999999999999999999") ?? 0 } }, { type: "Struct" }, "a.b: is beyond 64 bits"],
    [null, { type: "Generic" }, ""],
    [null, { type: "String" }, ": is null, requires a String"],
    [1, { type: "Execution" }, ": execution carries no value"],
    [{ n: "x" }, { type: "Struct", schema: { properties: { n: { type: "number" } } } }, "n: is string, requires number"],
  ])("%j as %j: %s", (each, typed, wanted) => {
    expect(why(each, typed)).toBe(wanted);
  });

  test("an optional pin takes null; deep nesting ends", () => {
    expect(valueFault(null, { type: "String", optional: true } as Typed)).toBeUndefined();
    let deep: Json = 1;
    for (let level = 0; level < 70; level += 1) {
      deep = [deep];
    }
    expect(valueFault(deep, { type: "Generic" })?.message).toContain("nested deeper");
  });
});

test("a sound board has only what is not recorded, and a large one is looked at whole", () => {
  expect(new Set(findProblems(sampleBoard(), TYPES).map((one) => one.code))).toEqual(new Set(["board.type-not-recorded"]));
  expect(findProblems(largeBoard(2000), TYPES).filter((one) => one.severity === "error")).toEqual([]);
});
