import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import type { NodeDefinition } from "../definition";
import { typesOf } from "../definition";
import type { Board } from "../document";
import { readBoard, readDefinition } from "../document";
import type { Json, JsonObject } from "../json";
import { parse, same, stringify } from "../json";
import { applyPatch, fitsPatch } from "../patch";
import { apply, applyAll } from "./apply";
import type { Change } from "./change";
import { sameParts } from "./change";
import type { Batch, Command, Restore } from "./commands";
import { readCommand } from "./read-command";
import { CommandRefused } from "./refusal";

const FILE = new URL("../../../../tests/vectors/commands.json", import.meta.url);

interface Case {
  readonly title: string;
  readonly board: string;
  readonly command: Command | Batch;
  readonly error?: string;
  readonly patch?: readonly Change[];
  readonly inverse?: Restore;
  readonly touched?: readonly string[];
}

const vectors = parse(readFileSync(FILE, "utf8")) as unknown as {
  types: JsonObject;
  boards: JsonObject;
  cases: readonly (Omit<Case, "command"> & { command: JsonObject })[];
};
const cases: readonly Case[] = vectors.cases.map((one) => ({ ...one, command: readCommand(one.command) }));
const definitions = Object.entries(vectors.types).map(([key, value]) => [key, readDefinition(value)] as const);
const types = typesOf(Object.fromEntries(definitions) as { [key: string]: NodeDefinition });
const boards = new Map(Object.entries(vectors.boards).map(([name, value]) => [name, readBoard(value)]));
const boardOf = (one: Case): Board => boards.get(one.board) as Board;

/** A place is written as floats, whichever way a test file has them. */
function floatsOf(change: Change): Change {
  return change.kind === "place"
    ? (JSON.parse(stringify(change, { sorted: true })) as Change)
    : change;
}

function sameBoards(left: Board, right: Board): boolean {
  return Object.keys({ ...left, ...right }).every((field) => {
    const kind = field === "layout" ? "place" : "node";
    return sameParts(kind, left[field as keyof Board] as Json, right[field as keyof Board] as Json);
  });
}

const accepted = cases.filter((one) => one.error === undefined);
const refused = cases.filter((one) => one.error !== undefined);

test("every verb and nearly every refusal has a case", () => {
  expect(vectors.cases.length).toBeGreaterThanOrEqual(160);
  expect(new Set(refused.map((one) => one.error)).size).toBe(22);
});

describe.each(accepted)("$title", (one) => {
  const before = stringify(boardOf(one));
  const done = apply(boardOf(one), one.command, types);

  test("patch, inverse and touched are the server's", () => {
    expect(done.patch.map(floatsOf)).toEqual(one.patch?.map(floatsOf));
    expect(done.inverse.changes.map(floatsOf)).toEqual(one.inverse?.changes.map(floatsOf));
    expect(done.inverse.exact ?? false).toBe(one.inverse?.exact ?? false);
    expect(done.touched).toEqual(one.touched);
  });

  test("the server's patch gives the same board, and the inverse the old one", () => {
    expect(fitsPatch(boardOf(one), one.patch ?? [])).toBe(true);
    expect(sameBoards(applyPatch(boardOf(one), one.patch ?? []), done.board)).toBe(true);
    const back = apply(done.board, one.inverse as Restore, types);
    expect(sameBoards(back.board, boardOf(one))).toBe(true);
    expect(sameBoards(applyPatch(done.board, back.patch), boardOf(one))).toBe(true);
    expect(stringify(boardOf(one))).toBe(before);
  });

  test("what was not touched is the same object", () => {
    const written = new Set(done.patch.map((change) => `${change.kind}:${change.id ?? ""}`));
    for (const [id, node] of Object.entries(done.board.nodes)) {
      expect(node === boardOf(one).nodes[id] || written.has(`node:${id}`)).toBe(true);
    }
    for (const [id, place] of Object.entries(done.board.layout)) {
      expect(place === boardOf(one).layout[id] || written.has(`place:${id}`)).toBe(true);
    }
  });
});

test.each(refused)("$title: $error", (one) => {
  const before = stringify(boardOf(one));
  let error: unknown;
  try {
    apply(boardOf(one), one.command, types);
  } catch (caught) {
    error = caught;
  }
  expect(error).toBeInstanceOf(CommandRefused);
  expect((error as CommandRefused).code).toBe(one.error);
  expect((error as CommandRefused).remedy).not.toBe("");
  expect(stringify(boardOf(one))).toBe(before);
});

test("a batch is all or nothing", () => {
  const [board] = boards.values();
  const commands: Command[] = [
    { command: "add_node", id: "a", type: "add@1" },
    { command: "remove", ids: ["nobody"] },
  ];
  expect(() => applyAll(board as Board, commands, types)).toThrow(CommandRefused);
  expect(same(board?.nodes, {})).toBe(true);
});
