import { describe, expect, test } from "vitest";

import { applyAll } from "../edit/apply";
import type { Change } from "../edit/change";
import type { Command } from "../edit/commands";
import { stringify } from "../json";
import { node, sampleBoard, TYPES, value, wire } from "../testing/boards";
import { keepIdentity } from "./identity";
import { Ledger } from "./ledger";
import type { Entry } from "./model";
import { overlap, overwritten } from "./overwrite";
import type { Edit } from "./queue";
import { keptText, readKept } from "./queue";

const board = sampleBoard();
const patchOf = (...commands: Command[]) => applyAll(board, commands, TYPES).patch;
const rename = (name: string): Command => ({ command: "rename", id: "log", name });

function entryOf(revision: number, ...commands: Command[]): Entry {
  const { patch, touched } = applyAll(board, commands, TYPES);
  return { revision, actor: "ben", actor_name: "Ben", id: `ben-${revision}`, patch, touched };
}

function editOf(id: string, ...commands: Command[]): Edit {
  return {
    kind: "edit",
    id,
    label: id,
    commands,
    original: patchOf(...commands),
    base: 0,
    merge: "",
    since: 0,
    at: 0,
    isKept: false,
    isUnchecked: false,
  };
}

describe("what an edit would replace unseen", () => {
  const meet = (own: Command, other: Command): Change | undefined => {
    const theirs = applyAll(board, [other], TYPES);
    return overwritten(patchOf(own), applyAll(theirs.board, [own], TYPES).patch, theirs.patch);
  };

  test.each<[string, Command, Command, string]>([
    ["another name", rename("A"), rename("B"), "name"],
    ["the same name", rename("A"), rename("A"), ""],
    ["another field", rename("A"), { command: "set_comment", id: "log", comment: "B" }, ""],
    ["another pin", value("add", "integer1", 8), value("add", "integer2", 9), ""],
    ["the same pin", value("add", "integer1", 8), value("add", "integer1", 9), "in.integer1"],
    ["the same pin alike", value("add", "integer1", 8), value("add", "integer1", 8), ""],
    [
      "a place",
      { command: "move_many", moves: { log: { x: 1 } } },
      { command: "move_many", moves: { log: { x: 2 } } },
      "",
    ],
    ["a note on what is removed", { command: "remove", ids: ["log"] }, { command: "set_comment", id: "log", comment: "x" }, "*"],
    ["a place of what is removed", { command: "remove", ids: ["log"] }, { command: "move_many", moves: { log: { x: 9 } } }, ""],
  ])("%s", (_, own, other, wanted) => {
    const found = meet(own, other);
    const path = found === undefined ? "" : (found.path ?? ["*"]).join(".");
    expect(path).toBe(wanted);
  });

  test("wires: adding beside others is none, taking theirs away is", () => {
    const base = applyAll(board, [node("b", "log_info"), node("c", "log_info"), node("t", "concat")], TYPES).board;
    const meeting = (own: Command, other: Command) => {
      const theirs = applyAll(base, [other], TYPES);
      const mine = applyAll(base, [own], TYPES).patch;
      return overwritten(mine, applyAll(theirs.board, [own], TYPES).patch, theirs.patch);
    };
    expect(meeting(wire("start.exec_out", "b.exec_in"), wire("start.exec_out", "c.exec_in"))).toBeUndefined();
    expect(meeting(wire("text.text", "b.message"), wire("t.text", "b.message"))?.id).toBe("t");
  });

  test("overlap is of a part and its whole", () => {
    const at = (...path: string[]): Change => ({ kind: "node", id: "a", ...(path.length === 0 ? {} : { path }) });
    expect(overlap(at("in", "x"), at())).toBe(true);
    expect(overlap(at(), at("in", "x"))).toBe(true);
    expect(overlap(at("in", "x"), at("in", "y"))).toBe(false);
    expect(overlap(at("in"), { kind: "layer", id: "a", path: ["in"] })).toBe(false);
  });
});

describe("the ledger", () => {
  const open = (...edits: Edit[]) => {
    const ledger = new Ledger(TYPES, board, 0, []);
    for (const edit of edits) {
      ledger.add(edit, applyAll(ledger.shown, edit.commands, TYPES).board);
    }
    return ledger;
  };
  const theirs = () => false;

  test("shows what waits on top of what others do", () => {
    const ledger = open(editOf("one", rename("A")));
    const { refused, isGap } = ledger.receive(entryOf(1, value("add", "integer1", 5)), theirs);
    expect([refused, isGap, ledger.revision]).toEqual([[], false, 1]);
    expect(ledger.shown.nodes.log?.name).toBe("A");
    expect(ledger.shown.nodes.add?.in?.integer1?.value).toBe(5);
    expect(ledger.waiting[0]).toMatchObject({ base: 1 });
  });

  test("takes entries in their order, each once", () => {
    const ledger = open();
    expect(ledger.receive({ ...entryOf(2, rename("B")), patch: [] }, theirs).isGap).toBe(true);
    expect(ledger.revision).toBe(0);
    expect(ledger.receive(entryOf(1, rename("A")), theirs).isGap).toBe(false);
    expect(ledger.revision).toBe(2);
    ledger.receive(entryOf(1, rename("again")), theirs);
    expect(ledger.shown.nodes.log?.name).toBe("A");
  });

  test("tells when an entry does not fit its board", () => {
    const patch: Change[] = [{ kind: "node", id: "log", path: ["name"], before: "never", after: "x" }];
    expect(open().receive({ revision: 1, actor: "x", patch, touched: [] }, theirs).isMismatch).toBe(true);
  });

  test("an own entry acknowledges, without a question", () => {
    const ledger = open(editOf("one", rename("A")), editOf("two", rename("B")));
    const entry = { ...entryOf(1, rename("A")), id: "one" };
    expect(ledger.receive(entry, (each) => each.id === "one").refused).toEqual([]);
    expect(ledger.waiting.map((each) => each.id)).toEqual(["two"]);
    expect(ledger.shown.nodes.log?.name).toBe("B");
  });

  test("an edit that meets others' work leaves the board, and what built on it too", () => {
    const build = { ...editOf("two", rename("B")), original: applyAll(applyAll(board, [rename("A")], TYPES).board, [rename("B")], TYPES).patch };
    const ledger = open(editOf("one", rename("A")), build);
    const { refused } = ledger.receive(entryOf(1, rename("Theirs")), theirs);
    expect(refused.map(({ edit, refused: why, others }) => [edit.id, why.code, others[0]?.actor_name])).toEqual([
      ["one", "command.conflict", "Ben"],
      ["two", "command.conflict", "Ben"],
    ]);
    expect(ledger.shown.nodes.log?.name).toBe("Theirs");
    expect(ledger.waiting).toEqual([]);
  });

  test("after a whole new board, edits are held against what they missed before they go on", () => {
    const ledger = open(editOf("one", rename("A")));
    const now = applyAll(board, [rename("Theirs")], TYPES).board;
    ledger.reset(now, 5);
    const [waiting] = ledger.waiting as Edit[];
    expect(waiting).toMatchObject({ isUnchecked: true, base: 0 });
    expect(ledger.check(waiting as Edit, [entryOf(3, rename("Theirs"))])?.code).toBe("command.conflict");
    expect(ledger.check(waiting as Edit, [])).toBeUndefined();
    expect(ledger.waiting[0]).toMatchObject({ isUnchecked: false, base: 5 });
  });
});

describe("what is kept for the next visit", () => {
  test("comes back as it was, to be looked at again", () => {
    const edit = editOf("one", value("add", "integer1", 8), { command: "move_many", moves: { log: { x: 1.5 } } });
    const text = keptText([edit, { kind: "undo", id: "u" }], []) ?? "";
    const { edits, conflicts } = readKept(text);
    expect(conflicts).toEqual([]);
    expect(edits).toHaveLength(1);
    expect(edits[0]).toMatchObject({ id: "one", isKept: true, isUnchecked: true, base: 0 });
    expect(stringify(edits[0]?.commands)).toBe(stringify(edit.commands));
    expect(keptText([], [])).toBeUndefined();
  });

  test.each([undefined, "", "nonsense", "[]", '{"version":9,"edits":[{}]}', '{"version":1,"edits":3}'])("%j gives nothing", (text) => {
    expect(readKept(text)).toEqual({ edits: [], conflicts: [] });
  });
});

test("parts that read alike stay the same objects", () => {
  const [fresh] = [applyAll(board, [rename("x"), rename("")], TYPES).board];
  const changes: Change[] = [{ kind: "node", id: "log" }, { kind: "board" }];
  const copy = { ...board, nodes: { ...board.nodes, log: { ...board.nodes.log } as never } };
  expect(keepIdentity(board, copy, changes).nodes).toBe(board.nodes);
  expect(keepIdentity(board, board, changes)).toBe(board);
  expect(fresh.nodes.log).toBe(board.nodes.log);
  const other = applyAll(board, [rename("x")], TYPES).board;
  expect(keepIdentity(board, other, changes).nodes.log).toBe(other.nodes.log);
});
