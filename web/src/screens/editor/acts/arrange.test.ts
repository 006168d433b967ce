import { describe, expect, test } from "vitest";

import { pointOf } from "~/canvas/ground/wiring";
import { select } from "~/canvas/state/stage";
import { boardOf, node, sampleBoard, wire } from "~/core/testing/boards";
import { deskFor, wiresIn } from "~/testing/editor/desk";

import { alignSelected, distributeSelected, drop, membersOf, move, nudge, spliceAt, straighten } from "./arrange";
import { addFrame } from "./comments";
import { collapseSelected, enterLayer } from "./layers";

const at = (desk: ReturnType<typeof deskFor>["desk"], id: string) => {
  const { x, y } = desk.scene.places.get(id) ?? { x: Number.NaN, y: Number.NaN };
  return [x, y];
};

describe("moving", () => {
  test("several things are one step", () => {
    const { desk, session } = deskFor();
    expect(move(desk, new Map([["add", { x: 16, y: 32 }], ["log", { x: 800, y: 0 }]]))).toBe(true);
    expect([at(desk, "add"), at(desk, "log")]).toEqual([[16, 32], [800, 0]]);
    session.undo();
    expect([at(desk, "add"), at(desk, "log")]).toEqual([[0, 160], [480, 0]]);
  });

  test("to where they are is no step", () => {
    const { desk, session } = deskFor();
    expect(move(desk, new Map([["add", { x: 0, y: 160 }]]))).toBe(false);
    expect(session.snapshot().canUndo).toBe(false);
  });

  test("by keys goes along the grid, and takes what is in a frame along", () => {
    const { desk } = deskFor(boardOf(node("log", "log_info", 3, 5)));
    select(desk.stage, ["log"]);
    addFrame(desk);
    const [frame = ""] = desk.selected;
    const before = at(desk, frame);
    nudge(desk, 16, 0);
    expect(at(desk, "log")).toEqual([16, 5]);
    expect(at(desk, frame)[0]).toBeGreaterThan(before[0] ?? 0);
    expect(membersOf(desk, frame)).toEqual(["log"]);
  });

  test("the ends of a layer are kept with the layer", () => {
    const { desk, session } = deskFor();
    select(desk.stage, ["add", "text"]);
    collapseSelected(desk);
    const [layer = ""] = desk.selected;
    enterLayer(desk, layer);
    move(desk, new Map([["@in", { x: -320, y: 48 }]]));
    expect(at(desk, "@in")).toEqual([-320, 48]);
    session.undo();
    expect(at(desk, "@in")).not.toEqual([-320, 48]);
  });
});

describe("a dragged node over a wire", () => {
  const laid = () =>
    deskFor(
      boardOf(node("start", "start", 0, 0), node("log", "log_info", 800, 0), node("more", "log_info", 0, 600), wire("start.exec_out", "log.exec_in")),
    );

  test("is put into it when let go", () => {
    const { desk } = laid();
    const wireId = spliceAt(desk, "more", { x: 400, y: 0 });
    expect(wireId).toBe("start.exec_out>log.exec_in");
    drop(desk, new Map([["more", { x: 400, y: 0 }]]), wireId);
    expect(wiresIn(desk)).toEqual(["more.exec_out>log.exec_in", "start.exec_out>more.exec_in"]);
    expect(at(desk, "more")).toEqual([400, 0]);
  });

  test("but not if it is far from it, wired already, or does not fit", () => {
    const { desk } = laid();
    expect(spliceAt(desk, "more", { x: 400, y: 500 })).toBe("");
    expect(spliceAt(desk, "log", { x: 400, y: 0 })).toBe("");
    const other = deskFor(
      boardOf(node("start", "start", 0, 0), node("log", "log_info", 800, 0), node("add", "int_add", 0, 600), wire("start.exec_out", "log.exec_in")),
    );
    expect(spliceAt(other.desk, "add", { x: 400, y: 0 })).toBe("");
  });

  test("beside all wires it is only moved", () => {
    const { desk } = laid();
    drop(desk, new Map([["more", { x: 64, y: 640 }]]), "");
    expect(at(desk, "more")).toEqual([64, 640]);
    expect(wiresIn(desk)).toEqual(["start.exec_out>log.exec_in"]);
  });
});

describe("order", () => {
  test("edges are aligned, gaps made equal", () => {
    const { desk } = deskFor(boardOf(node("a", "log_info", 0, 0), node("b", "log_info", 200, 48), node("c", "log_info", 800, 96)));
    select(desk.stage, ["a", "b", "c"]);
    alignSelected(desk, "top");
    expect(["a", "b", "c"].map((id) => at(desk, id)[1])).toEqual([0, 0, 0]);
    distributeSelected(desk, "x");
    const [a = 0, b = 0, c = 0] = ["a", "b", "c"].map((id) => at(desk, id)[0]);
    expect(Math.abs(b - a - (c - b))).toBeLessThanOrEqual(16);
  });

  test("wires are straightened: pins at their ends are equally high", () => {
    const { desk } = deskFor(sampleBoard());
    straighten(desk);
    for (const wire of desk.scene.wires.values()) {
      if (wire.kind === "exec") {
        expect(pointOf(desk.scene, wire.from)?.y).toBe(pointOf(desk.scene, wire.to)?.y);
      }
    }
  });
});
