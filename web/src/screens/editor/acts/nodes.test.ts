import { describe, expect, test } from "vitest";

import { select } from "~/canvas/state/stage";
import { boardOf, node, wire } from "~/core/testing/boards";
import { deskFor, input, output, saidBy, spot, wiresIn } from "~/testing/editor/desk";
import {
  addVariadic,
  errorPins,
  insert,
  removePin,
  removeSelected,
  rename,
  selectedNodes,
  setLiteral,
  toggleErrorPins,
  toggleOff,
  writeNote,
} from "./nodes";

describe("placing a node", () => {
  test("stands on the grid where the palette was opened, selected", () => {
    const { desk } = deskFor();
    const id = insert(desk, { type: "log_info@1" }, { spot: spot(205, 410) });
    expect(desk.board.layout[id ?? ""]).toMatchObject({ x: 192, y: 400 });
    expect(desk.selected).toEqual([id]);
    expect(saidBy(desk)).toBe("Log Info added");
  });

  test("takes a name and values along, in one step", () => {
    const { desk, session } = deskFor();
    const before = desk.board;
    const id = insert(desk, { type: "log_info@1", name: "Hello", values: { message: "hi" } }, { spot: spot(0, 400) }) ?? "";
    expect(desk.board.nodes[id]).toMatchObject({ name: "Hello", in: { message: { value: "hi" } } });
    session.undo();
    expect(desk.board).toEqual(before);
  });

  test("a wire that was drawn leads to the first pin that fits", () => {
    const { desk } = deskFor();
    const id = insert(desk, { type: "log_info@1" }, { spot: spot(800, 10), from: output("log.exec_out") });
    expect(wiresIn(desk)).toContain(`log.exec_out>${id}.exec_in`);
  });

  test("drawn from an input, the new node feeds it", () => {
    const { desk } = deskFor(boardOf(node("text", "int_to_text", 600)));
    const id = insert(desk, { type: "int_add@1" }, { spot: spot(400, 40), from: input("text.value") });
    expect(wiresIn(desk)).toEqual([`${id}.sum>text.value`]);
    expect(desk.board.layout[id ?? ""]?.x).toBe(224);
  });

  test("a wire that was taken off its end goes", () => {
    const { desk } = deskFor();
    const taken = { source: "add.sum", target: "text.value" };
    const id = insert(desk, { type: "int_to_text@1" }, { spot: spot(300, 400), from: output("add.sum"), taken });
    expect(wiresIn(desk)).toContain(`add.sum>${id}.value`);
    expect(wiresIn(desk)).not.toContain("add.sum>text.value");
  });

  test("in a layer it belongs to the layer", () => {
    const { desk } = deskFor();
    select(desk.stage, ["add", "text"]);
    desk.edit([{ command: "collapse", id: "part", members: ["add", "text"], name: "Part", place: { x: 0, y: 0 } }]);
    desk.stage.setState({ layer: "part" });
    const id = insert(desk, { type: "concat@1" }, { spot: spot(0, 0) }) ?? "";
    expect(desk.board.nodes[id]?.layer).toBe("part");
  });

  test("a type that is not installed is not placed", () => {
    expect(insert(deskFor().desk, { type: "gone@1" }, { spot: spot(0, 0) })).toBeUndefined();
  });

  test("nothing is placed on a board that is only shown", () => {
    const { desk } = deskFor(undefined, { readOnly: true });
    expect(insert(desk, { type: "log_info@1" }, { spot: spot(0, 0) })).toBeUndefined();
  });
});

describe("nodes that are there", () => {
  test("are renamed, get values and notes", () => {
    const { desk } = deskFor();
    expect(rename(desk, "log", "<b>Say</b>")).toBe(true);
    expect(setLiteral(desk, "add", "integer1", 41)).toBe(true);
    expect(writeNote(desk, "log", "what it is for")).toBe(true);
    expect(desk.board.nodes["log"]).toMatchObject({ name: "<b>Say</b>", comment: "what it is for" });
    expect(desk.board.nodes["add"]?.in?.["integer1"]?.value).toBe(41);
    setLiteral(desk, "add", "integer1", undefined);
    expect(desk.board.nodes["add"]?.in?.["integer1"]).toBeUndefined();
  });

  test("are switched off together, and on again", () => {
    const { desk } = deskFor();
    select(desk.stage, ["log", "add"]);
    toggleOff(desk);
    expect(desk.board.nodes["log"]?.settings?.disabled).toBe(true);
    expect(desk.board.nodes["add"]?.settings?.disabled).toBe(true);
    toggleOff(desk);
    expect(desk.board.nodes["log"]?.settings?.disabled).toBeUndefined();
  });

  test("one that is off is enough to switch all off", () => {
    const { desk } = deskFor();
    select(desk.stage, ["log"]);
    toggleOff(desk);
    select(desk.stage, ["log", "add"]);
    toggleOff(desk);
    expect(["log", "add"].map((id) => desk.board.nodes[id]?.settings?.disabled)).toEqual([true, true]);
  });

  test("the act is about the selection, else about what the keys stand on", () => {
    const { desk } = deskFor();
    desk.stage.setState({ cursor: "add" });
    expect(selectedNodes(desk)).toEqual(["add"]);
    select(desk.stage, ["log", "start"]);
    expect(selectedNodes(desk)).toEqual(["start", "log"]);
  });

  test("are removed with their wires", () => {
    const { desk } = deskFor();
    select(desk.stage, ["add", "text"]);
    expect(removeSelected(desk, false)).toBe(true);
    expect(Object.keys(desk.board.nodes)).toEqual(["start", "log"]);
    expect(saidBy(desk)).toBe("2 things removed");
    expect(desk.selected).toEqual([]);
  });

  test("nothing selected, nothing removed", () => {
    expect(removeSelected(deskFor().desk, true)).toBe(false);
  });
});

describe("pins", () => {
  test("repeated ones are added and removed", () => {
    const { desk } = deskFor(boardOf(node("join", "concat")));
    const count = () => {
      const view = desk.scene.things.get("join");
      return view === undefined || view.kind === "frame" ? 0 : view.pins.filter((pin) => pin.side === "in").length;
    };
    expect(count()).toBe(2);
    addVariadic(desk, "join", "in", "items");
    expect(count()).toBe(3);
    removePin(desk, "join", "in", "items#2");
    expect(count()).toBe(2);
  });

  test("for failures may be had by what is executed, but not by starts and pure nodes", () => {
    const { desk } = deskFor();
    expect(["start", "add", "log", "gone"].map((id) => errorPins(desk, id))).toEqual(["none", "none", "may", "none"]);
    expect(toggleErrorPins(desk, "log")).toBe(true);
    expect(errorPins(desk, "log")).toBe("has");
    expect(toggleErrorPins(desk, "log")).toBe(true);
    expect(errorPins(desk, "log")).toBe("may");
    expect(toggleErrorPins(desk, "start")).toBe(false);
  });
});

describe("what the session refuses", () => {
  test("is told with its reason", () => {
    const { desk, complaints } = deskFor(boardOf(node("start", "start"), node("log", "log_info"), wire("start.exec_out", "log.exec_in")));
    expect(desk.edit([{ command: "rename", id: "gone", name: "x" }])).toBe(false);
    expect(complaints).toHaveLength(1);
  });
});
