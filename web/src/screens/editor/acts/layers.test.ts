import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { select } from "~/canvas/state/stage";
import { fingerprint } from "~/core";

import { deskFor, saidBy, wiresIn } from "~/testing/editor/desk";

import { collapseSelected, enterLayer, expandSelected, fitAll, fitSelected, jumpTo, leaveLayer, ownerOf, trail } from "./layers";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function collapsed() {
  const all = deskFor();
  select(all.desk.stage, ["add", "text"]);
  collapseSelected(all.desk);
  const [layer = ""] = all.desk.selected;
  return { ...all, layer };
}

describe("collapsing", () => {
  test("puts the selection into a layer with pins for the wires that cross its edge", () => {
    const { desk, layer } = collapsed();
    expect(Object.keys(desk.board.layers)).toEqual([layer]);
    expect([...desk.scene.things.keys()].toSorted()).toEqual([layer, "log", "start"].toSorted());
    expect(wiresIn(desk).some((wire) => wire.startsWith(`${layer}.`) && wire.endsWith(">log.message"))).toBe(true);
    expect(desk.stage.getState().editing).toEqual({ kind: "title", node: layer });
  });

  test("and expanding leads back to the same board", () => {
    const { desk } = collapsed();
    const before = deskFor().desk.board;
    expandSelected(desk);
    expect(desk.selected).toEqual(["add", "text"]);
    expect(fingerprint(desk.board)).toBe(fingerprint(before));
  });

  test("of nothing does nothing", () => {
    expect(collapseSelected(deskFor().desk)).toBe(false);
  });
});

describe("going in and out", () => {
  test("shows what is inside, between its two ends", () => {
    const { desk, layer } = collapsed();
    enterLayer(desk, layer);
    expect([...desk.scene.things.keys()].toSorted()).toEqual(["@in", "@out", "add", "text"]);
    expect(trail(desk)).toEqual([{ id: layer, name: "Layer" }]);
    expect(saidBy(desk)).toBe("Inside Layer");
  });

  test("out again, the layer is selected", () => {
    const { desk, layer } = collapsed();
    enterLayer(desk, layer);
    expect(leaveLayer(desk)).toBe(true);
    expect(desk.layer).toBe("");
    expect(desk.selected).toEqual([layer]);
    expect(leaveLayer(desk)).toBe(false);
  });

  test("a layer that is undone away is left", () => {
    const { desk, session, layer } = collapsed();
    enterLayer(desk, layer);
    session.undo();
    expect(desk.layer).toBe("");
    expect(desk.scene.things.has("add")).toBe(true);
  });
});

describe("jumping", () => {
  test("opens the layer of a thing, shows it, selects it and lets it light up for a moment", () => {
    const { desk, layer, views } = collapsed();
    expect(jumpTo(desk, "text")).toBe(true);
    expect(desk.layer).toBe(layer);
    expect(desk.selected).toEqual(["text"]);
    expect(views.length).toBeGreaterThan(0);
    expect(desk.stage.getState().flash).toBe("text");
    vi.advanceTimersByTime(2000);
    expect(desk.stage.getState().flash).toBe("");
  });

  test("to what is not there leads nowhere", () => {
    const { desk } = deskFor();
    expect(jumpTo(desk, "gone")).toBe(false);
    expect(desk.selected).toEqual([]);
  });
});

describe("fitting", () => {
  test("shows all, or the selection nearer", () => {
    const { desk, views } = deskFor();
    fitAll(desk);
    select(desk.stage, ["log"]);
    fitSelected(desk);
    const [all, one] = views;
    expect(all?.zoom).toBe(1);
    expect(one?.zoom).toBe(1.25);
    select(desk.stage, []);
    desk.stage.setState({ cursor: "" });
    fitSelected(desk);
    expect(views.at(-1)).toEqual(all);
  });

  test("ends of wires name their owner", () => {
    expect(ownerOf("node.pin")).toBe("node");
  });
});
