import { describe, expect, test } from "vitest";

import { select, selectWire } from "~/canvas/state/stage";
import { boardOf, node, sampleBoard, value, wire } from "~/core/testing/boards";
import { deskFor, input, output, saidBy, spot, wiresIn } from "~/testing/editor/desk";

import { insert, removeSelected } from "./nodes";
import {
  bendWire,
  connectPins,
  convert,
  cutPin,
  cutWires,
  fitting,
  isLoose,
  joining,
  splicePins,
  takeOff,
  targetsOf,
} from "./wires";

describe("whether a wire may join two pins", () => {
  const { desk } = deskFor();

  test("it may where the types fit, whichever end it is drawn from", () => {
    expect(joining(desk, output("start.exec_out"), input("log.exec_in"))).toEqual({ fit: "fits", words: "" });
    expect(joining(desk, input("log.exec_in"), output("start.exec_out")).fit).toBe("fits");
  });

  test("a conversion is named where a node would do it", () => {
    expect(joining(desk, output("add.sum"), input("log.message"))).toEqual({
      fit: "converts",
      words: "Integer → String: through To Text",
    });
  });

  test.each([
    [output("text.text"), input("add.integer1"), "String → Integer: no conversion"],
    [output("start.exec_out"), input("log.message"), "Execution joins only execution"],
    [output("start.exec_out"), output("add.sum"), "Lead the wire to an input"],
    [input("log.message"), input("add.integer1"), "Lead the wire to an output"],
    [output("log.exec_out"), input("log.exec_in"), "A node cannot feed itself"],
  ])("else the reason is said: %o %o", (from, to, words) => {
    expect(joining(desk, from, to)).toEqual({ fit: "unfit", words });
  });

  test("a pin that is gone fits nothing", () => {
    expect(joining(desk, output("start.exec_out"), input("gone.exec_in"))).toEqual({ fit: "unfit", words: "" });
  });

  test("pins ask how they relate to the wire that is drawn", () => {
    const fit = fitting(desk, output("add.sum"));
    expect(fit(output("add.sum"))).toBe("same");
    expect(fit(input("text.value"))).toBe("fits");
    expect(fit(input("log.message"))).toBe("converts");
    expect(fit(input("log.exec_in"))).toBe("unfit");
  });
});

describe("drawing a wire", () => {
  test("connects, and can be undone", () => {
    const { desk, session } = deskFor(boardOf(node("start", "start"), node("log", "log_info")));
    expect(connectPins(desk, input("log.exec_in"), output("start.exec_out"), spot(0, 0))).toBe(true);
    expect(wiresIn(desk)).toEqual(["start.exec_out>log.exec_in"]);
    session.undo();
    expect(wiresIn(desk)).toEqual([]);
  });

  test("offers a conversion where the types differ, and puts the node between", () => {
    const { desk } = deskFor(boardOf(node("add", "int_add"), node("log", "log_info", 400)));
    expect(connectPins(desk, output("add.sum"), input("log.message"), spot(300, 100))).toBe(false);
    const { offer } = desk.surface.getState();
    expect(offer?.options.map(({ title }) => title)).toEqual(["To Text"]);
    expect(saidBy(desk)).toBe("Integer → String: through To Text. A conversion is offered.");
    if (offer?.options[0] !== undefined) {
      convert(desk, offer.from, offer.to, offer.options[0], offer.spot);
    }
    const made = Object.keys(desk.board.nodes).find((id) => id.startsWith("int_to_text"));
    expect(wiresIn(desk)).toEqual([`${made}.text>log.message`, `add.sum>${made}.value`].toSorted());
    expect(desk.board.layout[made ?? ""]).toMatchObject({ x: 128, y: 64 });
  });

  test("says why not where nothing converts", () => {
    const { desk, complaints } = deskFor();
    expect(connectPins(desk, output("text.text"), input("add.integer1"), spot(0, 0))).toBe(false);
    expect(complaints).toEqual([["These pins do not fit", "String → Integer: no conversion."]]);
  });

  test("between pins of one side says where to lead it", () => {
    const { desk, complaints } = deskFor();
    expect(connectPins(desk, output("text.text"), output("add.sum"), spot(0, 0))).toBe(false);
    expect(saidBy(desk)).toBe("Lead the wire to an input");
    expect(complaints).toEqual([]);
  });

  test("a wire that is taken off and led elsewhere is one step", () => {
    const { desk, session } = deskFor(
      boardOf(node("add", "int_add"), node("text", "int_to_text", 300), node("more", "int_to_text", 300, 200), wire("add.sum", "text.value")),
    );
    const taken = takeOff(desk, input("text.value"));
    expect(taken?.from).toEqual(output("add.sum"));
    expect(connectPins(desk, output("add.sum"), input("more.value"), spot(0, 0), taken)).toBe(true);
    expect(wiresIn(desk)).toEqual(["add.sum>more.value"]);
    session.undo();
    expect(wiresIn(desk)).toEqual(["add.sum>text.value"]);
  });

  test("let go where it was, nothing happens", () => {
    const { desk, session } = deskFor();
    const taken = takeOff(desk, input("text.value"));
    expect(connectPins(desk, output("add.sum"), input("text.value"), spot(0, 0), taken)).toBe(true);
    expect(session.snapshot().canUndo).toBe(false);
  });

  test("execution is not taken off at its end, nor is what has no wire", () => {
    const { desk } = deskFor();
    expect(takeOff(desk, input("log.exec_in"))).toBeUndefined();
    expect(takeOff(desk, input("add.integer1"))).toBeUndefined();
    expect(takeOff(desk, output("add.sum"))).toBeUndefined();
  });
});

describe("taking wires off", () => {
  test("a pin loses all of them in one step", () => {
    const { desk, session } = deskFor(
      boardOf(node("add", "int_add"), node("one", "int_to_text"), node("two", "int_to_text"), wire("add.sum", "one.value"), wire("add.sum", "two.value")),
    );
    expect(cutPin(desk, output("add.sum"))).toBe(true);
    expect(wiresIn(desk)).toEqual([]);
    expect(saidBy(desk)).toBe("2 wires removed");
    session.undo();
    expect(wiresIn(desk)).toHaveLength(2);
  });

  test("chosen wires go", () => {
    const { desk } = deskFor();
    expect(cutWires(desk, ["add.sum>text.value", "no such wire"])).toBe(true);
    expect(wiresIn(desk)).not.toContain("add.sum>text.value");
  });

  test("nothing is done for a pin without wires", () => {
    const { desk } = deskFor();
    expect(cutPin(desk, input("add.integer1"))).toBe(false);
  });
});

const chain = () =>
  deskFor(
    boardOf(
      node("start", "start", 0, 0),
      node("one", "log_info", 300, 0),
      node("two", "log_info", 600, 0),
      node("three", "log_info", 900, 0),
      wire("start.exec_out", "one.exec_in"),
      wire("one.exec_out", "two.exec_in"),
      wire("two.exec_out", "three.exec_in"),
    ),
  );

describe("putting a node into a wire", () => {
  test("from the palette opened on the wire", () => {
    const { desk } = chain();
    const id = insert(desk, { type: "control_branch@1" }, { spot: spot(500, 40), wire: "one.exec_out>two.exec_in" });
    expect(wiresIn(desk)).toContain(`one.exec_out>${id}.exec_in`);
    expect(wiresIn(desk)).toContain(`${id}.true>two.exec_in`);
    expect(wiresIn(desk)).not.toContain("one.exec_out>two.exec_in");
  });

  test("a node that does not fit stands beside it", () => {
    const { desk } = chain();
    const id = insert(desk, { type: "int_add@1" }, { spot: spot(500, 40), wire: "one.exec_out>two.exec_in" });
    expect(id).toBeDefined();
    expect(wiresIn(desk)).toContain("one.exec_out>two.exec_in");
  });

  test("only what has no wires yet is put in by dragging, and not into its own wire", () => {
    const { desk } = chain();
    const id = insert(desk, { type: "log_info@1" }, { spot: spot(500, 400) }) ?? "";
    expect(isLoose(desk.scene, id)).toBe(true);
    expect(isLoose(desk.scene, "two")).toBe(false);
    const [first] = desk.scene.wires.values();
    expect(first && splicePins(desk, first, id)).toEqual({ input: input(`${id}.exec_in`), output: output(`${id}.exec_out`) });
    expect(first && splicePins(desk, first, first.from.node)).toBeUndefined();
  });

  test("a bend is put where the wire was clicked, and is selected", () => {
    const { desk } = deskFor();
    expect(bendWire(desk, "add.sum>text.value", { x: 200, y: 210 })).toBe(true);
    const [id] = desk.selected;
    expect(desk.scene.things.get(id ?? "")?.kind).toBe("bend");
    expect(wiresIn(desk)).toContain(`add.sum>${id}.route_in`);
    expect(wiresIn(desk)).toContain(`${id}.route_out>text.value`);
  });

  test("no bend in a wire that is gone", () => {
    expect(bendWire(deskFor().desk, "gone", { x: 0, y: 0 })).toBe(false);
  });
});

describe("removing and healing", () => {
  test("a chain stays together", () => {
    const { desk, session } = chain();
    select(desk.stage, ["one", "two"]);
    expect(removeSelected(desk, true)).toBe(true);
    expect(wiresIn(desk)).toEqual(["start.exec_out>three.exec_in"]);
    expect(saidBy(desk)).toBe("2 things removed, wires joined");
    session.undo();
    expect(wiresIn(desk)).toHaveLength(3);
  });

  test("without healing it falls apart", () => {
    const { desk } = chain();
    select(desk.stage, ["two"]);
    removeSelected(desk, false);
    expect(wiresIn(desk)).toEqual(["start.exec_out>one.exec_in"]);
  });

  test("data is joined only where it fits", () => {
    const { desk } = deskFor(sampleBoard());
    select(desk.stage, ["text"]);
    removeSelected(desk, true);
    expect(wiresIn(desk)).toEqual(["start.exec_out>log.exec_in"]);
  });

  test("a wire that is selected goes with its things", () => {
    const { desk } = chain();
    selectWire(desk.stage, "start.exec_out>one.exec_in", false);
    expect(removeSelected(desk, false)).toBe(true);
    expect(wiresIn(desk)).toHaveLength(2);
    expect(saidBy(desk)).toBe("Wires removed");
  });
});

describe("targets of a pin", () => {
  test("are those that fit, then those a node would convert for; near before far", () => {
    const { desk } = deskFor(
      boardOf(node("add", "int_add", 0, 0), node("far", "int_to_text", 2000, 0), node("near", "int_to_text", 200, 0), node("log", "log_info", 100, 0), value("add", "integer1", 1)),
    );
    const found = targetsOf(desk, output("add.sum"));
    expect(found.map(({ place, fit }) => [place.node, fit])).toEqual([
      ["near", "fits"],
      ["far", "fits"],
      ["log", "converts"],
    ]);
    expect(found[0]).toMatchObject({ title: "To Text", type: "Integer", wired: false });
  });
});
