/** Variables, comments, pins people add, pinned outputs, drops, problems. */
import { describe, expect, test } from "vitest";

import { select } from "~/canvas/state/stage";
import { boardOf, node, sampleBoard, value } from "~/core/testing/boards";
import { deskFor, input, output, saidBy, spot, wiresIn } from "~/testing/editor/desk";

import { copyText } from "./clipboard";
import { addFrame, colorFrame, lockFrame, resizeFrame, writeFrame } from "./comments";
import { DRAG, droppedIn } from "./dropped";
import { dropData } from "./drops";
import { nextProblem, ordered, showFinding } from "./findings";
import { canGrow, growPin, ownSide } from "./own-pins";
import { isPinned, pinFrom, pinnableOutputs, pinOutputs, setPinned, unpinAll } from "./pinned";
import {
  addVariable,
  changeVariable,
  placeVariable,
  removeVariable,
  setVariableValue,
  useCounts,
  usesOf,
} from "./variables";

describe("variables", () => {
  test("get a free name", () => {
    const { desk } = deskFor();
    addVariable(desk, "total");
    addVariable(desk, "total");
    expect(Object.values(desk.board.variables).map(({ name }) => name)).toEqual(["total", "total 2"]);
  });

  test("change fields; another type takes the value away", () => {
    const { desk } = deskFor();
    const id = addVariable(desk, "total") ?? "";
    setVariableValue(desk, id, "seven");
    changeVariable(desk, id, { exposed: true });
    expect(desk.board.variables[id]).toMatchObject({ exposed: true, default: "seven" });
    changeVariable(desk, id, { type: "Integer" });
    expect(desk.board.variables[id]).toEqual({ name: "total", type: "Integer", exposed: true });
    expect(changeVariable(desk, "gone", { name: "x" })).toBe(false);
  });

  test("one that becomes secret loses what was readable", () => {
    const { desk } = deskFor();
    const id = addVariable(desk, "key") ?? "";
    setVariableValue(desk, id, "hunter2");
    changeVariable(desk, id, { secret: true });
    expect(JSON.stringify(desk.board)).not.toContain("hunter2");
  });

  test("are read and written by nodes that are placed; uses are found and go with it", () => {
    const { desk } = deskFor();
    const id = addVariable(desk, "total") ?? "";
    placeVariable(desk, id, "variable_get", spot(100, 100));
    placeVariable(desk, id, "variable_set", spot(300, 100));
    const uses = usesOf(desk, id);
    expect(uses.map((node) => desk.board.nodes[node]?.name)).toEqual(["Get total", "Set total"]);
    expect(useCounts(desk).get(id)).toBe(2);
    expect(removeVariable(desk, id)).toBe(true);
    expect(Object.keys(desk.board.variables)).toEqual([]);
    expect(uses.some((node) => desk.board.nodes[node] !== undefined)).toBe(false);
    expect(placeVariable(desk, id, "variable_get", spot(0, 0))).toBe(false);
  });
});

describe("comments", () => {
  test("wrap the selection and are written at once", () => {
    const { desk } = deskFor();
    select(desk.stage, ["add", "text"]);
    addFrame(desk);
    const [id = ""] = desk.selected;
    const frame = desk.scene.things.get(id);
    const at = desk.scene.places.get(id);
    expect(at?.x).toBeLessThan(0);
    expect((at?.x ?? 0) + (frame?.width ?? 0)).toBeGreaterThan(240);
    expect(desk.stage.getState().editing).toEqual({ kind: "frame", node: id });
  });

  test("stand alone where nothing is selected", () => {
    const { desk } = deskFor();
    addFrame(desk, spot(500, 400));
    const [id = ""] = desk.selected;
    expect(desk.scene.places.get(id)).toEqual({ x: 344, y: 320 });
  });

  test("are written, coloured, locked and resized", () => {
    const { desk } = deskFor();
    addFrame(desk);
    const [id = ""] = desk.selected;
    writeFrame(desk, id, "**Why** <script>alert(1)</script>");
    colorFrame(desk, id, "blue");
    lockFrame(desk, id, true);
    resizeFrame(desk, id, 480, 240);
    expect(desk.board.comments[id]).toMatchObject({ content: "**Why** <script>alert(1)</script>", color: "blue", locked: true });
    expect(desk.scene.things.get(id)).toMatchObject({ width: 480, height: 240 });
    expect(writeFrame(desk, "gone", "x")).toBe(false);
  });
});

describe("pins people add", () => {
  test("a start grows fields of its payload, a pure node grows nothing", () => {
    const { desk } = deskFor();
    expect(ownSide(desk, "start")).toBe("out");
    expect(ownSide(desk, "add")).toBeUndefined();
    expect(canGrow(desk, input("add.integer1"), "start")).toBe(true);
    expect(canGrow(desk, output("add.sum"), "start")).toBe(false);
    expect(canGrow(desk, input("log.exec_in"), "start")).toBe(false);
  });

  test("a wire let go over it makes a pin of its type, wired", () => {
    const { desk, session } = deskFor();
    expect(growPin(desk, input("add.integer2"), "start")).toBe(true);
    expect(desk.board.nodes["start"]?.pins?.out).toEqual([{ name: "integer2", type: "Integer" }]);
    expect(wiresIn(desk)).toContain("start.integer2>add.integer2");
    session.undo();
    expect(desk.board.nodes["start"]?.pins).toBeUndefined();
  });

  test("names do not collide", () => {
    const { desk } = deskFor(boardOf(node("start", "start"), node("one", "int_add", 300), node("two", "int_add", 600)));
    growPin(desk, input("one.integer1"), "start");
    growPin(desk, input("two.integer1"), "start");
    expect(desk.board.nodes["start"]?.pins?.out?.map(({ name }) => name)).toEqual(["integer1", "integer1_2"]);
  });

  test("a layer grows on the side of the wire; inside it, its ends do", () => {
    const { desk } = deskFor();
    desk.edit([{ command: "collapse", id: "part", members: ["text"], name: "Part", place: { x: 240, y: 160 } }]);
    expect(growPin(desk, input("log.message"), "part")).toBe(true);
    desk.stage.setState({ layer: "part" });
    expect(canGrow(desk, input("text.value"), "@in")).toBe(true);
    expect(canGrow(desk, input("text.value"), "@out")).toBe(false);
  });

  test("nothing grows on a board that is only shown", () => {
    const { desk } = deskFor(sampleBoard(), { readOnly: true });
    expect(canGrow(desk, input("add.integer1"), "start")).toBe(false);
  });
});

describe("pinned outputs", () => {
  test("are the last values of all selected nodes; again, they are unpinned", () => {
    const { desk } = deskFor();
    pinFrom((id) => (id === "add" ? { sum: 3 } : id === "text" ? { text: "3" } : undefined));
    select(desk.stage, ["add", "text", "log"]);
    expect(pinOutputs(desk)).toBe(true);
    expect(desk.board.nodes["add"]?.settings?.pinned).toEqual({ sum: 3 });
    expect([isPinned(desk, "text"), isPinned(desk, "log")]).toEqual([true, false]);
    select(desk.stage, ["add"]);
    pinOutputs(desk);
    expect([isPinned(desk, "add"), isPinned(desk, "text")]).toEqual([false, true]);
    expect(unpinAll(desk)).toBe(true);
    expect(unpinAll(desk)).toBe(false);
  });

  test("without values it is said how to get some", () => {
    const { desk, complaints } = deskFor();
    pinFrom(() => undefined);
    select(desk.stage, ["add"]);
    expect(pinOutputs(desk)).toBe(false);
    expect(complaints[0]?.[0]).toBe("There are no values to pin yet");
  });

  test("are written by hand", () => {
    const { desk } = deskFor();
    expect(pinnableOutputs(desk, "add")).toEqual(["sum"]);
    expect(pinnableOutputs(desk, "gone")).toEqual([]);
    setPinned(desk, "add", "sum", 42);
    expect(desk.board.nodes["add"]?.settings?.pinned).toEqual({ sum: 42 });
    setPinned(desk, "add", "sum", undefined);
    expect(isPinned(desk, "add")).toBe(false);
  });
});

function dropped(kinds: Readonly<Record<string, string>>, files: readonly File[] = []): DataTransfer {
  return { getData: (kind: string) => kinds[kind] ?? "", files } as unknown as DataTransfer;
}

describe("what is dropped onto the ground", () => {
  test("a variable is read, with Alt written", () => {
    const { desk } = deskFor(boardOf());
    const id = addVariable(desk, "total") ?? "";
    dropData(desk, droppedIn(dropped({ [DRAG.variable]: id })), spot(0, 0), false);
    dropData(desk, droppedIn(dropped({ [DRAG.variable]: id })), spot(300, 0), true);
    expect(Object.values(desk.board.nodes).map(({ name }) => name)).toEqual(["Get total", "Set total"]);
  });

  test("a node type is placed", () => {
    const { desk } = deskFor(boardOf());
    dropData(desk, droppedIn(dropped({ [DRAG.type]: "log_info@1" })), spot(96, 96), false);
    expect(Object.values(desk.board.nodes)).toHaveLength(1);
  });

  test("nodes as text or in a file are pasted there", async () => {
    const source = deskFor().desk;
    select(source.stage, ["log"]);
    const text = copyText(source) ?? "";
    const { desk } = deskFor(boardOf());
    dropData(desk, droppedIn(dropped({ "text/plain": text })), spot(160, 160), false);
    expect(desk.scene.places.get(desk.selected[0] ?? "")).toEqual({ x: 160, y: 160 });
    dropData(desk, droppedIn(dropped({}, [new File([text], "nodes.json")])), spot(0, 0), false);
    await expect.poll(() => Object.keys(desk.board.nodes).length).toBe(2);
  });

  test("anything else is refused in words, nothing at all on a shown board", () => {
    const { desk, complaints } = deskFor();
    dropData(desk, droppedIn(dropped({ "text/plain": "hello" })), spot(0, 0), false);
    expect(complaints[0]?.[0]).toBe("Nothing to place here");
    const shown = deskFor(undefined, { readOnly: true });
    dropData(shown.desk, droppedIn(dropped({ [DRAG.type]: "log_info@1" })), spot(0, 0), false);
    expect(shown.complaints).toEqual([]);
  });

  test("a file that is far too large is not read", () => {
    const { desk, complaints } = deskFor();
    const file = { size: 9 * 1024 * 1024, text: () => Promise.reject(new Error("read")) } as unknown as File;
    dropData(desk, droppedIn(dropped({}, [file])), spot(0, 0), false);
    expect(complaints[0]?.[0]).toBe("This file is too large to drop here");
  });
});

describe("problems", () => {
  const findings = [
    { code: "w", severity: "warning", message: "Might be", where: { node: "start" } },
    { code: "e2", severity: "error", message: "Second", where: { node: "log" } },
    { code: "e1", severity: "error", message: "First", where: { node: "add", pin: "integer1" } },
    { code: "i", severity: "info", message: "By the way" },
  ] as const;

  test("are gone through errors first, from left to right, and round", () => {
    const { desk } = deskFor();
    desk.setFindings(findings);
    expect(ordered(desk).map(({ code }) => code)).toEqual(["e1", "e2", "w", "i"]);
    nextProblem(desk, 1);
    expect(desk.selected).toEqual(["add"]);
    expect(saidBy(desk)).toBe("error: First");
    nextProblem(desk, 1);
    expect(desk.selected).toEqual(["log"]);
    nextProblem(desk, -1);
    expect(desk.selected).toEqual(["add"]);
    expect(desk.surface.getState()).toMatchObject({ dock: true, dockTab: "problems" });
  });

  test("the nodes that have errors show them", () => {
    const { desk } = deskFor();
    desk.setFindings(findings);
    expect(desk.scene.things.get("add")).toMatchObject({ problem: "First" });
    expect(desk.scene.things.get("start")).toMatchObject({ problem: "" });
    desk.setFindings([]);
    expect(desk.scene.things.get("add")).toMatchObject({ problem: "" });
  });

  test("without any it is said", () => {
    const { desk } = deskFor(boardOf(node("add", "int_add"), value("add", "integer1", 1)));
    nextProblem(desk, 1);
    expect(saidBy(desk)).toBe("No problems");
    showFinding(desk, { code: "x", severity: "info", message: "Of the whole board" });
    expect(saidBy(desk)).toBe("info: Of the whole board");
  });
});
