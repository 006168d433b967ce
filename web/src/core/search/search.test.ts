import { describe, expect, test } from "vitest";

import { apply, applyAll } from "../edit/apply";
import { boardOf, node, sampleBoard, TYPES, value, wire } from "../testing/boards";
import { parseQuery } from "./query";
import { replaceInLiterals, searchBoard, usesOf } from "./search";

const board = applyAll(
  sampleBoard(),
  [
    { command: "rename", id: "log", name: "Tell the world" },
    { command: "set_comment", id: "add", comment: "Adds what came in" },
    { command: "upsert_variable", id: "v1", variable: { name: "counter", type: "Integer", default: 41 } },
    { command: "upsert_variable", id: "v2", variable: { name: "apiKey", type: "String", secret: true } },
    { command: "upsert_variable", id: "v3", variable: { name: "greeting", type: "String", default: "hello there" } },
    node("get", "variable_get"),
    value("get", "var_ref", "v1"),
    wire("get.value_ref", "text.value"),
    node("join", "concat"),
    value("join", "items", "Hello, hello world"),
    node("login", "login"),
    value("login", "password", "canary"),
    value("login", "user", "hello user"),
    { command: "upsert_comment", id: "note", comment: { content: "Plan:\nsum things up" }, place: { x: 0, y: 0 } },
    { command: "collapse", id: "part", members: ["join"], name: "Greeting part" },
  ],
  TYPES,
).board;

const ids = (text: string, options = {}) => searchBoard(board, TYPES, text, options).map((hit) => hit.id);

describe("a query", () => {
  test.each([
    ["", [], {}],
    ["  two  words ", ["two", "words"], {}],
    ['"two words"', ["two words"], {}],
    ['value:"two words" x', ["x"], { value: "two words" }],
    ["TYPE:Log pin:message", [], { type: "log", pin: "message" }],
    ["error:", [], { error: "" }],
    ["unused: a", ["a"], { unused: "" }],
    ["http://x.example y:z", ["http://x.example", "y:z"], {}],
    ['"open', ["open"], {}],
    ['a"b', ['a"b'], {}],
  ])("%j", (text, words, filters) => {
    const query = parseQuery(text);
    expect(query.words).toEqual(words);
    expect(Object.fromEntries(query.filters)).toEqual(filters);
  });

  test("any text ends", () => {
    for (const text of [":", "type:", ":::", '""', 'a:"', " \t\n", 'type:""x']) {
      expect(() => parseQuery(text)).not.toThrow();
    }
  });
});

describe("a search", () => {
  test("finds titles first, whatever the case", () => {
    const [first] = searchBoard(board, TYPES, "WORLD");
    expect(first).toMatchObject({ kind: "node", id: "log", title: "Tell the world", field: "", excerpt: "Tell the world" });
    expect(first?.marks).toEqual([[9, 14]]);
    expect(ids("world")).toEqual(["log", "join"]);
  });

  test("finds notes, comments, layers, variables, pins and values", () => {
    expect(ids("came in")).toContain("add");
    expect(ids("sum things")).toEqual(["note"]);
    expect(ids("greeting")).toEqual(["part", "v3"]);
    expect(ids("counter")).toEqual(["v1", "get"]);
    expect(ids("integer1")).toEqual(["add"]);
    expect(ids("41")).toEqual(["v1"]);
  });

  test("asks for all words, in any part", () => {
    expect(ids("tell log_info")).toEqual(["log"]);
    expect(ids("tell nothing")).toEqual([]);
  });

  test("says where: layer, field and the text around", () => {
    const [hit] = searchBoard(board, TYPES, "value:hello type:concat");
    expect(hit).toMatchObject({ id: "join", layer: "part", title: "Join Texts" });
    const long = applyAll(board, [value("login", "user", `${"x".repeat(300)}needle${"y".repeat(300)}`)], TYPES).board;
    const [found] = searchBoard(long, TYPES, "needle");
    expect(found?.field).toBe("user");
    expect(found?.excerpt.length).toBeLessThan(200);
    const [from = 0, to = 0] = found?.marks[0] ?? [];
    expect(found?.excerpt.slice(from, to)).toBe("needle");
    expect(found?.excerpt).toMatch(/^….*…$/);
  });

  test.each([
    ["type:log_", ["log"]],
    ["type:log", ["log", "login"]],
    ["type:math", ["add"]],
    ["pin:message", ["log"]],
    ["value:hello", ["join", "login", "v3"]],
    ["var:counter", ["get", "v1"]],
    ["var:", ["get", "v1", "v2", "v3"]],
    ["unused:", ["add", "join", "login", "v2", "v3"]],
    ["unused: join", ["join"]],
    ["error:", []],
  ])("%s", (text, wanted) => {
    expect(ids(text).toSorted()).toEqual(wanted);
  });

  test("looks at the problems it is given", () => {
    const problems = [
      { code: "board.missing-value", message: "The input 'user' has no value.", where: { node: "login", pin: "user" } },
      { code: "board.secret-default", message: "has a value", where: { path: "variables.v2.default" } },
    ];
    expect(ids("error:", { problems }).toSorted()).toEqual(["login", "v2"]);
    expect(ids("error:missing", { problems })).toEqual(["login"]);
    expect(ids("error: type:web", { problems })).toEqual(["login"]);
  });

  test("never finds a secret", () => {
    expect(ids("canary")).toEqual([]);
    expect(ids("value:canary")).toEqual([]);
  });

  test("of nothing finds nothing, and no more than asked", () => {
    expect(ids("")).toEqual([]);
    expect(ids("   ")).toEqual([]);
    expect(ids("e", { limit: 2 })).toHaveLength(2);
  });

  test("sees edits", () => {
    expect(ids("brandnew")).toEqual([]);
    const edited = apply(board, { command: "rename", id: "add", name: "BrandNew" }, TYPES).board;
    expect(searchBoard(edited, TYPES, "brandnew")[0]?.id).toBe("add");
    const renamed = apply(
      board,
      { command: "upsert_variable", id: "v1", variable: { name: "total", type: "Integer" } },
      TYPES,
    ).board;
    expect(searchBoard(renamed, TYPES, "var:total").map((hit) => hit.id)).toEqual(["get", "v1"]);
  });
});

describe("uses and replacing", () => {
  test("uses of a variable", () => {
    expect(usesOf(board, "v1")).toEqual(["get"]);
    expect(usesOf(board, "v2")).toEqual([]);
  });

  test("a text is exchanged in all text literals but sensitive ones", () => {
    const commands = replaceInLiterals(board, TYPES, "hello", "bye");
    const after = applyAll(board, commands, TYPES).board;
    expect(after.nodes.join?.in?.items?.value).toBe("Hello, bye world");
    expect(after.nodes.login?.in?.user?.value).toBe("bye user");
    expect(replaceInLiterals(board, TYPES, "canary", "x")).toEqual([]);
    expect(replaceInLiterals(board, TYPES, "v1", "x")).toEqual([]);
    expect(replaceInLiterals(board, TYPES, "", "x")).toEqual([]);
    expect(replaceInLiterals(boardOf(node("a", "concat")), TYPES, "x", "y")).toEqual([]);
  });
});
