import { describe, expect, test } from "vitest";

import type { NodeDefinition } from "../definition";
import { keyOf, typesOf } from "../definition";
import type { Board } from "../document";
import type { Json } from "../json";
import { numberFrom, stringify, table } from "../json";
import { boardOf, node, sampleBoard, TYPES, value, wire } from "../testing/boards";
import { apply, applyAll } from "./apply";
import type { Command } from "./commands";
import { CommandRefused } from "./refusal";
import { checkValue, coordinate, isId } from "./values";

function refusalOf(board: Board, ...commands: Command[]): CommandRefused | undefined {
  try {
    applyAll(board, commands, TYPES);
  } catch (error) {
    if (error instanceof CommandRefused) {
      return error;
    }
    throw error;
  }
  return undefined;
}

const codeOf = (board: Board, ...commands: Command[]) => refusalOf(board, ...commands)?.code ?? "";

describe("limits", () => {
  test("a value of more than 4 MiB, too deep, or half a character is refused", () => {
    const deep = Array.from({ length: 70 }).reduce<Json>((inner) => [inner], 1);
    const board = sampleBoard();
    const set = (each: Json): Command => ({ command: "set_pin_value", node: "log", pin: "message", value: each });
    expect(codeOf(board, set("x".repeat(5_000_000)))).toBe("command.too-large");
    expect(codeOf(board, set(deep))).toBe("command.bad-value");
    expect(codeOf(board, set("\ud800"))).toBe("command.bad-value");
    expect(codeOf(board, set("x".repeat(1_000_000)))).toBe("");
    expect(() => checkValue(undefined)).toThrow(CommandRefused);
    expect(() => checkValue(numberFrom("9".repeat(1234)))).toThrow("too many digits");
  });

  test("a board of more than 10,000 nodes is refused", () => {
    const many = Array.from({ length: 10_000 }, (_, index): [string, { type: string }] => [`n${index}`, { type: "concat@1" }]);
    const board: Board = { ...sampleBoard(), nodes: table(many) };
    expect(codeOf(board, node("one-more", "concat"))).toBe("command.too-large");
    expect(codeOf(board, { command: "remove", ids: ["n1"] }, node("one-more", "concat"))).toBe("");
  });

  test("coordinates are 32-bit floats", () => {
    expect(coordinate(0.1, "n")).toBe(Math.fround(0.1));
    expect(Object.is(coordinate(-0, "n"), 0)).toBe(true);
    expect(() => coordinate(1e39, "n")).toThrow(CommandRefused);
    expect(() => coordinate(Number.NaN, "n")).toThrow(CommandRefused);
  });

  test.each([
    ["a", true],
    ["A-b_9", true],
    ["x".repeat(64), true],
    ["x".repeat(65), false],
    ["", false],
    ["-a", false],
    ["a.b", false],
    ["ä", false],
    ["a b", false],
  ])("%j as an id: %s", (id, wanted) => {
    expect(isId(id)).toBe(wanted);
  });
});

describe("names like those of objects", () => {
  test("are names like any other", () => {
    const board = boardOf(node("constructor", "start"), node("toString", "log_info"), node("isPrototypeOf", "concat"));
    const after = applyAll(
      board,
      [
        wire("constructor.exec_out", "toString.exec_in"),
        { command: "add_pin", id: "constructor", direction: "out", pin: { name: "valueOf", type: "String" } },
        wire("constructor.valueOf", "toString.message"),
        { command: "collapse", id: "hasOwnProperty", members: ["toString"] },
      ],
      TYPES,
    ).board;
    expect(after.nodes.toString).toMatchObject({ layer: "hasOwnProperty" });
    expect(codeOf(after, { command: "rename", id: "valueOf", name: "x" })).toBe("command.unknown-entity");
    expect(stringify(applyAll(after, [{ command: "remove", ids: ["hasOwnProperty"] }], TYPES).board.nodes)).not.toContain(
      "hasOwnProperty",
    );
  });
});

describe("wires", () => {
  test("into an occupied data input replace, from the same output too", () => {
    const board = applyAll(sampleBoard(), [node("other", "concat"), wire("other.text", "log.message")], TYPES).board;
    expect(board.nodes.text?.out).toBeUndefined();
    expect(board.nodes.other?.out?.text?.to).toEqual(["log.message"]);
    expect(codeOf(board, wire("other.text", "log.message"))).toBe("command.wire-exists");
  });

  test("of execution keep their order", () => {
    const board = boardOf(node("a", "start"), node("b", "log_info"), node("c", "log_info"));
    const after = applyAll(
      board,
      [wire("a.exec_out", "b.exec_in"), { command: "connect", source: "a.exec_out", target: "c.exec_in", index: 0 }],
      TYPES,
    ).board;
    expect(after.nodes.a?.out?.exec_out?.to).toEqual(["c.exec_in", "b.exec_in"]);
    const order: Command = { command: "order_wires", source: "a.exec_out", to: ["b.exec_in", "c.exec_in"] };
    expect(apply(after, order, TYPES).board.nodes.a?.out?.exec_out?.to).toEqual(["b.exec_in", "c.exec_in"]);
    expect(codeOf(after, { ...order, to: ["b.exec_in"] })).toBe("command.bad-order");
  });

  test("go with what they lead to, and come back with it", () => {
    const board = sampleBoard();
    const done = apply(board, { command: "remove", ids: ["text"] }, TYPES);
    expect(done.board.nodes.add?.out).toBeUndefined();
    expect(done.touched).toEqual(["node:add", "node:log", "node:text", "place:text"]);
    expect(stringify(apply(done.board, done.inverse, TYPES).board, { sorted: true })).toBe(stringify(board, { sorted: true }));
  });

  test("a refused one says why, and where", () => {
    const refused = refusalOf(sampleBoard(), wire("add.sum", "log.message"));
    expect(refused?.message).toBe("add.sum does not fit log.message: source is Integer, target requires String");
    expect(refused?.where).toEqual({ node: "log", pin: "message", path: "" });
    expect(refused?.remedy).toContain("conversion");
  });
});

describe("layers", () => {
  const board = boardOf(
    node("a", "start"),
    node("b", "log_info", 100, 0),
    node("c", "log_info", 200, 50),
    wire("a.exec_out", "b.exec_in"),
    wire("b.exec_out", "c.exec_in"),
  );

  test("collapse and expand give the same graph again", () => {
    const done = applyAll(board, [{ command: "collapse", id: "part", members: ["b", "c"], name: "Part" }], TYPES);
    expect(done.board.nodes.a?.out?.exec_out?.to).toEqual(["part.exec_in"]);
    expect(done.board.layers.part?.out?.exec_in?.to).toEqual(["b.exec_in"]);
    expect(done.board.layout.part).toEqual({ x: 150, y: 25 });
    const back = apply(done.board, { command: "expand", id: "part" }, TYPES).board;
    expect(stringify(back, { sorted: true })).toBe(stringify(board, { sorted: true }));
  });

  test("cannot lie inside themselves", () => {
    const nested = applyAll(
      board,
      [
        { command: "collapse", id: "outer", members: ["b"] },
        { command: "collapse", id: "inner", members: ["b"] },
      ],
      TYPES,
    ).board;
    expect(codeOf(nested, { command: "set_layer", ids: ["outer"], layer: "inner" })).toBe("command.layer-cycle");
    expect(codeOf(nested, { command: "upsert_layer", id: "outer", parent: "inner" })).toBe("command.layer-cycle");
    expect(codeOf(nested, { command: "collapse", id: "x", members: ["a", "b"] })).toBe("command.mixed-layers");
  });
});

describe("calls", () => {
  const call: NodeDefinition = {
    name: "call",
    kind: "call_reference",
    inputs: [
      { name: "exec_in", type: "Execution" },
      { name: "fn_ref", type: "String" },
    ],
    outputs: [{ name: "exec_out", type: "Execution" }],
  };
  const definitions = [...TYPES.keys()].map((key) => [key, TYPES.get(key) as NodeDefinition] as const);
  const types = typesOf(Object.fromEntries([...definitions, [keyOf(call), call]]));

  test("follow the start node they name", () => {
    const commands: Command[] = [
      node("go", "start"),
      { command: "add_node", id: "call", type: "call@1" },
      value("call", "fn_ref", "go"),
      { command: "add_pin", id: "go", direction: "out", pin: { name: "who", type: "String", default: "x" } },
      value("call", "who", "Ada"),
    ];
    const after = applyAll(boardOf(), commands, types).board;
    expect(after.nodes.call?.pins?.in).toEqual([
      { name: "payload", type: "Struct" },
      { name: "who", type: "String" },
    ]);
    const gone = applyAll(after, [{ command: "remove_pin", id: "go", direction: "out", pin: "who" }], types).board;
    expect(gone.nodes.call?.in).toEqual({ fn_ref: { value: "go" } });
    expect(gone.nodes.call?.pins?.in).toEqual([{ name: "payload", type: "Struct" }]);
  });
});

describe("upgrades", () => {
  const version = (number: number, inputs: NodeDefinition["inputs"]): NodeDefinition => ({
    name: "log_info",
    version: number,
    inputs: [{ name: "exec_in", type: "Execution" }, ...(inputs ?? [])],
    outputs: [{ name: "exec_out", type: "Execution" }],
  });
  const newer = [
    version(2, [{ name: "message", type: "String" }, { name: "level", type: "String", default: "info" }]),
    version(3, [{ name: "message", type: "Integer" }]),
    version(4, []),
  ];
  const definitions = [...TYPES.keys()].map((key) => [key, TYPES.get(key) as NodeDefinition] as const);
  const types = typesOf(Object.fromEntries([...definitions, ...newer.map((each) => [keyOf(each), each] as const)]));
  const board = sampleBoard();

  const upgraded = (from: Board, number: number) =>
    applyAll(from, [{ command: "upgrade_node", node: "log", version: number }], types).board.nodes;

  test("keep what still fits", () => {
    expect(upgraded(board, 2).text?.out).toEqual(board.nodes.text?.out);
    expect(upgraded(board, 3).text?.out).toBeUndefined();
    const literal = boardOf(node("log", "log_info"), value("log", "message", "hi"));
    expect(upgraded(literal, 2).log?.in?.message?.value).toBe("hi");
    expect(upgraded(literal, 4).log?.in).toBeUndefined();
  });

  test("are undone exactly", () => {
    const done = applyAll(board, [{ command: "upgrade_node", node: "log", version: 3 }], types);
    expect(done.board.nodes.log?.type).toBe("log_info@3");
    expect(done.board.nodes.text?.out).toBeUndefined();
    expect(stringify(applyAll(done.board, [done.inverse], types).board, { sorted: true })).toBe(stringify(board, { sorted: true }));
  });

  test("go forwards to what is installed only", () => {
    const to = (number: number) => () => upgraded(board, number);
    expect(to(9)).toThrow(CommandRefused);
    expect(to(1)).toThrow(CommandRefused);
  });
});

test("the order of keys in a command does not matter to what it does", () => {
  const one = applyAll(sampleBoard(), [{ command: "upsert_comment", id: "n", comment: { content: "x", color: "red" } }], TYPES);
  const two = applyAll(sampleBoard(), [{ comment: { color: "red", content: "x" }, id: "n", command: "upsert_comment" }], TYPES);
  expect(stringify(one.board, { sorted: true })).toBe(stringify(two.board, { sorted: true }));
});
