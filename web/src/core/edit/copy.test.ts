import { describe, expect, test } from "vitest";

import { typesOf } from "../definition";
import type { Board } from "../document";
import { emptyBoard } from "../document";
import type { Json } from "../json";
import { parse, stringify, table } from "../json";
import { boardOf, node, sampleBoard, TYPES, value } from "../testing/boards";
import { apply, applyAll } from "./apply";
import type { Command, Fragment, Paste } from "./commands";
import { copyPart } from "./copy";
import { readCommand, readFragment } from "./read-command";
import { CommandRefused } from "./refusal";

function pasted(fragment: Fragment, more: Partial<Paste> = {}): Paste {
  const ids = [...Object.keys(fragment.nodes ?? {}), ...Object.keys(fragment.layers ?? {}), ...Object.keys(fragment.comments ?? {})];
  return { command: "paste", fragment, ids: table(ids.map((id) => [id, `new-${id}`])), ...more };
}

function codeOf(board: Board, command: Command): string {
  try {
    apply(board, command, TYPES);
  } catch (error) {
    return error instanceof CommandRefused ? error.code : "another error";
  }
  return "";
}

describe("a copy", () => {
  test("has the part, its inner wires, and what its nodes are", () => {
    const fragment = copyPart(sampleBoard(), ["add", "text"], TYPES);
    expect(Object.keys(fragment.nodes ?? {})).toEqual(["add", "text"]);
    expect(fragment.nodes?.add?.out?.sum?.to).toEqual(["text.value"]);
    expect(fragment.nodes?.text?.out).toBeUndefined();
    expect(Object.keys(fragment.types ?? {})).toEqual(["int_add@1", "int_to_text@1"]);
    expect(fragment.incoming).toBeUndefined();
    expect(copyPart(sampleBoard(), ["log"], TYPES).incoming).toEqual({
      "start.exec_out": ["log.exec_in"],
      "text.text": ["log.message"],
    });
  });

  test("has all inside a layer, and the variables it names", () => {
    const board = boardOf(
      { command: "upsert_variable", id: "v", variable: { name: "count", type: "Integer", default: 3 } },
      { command: "upsert_variable", id: "other", variable: { name: "other", type: "Integer" } },
      node("get", "variable_get"),
      value("get", "var_ref", "v"),
      node("a", "concat"),
      { command: "collapse", id: "part", members: ["get"], name: "Part" },
      { command: "upsert_comment", id: "note", comment: { content: "x", layer: "part" }, place: { x: 1, y: 2 } },
    );
    const fragment = copyPart(board, ["part"], TYPES);
    expect(Object.keys(fragment.nodes ?? {})).toEqual(["get"]);
    expect(Object.keys(fragment.layers ?? {})).toEqual(["part"]);
    expect(Object.keys(fragment.comments ?? {})).toEqual(["note"]);
    expect(Object.keys(fragment.variables ?? {})).toEqual(["v"]);
    expect(Object.keys(fragment.layout ?? {}).toSorted()).toEqual(["get", "note", "part"]);
  });

  test("never has a secret", () => {
    const board = boardOf(
      { command: "upsert_variable", id: "key", variable: { name: "key", type: "String", secret: true } },
      node("get", "variable_get"),
      value("get", "var_ref", "key"),
      node("in", "login"),
      value("in", "password", "canary"),
      { command: "set_node_setting", node: "in", setting: "pinned", value: { token: "canary" } },
    );
    const sneaky: Board = {
      ...board,
      variables: table([["key", { name: "key", type: "String", secret: true, default: "canary" } as const]]),
    };
    const text = stringify(copyPart(sneaky, ["get", "in"], TYPES));
    expect(text).not.toContain("canary");
    expect(text).toContain('"secret":true');
  });

  test("of what is not there is refused", () => {
    expect(() => copyPart(sampleBoard(), ["nobody"], TYPES)).toThrow(CommandRefused);
  });

  test("travels as text", () => {
    const fragment = copyPart(sampleBoard(), ["add", "text", "log"], TYPES);
    const again = readFragment(parse(stringify(fragment)) as never);
    const [one, two] = [fragment, again].map((each) => apply(emptyBoard("x"), pasted(each), TYPES).board);
    expect(stringify(one)).toBe(stringify(two));
  });
});

describe("a paste", () => {
  const fragment = copyPart(sampleBoard(), ["add", "text"], TYPES);

  test("brings the part with fresh ids, moved", () => {
    const after = apply(sampleBoard(), pasted(fragment, { offset: [10, 20] }), TYPES).board;
    expect(after.nodes["new-add"]?.out?.sum?.to).toEqual(["new-text.value"]);
    expect(after.layout["new-add"]).toMatchObject({ x: 10, y: 180 });
    expect(after.nodes["new-add"]?.in?.integer2?.value).toBe(2);
  });

  test("may keep the data wires that entered it, and no others", () => {
    const log = copyPart(sampleBoard(), ["log"], TYPES);
    const kept = apply(sampleBoard(), pasted(log, { incoming: true }), TYPES).board;
    expect(kept.nodes.text?.out?.text?.to).toEqual(["log.message", "new-log.message"]);
    expect(kept.nodes.start?.out?.exec_out?.to).toEqual(["log.exec_in"]);
    const without = apply(sampleBoard(), pasted(log), TYPES).board;
    expect(without.nodes.text?.out?.text?.to).toEqual(["log.message"]);
  });

  test("into a layer stands in it", () => {
    const board = applyAll(sampleBoard(), [{ command: "upsert_layer", id: "box", name: "Box" }], TYPES).board;
    const after = apply(board, pasted(fragment, { layer: "box" }), TYPES).board;
    expect(after.nodes["new-add"]?.layer).toBe("box");
  });

  test("brings definitions that the board lacks, so that it opens", () => {
    const nowhere = typesOf({});
    const after = apply(emptyBoard("x"), pasted(fragment), nowhere).board;
    expect(Object.keys(after.types).toSorted()).toEqual(["int_add@1", "int_to_text@1"]);
    const { types: _, ...bare } = fragment;
    expect(() => apply(emptyBoard("x"), pasted(bare), nowhere)).toThrow(CommandRefused);
  });

  test.each<[string, Partial<Paste>]>([
    ["command.id-taken", { ids: { add: "log", text: "new" } }],
    ["command.id-taken", { ids: { add: "same", text: "same" } }],
    ["command.bad-id", { ids: { add: "new" } }],
    ["command.bad-id", { ids: { add: "no good", text: "b" } }],
    ["command.unknown-layer", { layer: "nowhere" }],
  ])("is refused: %s", (code, more) => {
    expect(codeOf(sampleBoard(), pasted(fragment, more))).toBe(code);
  });

  test("of a forged fragment brings no secret, package or wire to the outside", () => {
    const forged: Fragment = {
      nodes: {
        a: {
          type: "login@1",
          package: "evil",
          in: { password: { value: "canary" } },
          out: { exec_out: { to: ["log.exec_in", "b.exec_in"] } },
        },
        b: { type: "log_info@1", layer: "constructor" },
      },
      variables: { v: { name: "v", type: "String", secret: true, default: "canary" } },
      incoming: { "text.text": ["nobody.message"], "toString.x": ["b.message"] },
    };
    const after = apply(sampleBoard(), pasted(forged, { incoming: true }), TYPES).board;
    expect(stringify(after)).not.toContain("canary");
    expect(after.nodes["new-a"]).toEqual({ type: "login@1", in: { password: {} }, out: { exec_out: { to: ["new-b.exec_in"] } } });
    expect(after.nodes["new-b"]?.layer).toBeUndefined();
  });
});

describe("commands from text", () => {
  const read = (command: Command) => readCommand(parse(stringify(command).replaceAll(/:(\d+)([,}\]])/g, ":$1.0$2")) as never);

  test.each<Command>([
    { command: "add_node", id: "a", type: "concat@1", place: { x: 16, y: 32 } },
    { command: "move_many", moves: { a: { x: 3, width: null } } },
    { command: "upgrade_node", node: "a", version: 2 },
    { command: "connect", source: "a.b", target: "c.d", index: 1 },
    { command: "collapse", id: "l", members: ["a"], place: { x: 1, y: 2 } },
  ])("$command: coordinates, turns and versions are plain numbers", (command) => {
    expect(read(command)).toEqual(command);
  });

  test("literals keep their text, in batches too", () => {
    const text = '{"command":"batch","commands":[{"command":"set_pin_value","node":"a","pin":"p","value":1.0}]}';
    expect(stringify(readCommand(parse(text) as never))).toBe(text);
  });

  test("pins and fragments are read", () => {
    const text =
      '{"command":"upsert_layer","id":"l","inputs":[{"name":"a","type":"Integer","range":[0.0,9.0],"default":1.0}]}';
    const command = readCommand(parse(text) as never) as unknown as { inputs: { range: number[]; default: Json }[] };
    expect(command.inputs[0]?.range).toEqual([0, 9]);
    expect(stringify(command.inputs[0]?.default)).toBe("1.0");
    const paste = readCommand(parse('{"command":"paste","ids":{},"fragment":{"layout":{"a":{"x":1.0}}},"offset":[1.0,2.0]}') as never);
    expect(paste).toMatchObject({ offset: [1, 2], fragment: { layout: { a: { x: 1 } } } });
    const pin = readCommand(parse('{"command":"add_pin","id":"a","direction":"out","pin":{"name":"n","type":"Float","step":1.0}}') as never);
    expect(pin).toMatchObject({ pin: { step: 1 } });
  });
});
