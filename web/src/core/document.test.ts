import { describe, expect, test } from "vitest";

import { inputsOf, isPure, keyOf, kindOf, labelOf, titleOfType, typesOf, valueTypeOf } from "./definition";
import {
  emptyBoard,
  homeOf,
  idsIn,
  isEditable,
  literalOf,
  placedKind,
  readBoard,
  titleOfNode,
  wayTo,
  wiresFrom,
} from "./document";
import type { Change } from "./edit/change";
import { byCodePoints, changesBetween, reversed } from "./edit/change";
import { applyAll } from "./edit/apply";
import type { Command } from "./edit/commands";
import { labelOfCommands, setValue } from "./edit/commands";
import { CommandRefused } from "./edit/refusal";
import { fingerprint } from "./fingerprint";
import { JsonError, Lossless, parse, stringify } from "./json";
import { applyPatch, fitsPatch } from "./patch";
import { definitionOf, endOf, innerSides, inputPins, outputPins, pinKey, sidesOf, sidesOfLayer, splitEnd, splitKey } from "./pins";
import { boardOf, largeBoard, node, sampleBoard, TYPES, value, wire } from "./testing/boards";
import { randomCommand } from "./testing/edits";
import { randomOf } from "./testing/random";

describe("reading a board", () => {
  const text = `{"format": "flowlike.board/1", "id": "b", "nodes": {
    "constructor": {"type": "concat@1", "in": {"items": {"value": 9007199254740993}, "items#2": {"value": 1.0}}}},
    "layout": {"constructor": {"x": 100.0, "y": -2.5}},
    "types": {"t@1": {"name": "t", "version": 1, "inputs": [{"name": "n", "type": "Integer", "range": [0.0, 9.0], "step": 1.0, "default": 1.0}]}}}`;
  const board = readBoard(text);
  const [odd] = Object.values(board.nodes);

  test("keeps what literals say, and gives places as plain numbers", () => {
    expect(stringify(odd?.in)).toContain("9007199254740993");
    expect(literalOf(odd as never, "items#2")).toEqual(new Lossless("1.0"));
    expect(board.layout.constructor).toEqual({ x: 100, y: -2.5 });
    const [pin] = inputsOf(board.types["t@1"] as never);
    expect(pin).toMatchObject({ range: [0, 9], step: 1, default: new Lossless("1.0") });
  });

  test("leaves out what says nothing", () => {
    const hollow = readBoard(
      '{"id":"b","settings":{},"nodes":{"n":{"type":"t@1","settings":{},"pins":{},"in":{},"out":{}}},"layers":{"l":{"name":"L","pins":{}}}}',
    );
    expect([hollow.settings, Object.keys(hollow.nodes.n ?? {}), Object.keys(hollow.layers.l ?? {})]).toEqual([
      undefined,
      ["type"],
      ["name"],
    ]);
  });

  test("gives every table, and names mean nothing else", () => {
    expect(board.layers).toEqual({});
    expect(board.nodes.toString).toBeUndefined();
    expect(placedKind(board, "constructor")).toBe("node");
    expect(placedKind(board, "hasOwnProperty")).toBeUndefined();
  });

  test.each(["[]", '{"format": "flowlike.board/2", "id": "b"}', "{}", "nonsense"])("%s is none", (bad) => {
    expect(() => readBoard(bad)).toThrow(JsonError);
  });
});

describe("asking a board", () => {
  const board = boardOf(
    node("a", "start"),
    node("b", "log_info"),
    wire("a.exec_out", "b.exec_in"),
    { command: "collapse", id: "outer", members: ["b"], name: "Outer" },
    { command: "collapse", id: "inner", members: ["b"], name: "Inner" },
    { command: "upsert_comment", id: "note", comment: { content: "x", layer: "outer" } },
  );

  test("what stands where", () => {
    expect(homeOf(board, "b")).toBe("inner");
    expect(homeOf(board, "inner")).toBe("outer");
    expect(homeOf(board, "note")).toBe("outer");
    expect(homeOf(board, "nobody")).toBe("");
    expect(wayTo(board, "inner")).toEqual(["outer", "inner"]);
    expect(wayTo(board, "")).toEqual([]);
    expect(idsIn(board, "outer")).toEqual({ nodes: [], layers: ["inner"], comments: ["note"] });
    expect(placedKind(board, "outer")).toBe("layer");
    expect(placedKind(board, "note")).toBe("comment");
  });

  test("titles, wires, variables", () => {
    expect(titleOfNode({ type: "log_info@1" }, TYPES.get("log_info@1"))).toBe("Log Info");
    expect(titleOfNode({ type: "log_info@1", name: "Mine" }, undefined)).toBe("Mine");
    expect(titleOfNode({ type: "gone@3" }, undefined)).toBe("gone");
    expect(wiresFrom(board.nodes.a, "exec_out")).toEqual(["outer.exec_in"]);
    expect(wiresFrom(undefined, "x")).toEqual([]);
    expect(isEditable({ name: "v", type: "String" })).toBe(true);
    expect(isEditable({ name: "v", type: "String", editable: false })).toBe(false);
  });
});

describe("definitions", () => {
  test("read through their defaults", () => {
    const plain = { name: "x" };
    expect([keyOf(plain), kindOf(plain), titleOfType(plain), isPure(plain)]).toEqual(["x@1", "call", "x", true]);
    expect(isPure(TYPES.get("log_info@1") as never)).toBe(false);
    expect(isPure(plain)).toBe(true);
    expect(labelOf({ name: "to_text", type: "String" })).toBe("To text");
    expect(labelOf({ name: "x", label: "Label", type: "String" })).toBe("Label");
    expect(valueTypeOf({})).toBe("Normal");
    expect([...typesOf({ "a@1": plain }).keys()]).toEqual(["a@1"]);
    expect(typesOf({}).get("constructor")).toBeUndefined();
  });
});

describe("pins", () => {
  test("keys and endpoints", () => {
    expect([pinKey("a", 1), pinKey("a", 2)]).toEqual(["a", "a#2"]);
    expect([splitKey("a#2"), splitKey("a#1"), splitKey("a#x"), splitKey("a#b#12")]).toEqual([
      ["a", 2],
      ["a#1", 1],
      ["a#x", 1],
      ["a#b", 12],
    ]);
    expect([splitEnd("n.a.b"), splitEnd("n")]).toEqual([
      ["n", "a.b"],
      ["n", ""],
    ]);
    expect(endOf("n", "p")).toBe("n.p");
  });

  test("repeated, own and error pins, in pin order", () => {
    const concat = TYPES.get("concat@1") as never;
    expect([...inputPins({ type: "concat@1" }, concat).keys()]).toEqual(["items", "items#2"]);
    expect([...inputPins({ type: "concat@1", in: { "items#4": {} } }, concat).keys()]).toHaveLength(4);
    const start = { type: "start@1", pins: { out: [{ name: "who", type: "String" as const }] }, out: { auto_handle_error: {} } };
    expect([...outputPins(start, TYPES.get("start@1") as never).keys()]).toEqual([
      "exec_out",
      "payload",
      "who",
      "auto_handle_error",
      "auto_handle_error_string",
    ]);
  });

  test("of cards are the same object as long as the node is", () => {
    const board = sampleBoard();
    const log = board.nodes.log as never;
    const definition = definitionOf(log, board, TYPES);
    expect(sidesOf(log, definition)).toBe(sidesOf(log, definition));
    expect(sidesOf(log, undefined)).not.toBe(sidesOf(log, definition));
  });

  test("of an unknown type are those it lists", () => {
    const odd = { type: "gone@1", in: { message: { value: 1 } }, out: { exec_out: { to: ["a.b"] }, text: {} } };
    const { inputs, outputs } = sidesOf(odd, undefined);
    expect([...inputs.values()].map((pin) => pin.type)).toEqual(["Generic"]);
    expect([...outputs.values()].map((pin) => pin.type)).toEqual(["Execution", "Generic"]);
  });

  test("of a layer lead in and out; inside it is the other way round", () => {
    const layer = { name: "L", pins: { in: [{ name: "a", type: "String" as const }], out: [{ name: "b", type: "String" as const }] } };
    expect(sidesOfLayer(layer)).toBe(sidesOfLayer(layer));
    const { entry, exit } = innerSides(layer);
    expect([...entry.outputs.keys(), ...exit.inputs.keys()]).toEqual(["a", "b"]);
    expect(entry.inputs.size + exit.outputs.size).toBe(0);
  });
});

describe("changes", () => {
  test("of an entity name each part", () => {
    const before = { type: "a@1", name: "x", in: { p: { value: 1 } } };
    const after = { type: "a@1", in: { p: { value: 1 }, q: { value: 2 } }, settings: {} };
    expect(changesBetween("node", "n", before, after)).toEqual([
      { kind: "node", id: "n", path: ["in", "q"], after: { value: 2 } },
      { kind: "node", id: "n", path: ["name"], before: "x" },
    ]);
    expect(changesBetween("place", "n", { x: 1 }, { x: new Lossless("1.0") })).toEqual([]);
    expect(changesBetween("node", "n", undefined, before)).toEqual([{ kind: "node", id: "n", after: before }]);
    expect(changesBetween("node", "n", before, before)).toEqual([]);
  });

  test("turn round", () => {
    const change: Change = { kind: "node", id: "n", path: ["name"], before: "a", after: "b" };
    expect(reversed(change)).toEqual({ kind: "node", id: "n", path: ["name"], before: "b", after: "a" });
    expect(reversed({ kind: "node", id: "n", after: {} })).toEqual({ kind: "node", id: "n", before: {} });
  });

  test("are sorted by code points, as the server sorts", () => {
    expect(["é", "z", "a", "\uFFFD", "😀", "ab"].toSorted(byCodePoints)).toEqual(["a", "ab", "z", "é", "\uFFFD", "😀"]);
  });
});

describe("patches", () => {
  const board = sampleBoard();

  test("touch only what they name", () => {
    const after = applyPatch(board, [{ kind: "node", id: "log", path: ["name"], after: "x" }]);
    expect(after.nodes.log?.name).toBe("x");
    expect(after.nodes.add).toBe(board.nodes.add);
    expect(after.layout).toBe(board.layout);
    expect(board.nodes.log?.name).toBeUndefined();
    expect(applyPatch(board, [])).toBe(board);
  });

  test("change and clear the board's own fields", () => {
    const patch: Change[] = [
      { kind: "board", path: ["name"], after: "B" },
      { kind: "board", path: ["settings", "trace"], after: "data" },
    ];
    const after = applyPatch(board, patch);
    expect(after).toMatchObject({ name: "B", settings: { trace: "data" } });
    const back = applyPatch(after, patch.map(reversed));
    expect([back.name, back.settings]).toEqual([undefined, undefined]);
    expect(fitsPatch(after, patch)).toBe(false);
    expect(fitsPatch(after, patch.map(reversed))).toBe(true);
  });
});

describe("commands", () => {
  test("have names for people", () => {
    const commands: Command[] = [node("a", "start"), wire("a.b", "c.d"), wire("e.f", "g.h")];
    expect(labelOfCommands([])).toBe("Edit");
    expect(labelOfCommands(commands.slice(0, 1))).toBe("Add node");
    expect(labelOfCommands(commands)).toBe("Add node and 1 more");
    expect(setValue("a", "p", undefined)).toEqual({ command: "clear_pin_value", node: "a", pin: "p" });
  });

  test.each([1, 2, 3, 4, 5, 6])("200 random ones and their inverses lead back exactly: seed %i", (seed) => {
    const random = randomOf(seed);
    const start = sampleBoard();
    let board = start;
    const inverses: Command[] = [];
    for (let step = 0; step < 200; step += 1) {
      try {
        const done = applyAll(board, [randomCommand(board, random, `s${step}`)], TYPES);
        expect(applyPatch(board, done.patch)).toEqual(done.board);
        expect(fitsPatch(board, done.patch)).toBe(true);
        board = done.board;
        inverses.push(done.inverse);
      } catch (error) {
        expect(error).toBeInstanceOf(CommandRefused);
      }
    }
    const end = fingerprint(board);
    const forth: Command[] = [];
    for (const inverse of inverses.toReversed()) {
      const done = applyAll(board, [inverse], TYPES);
      board = done.board;
      forth.push(done.inverse);
    }
    expect(stringify(board, { sorted: true })).toBe(stringify(start, { sorted: true }));
    for (const again of forth.toReversed()) {
      board = applyAll(board, [again], TYPES).board;
    }
    expect(fingerprint(board)).toBe(end);
  });
});

test("a fingerprint is that of the content", () => {
  const board = largeBoard(20);
  expect(fingerprint(readBoard(stringify(board)))).toBe(fingerprint(board));
  expect(fingerprint(applyAll(board, [value("join0", "items", "x")], TYPES).board)).not.toBe(fingerprint(board));
  expect(fingerprint(emptyBoard("a"))).not.toBe(fingerprint(emptyBoard("b")));
  expect(parse(stringify(emptyBoard("a")))).toEqual(emptyBoard("a"));
});
