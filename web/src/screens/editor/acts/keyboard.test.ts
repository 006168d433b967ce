import { describe, expect, test } from "vitest";

import { select } from "~/canvas/state/stage";
import { boardOf, node, wire } from "~/core/testing/boards";
import { deskFor, input, output, saidBy } from "~/testing/editor/desk";

import { along, arrow, askTargets, enter, enterPins, escape, goTo, nearest, toggleCursor } from "./keyboard";

const cursor = (desk: ReturnType<typeof deskFor>["desk"]) => desk.stage.getState().cursor;
const pin = (desk: ReturnType<typeof deskFor>["desk"]) => {
  const at = desk.stage.getState().cursorPin;
  return at === null ? "" : `${at.side} ${at.node}.${at.key}`;
};
const nowhere = () => false;

describe("arrows", () => {
  test("begin at the start node and go to the nearest that way, which is said and shown", () => {
    const { desk } = deskFor();
    arrow(desk, "right", false);
    expect(cursor(desk)).toBe("start");
    arrow(desk, "right", false);
    expect(cursor(desk)).toBe("log");
    expect(saidBy(desk)).toContain("Log Info");
    arrow(desk, "down", false);
    expect(cursor(desk)).toBe("text");
    arrow(desk, "left", false);
    expect(cursor(desk)).toBe("add");
    arrow(desk, "left", false);
    expect(cursor(desk)).toBe("add");
  });

  test("what lies aside is farther than what lies straight ahead", () => {
    const { desk } = deskFor(boardOf(node("a", "log_info", 0, 0), node("aside", "log_info", 300, 250), node("ahead", "log_info", 500, 0)));
    expect(nearest(desk.scene, "a", 1, 0)).toBe("ahead");
    expect(nearest(desk.scene, "a", -1, 0)).toBeUndefined();
  });

  test("move what is selected, by the grid or by a large step", () => {
    const { desk } = deskFor();
    select(desk.stage, ["log"]);
    arrow(desk, "down", false);
    arrow(desk, "right", true);
    expect(desk.scene.places.get("log")).toEqual({ x: 544, y: 16 });
  });

  test("on a board that is only shown they still lead around", () => {
    const { desk } = deskFor(undefined, { readOnly: true });
    select(desk.stage, ["start"]);
    arrow(desk, "right", false);
    expect(cursor(desk)).toBe("log");
  });
});

describe("pins", () => {
  test("are entered, gone through, and read out", () => {
    const { desk } = deskFor();
    goTo(desk, "add");
    enterPins(desk);
    expect(pin(desk)).toBe("in add.integer1");
    expect(saidBy(desk)).toBe("Input Integer1, Integer, value 1");
    arrow(desk, "down", false);
    expect(pin(desk)).toBe("in add.integer2");
    arrow(desk, "right", false);
    expect(pin(desk)).toBe("out add.sum");
    expect(saidBy(desk)).toBe("Output Sum, Integer, wired to To Text");
    arrow(desk, "left", false);
    expect(pin(desk)).toMatch(/^in add/u);
    arrow(desk, "up", false);
    arrow(desk, "up", false);
    expect(pin(desk)).toBe("in add.integer1");
  });

  test("one that is needed and has nothing says so", () => {
    const { desk } = deskFor(boardOf(node("text", "int_to_text")));
    goTo(desk, "text");
    enterPins(desk);
    expect(saidBy(desk)).toBe("Input Value, Integer, no value, required");
  });

  test("W lists what a pin can be wired to; on a node it leads to the pins first", () => {
    const { desk } = deskFor();
    goTo(desk, "add");
    askTargets(desk);
    expect(pin(desk)).toBe("in add.integer1");
    expect(saidBy(desk)).toContain("press W again");
    askTargets(desk);
    expect(desk.surface.getState().targets).toEqual(input("add.integer1"));
  });
});

describe("Enter", () => {
  test("goes into a node, edits a literal, lists targets of a pin without one", () => {
    const { desk } = deskFor();
    goTo(desk, "add");
    enter(desk);
    expect(pin(desk)).toBe("in add.integer1");
    enter(desk);
    expect(desk.stage.getState().editing).toMatchObject({ kind: "literal", node: "add", key: "integer1" });
    desk.stage.setState({ editing: null, cursorPin: output("add.sum") });
    enter(desk);
    expect(desk.surface.getState().targets).toEqual(output("add.sum"));
  });

  test("opens a layer", () => {
    const { desk } = deskFor();
    desk.edit([{ command: "collapse", id: "part", members: ["text"], name: "Part", place: { x: 0, y: 0 } }]);
    goTo(desk, "part");
    enter(desk);
    expect(desk.layer).toBe("part");
  });
});

describe("Escape", () => {
  test("closes what was typed wrongly and left, before all else", () => {
    const { desk } = deskFor();
    select(desk.stage, ["add"]);
    desk.stage.setState({ editing: { kind: "literal", node: "add", key: "integer1" } });
    escape(desk, nowhere);
    expect(desk.stage.getState().editing).toBeNull();
    expect(desk.selected).toEqual(["add"]);
  });

  test("ends the wire, then leaves the pins, then deselects, then goes up", () => {
    const { desk } = deskFor();
    select(desk.stage, ["add"]);
    desk.stage.setState({ cursorPin: output("add.sum"), wiring: { from: output("add.sum"), armed: true, fit: () => "unfit" } });
    escape(desk, nowhere);
    expect(desk.stage.getState().wiring).toBeNull();
    escape(desk, nowhere);
    expect(pin(desk)).toBe("");
    escape(desk, nowhere);
    expect(desk.stage.getState().selected.size).toBe(0);
    let left = 0;
    escape(desk, () => (left += 1) > 0);
    expect(left).toBe(1);
    escape(desk, nowhere);
    expect(cursor(desk)).toBe("");
  });
});

describe("along the wires", () => {
  test("to what follows and what came before, execution first", () => {
    const { desk } = deskFor(
      boardOf(
        node("start", "start"),
        node("add", "int_add", 0, 200),
        node("text", "int_to_text", 200, 200),
        node("log", "log_info", 400),
        wire("start.exec_out", "log.exec_in"),
        wire("add.sum", "text.value"),
        wire("text.text", "log.message"),
      ),
    );
    goTo(desk, "start");
    along(desk, true);
    expect(cursor(desk)).toBe("log");
    along(desk, true);
    expect(saidBy(desk)).toBe("Nothing follows");
    along(desk, false);
    expect(cursor(desk)).toBe("start");
    along(desk, false);
    expect(saidBy(desk)).toBe("Nothing comes before");
    desk.stage.setState({ cursor: "log", cursorPin: input("log.message") });
    along(desk, false);
    expect(cursor(desk)).toBe("text");
  });
});

describe("selecting by keys", () => {
  test("adds what the keys stand on and takes it out", () => {
    const { desk } = deskFor();
    goTo(desk, "add");
    toggleCursor(desk);
    goTo(desk, "log");
    toggleCursor(desk);
    expect(desk.selected).toEqual(["add", "log"]);
    expect(saidBy(desk)).toBe("Selected, 2 in all");
    toggleCursor(desk);
    expect(desk.selected).toEqual(["add"]);
    goTo(desk, "gone");
    expect(cursor(desk)).toBe("log");
  });
});
