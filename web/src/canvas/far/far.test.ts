import { describe, expect, test } from "vitest";

import { largeBoard } from "~/core/testing/boards";
import { deskFor, framed } from "~/testing/editor/desk";

import { Lives } from "../state/lives";
import type { Colors } from "../look/colors";
import { select } from "../state/stage";
import { FarPointer, type Pressed } from "./far-pointer";
import { thingAt, thingsIn } from "./hit";
import { type Brush, paint } from "./paint";

const COLORS = new Proxy({}, { get: (_target, name) => `color:${String(name)}` }) as Colors;

/** Writes down what is painted. */
function brush() {
  const calls: [string, ...unknown[]][] = [];
  const style: Record<string, unknown> = {};
  const proxy = new Proxy(style, {
    get: (target, name: string) => {
      if (name in target) {
        return target[name];
      }
      return (...given: unknown[]) => calls.push([name, ...given, ...(name === "fill" || name === "fillRect" ? [target["fillStyle"]] : name === "stroke" ? [target["strokeStyle"]] : [])]);
    },
    set: (target, name: string, value) => {
      target[name] = value;
      return true;
    },
  });
  return { brush: proxy as unknown as Brush, calls, named: (name: string) => calls.filter(([what]) => what === name) };
}

const view = { x: 0, y: 0, zoom: 0.1, width: 1000, height: 800 };

function painted(desk: ReturnType<typeof deskFor>["desk"], more: object = {}) {
  const { selected, selectedWires, cursor } = desk.stage.getState();
  return { scene: desk.scene, moved: desk.moved.get(), selected, selectedWires, cursor, lives: desk.lives, ...more };
}

describe("painting a board from far away", () => {
  test("draws what is in view and leaves out the rest", () => {
    const { desk } = deskFor(largeBoard(400));
    const all = brush();
    paint(all.brush, painted(desk), { ...view, zoom: 0.05 }, COLORS, 1);
    const some = brush();
    paint(some.brush, painted(desk), { ...view, zoom: 0.3 }, COLORS, 1);
    expect(all.named("fillRect").length).toBeGreaterThan(some.named("roundRect").length);
    expect(some.named("fillText").length).toBeGreaterThan(0);
    expect(all.named("fillText")).toEqual([]);
  });

  test("all wires of a hue are one stroke", () => {
    const { desk } = deskFor(largeBoard(400));
    const one = brush();
    paint(one.brush, painted(desk), { ...view, zoom: 0.05 }, COLORS, 1);
    expect(one.named("stroke").map(([, color]) => color).toSorted()).toEqual(["color:exec", "color:string"]);
  });

  test("what is selected, runs, failed or is done has an edge of its colour", () => {
    const { desk } = deskFor();
    select(desk.stage, ["start"]);
    desk.stage.setState({ cursor: "" });
    const lives = new Lives(() => {});
    lives.put("add", { state: "failed", count: 1, totalUs: 1 });
    lives.put("text", { state: "done", count: 1, totalUs: 1 });
    lives.put("log", { state: "running", count: 1, totalUs: 1 });
    const one = brush();
    paint(one.brush, painted(desk, { lives }), view, COLORS, 2);
    const edges = one.named("fillRect").map((call) => call.at(-1)).filter((color) => ["color:signal", "color:fail", "color:ok"].includes(String(color)));
    expect(edges.toSorted()).toEqual(["color:fail", "color:ok", "color:signal", "color:signal"]);
  });

  test("comments lie below, the box that is drawn on top", () => {
    const { desk } = deskFor();
    select(desk.stage, ["add"]);
    framed(desk, "note");
    const one = brush();
    paint(one.brush, painted(desk, { box: { x: 0, y: 0, width: 10, height: 10 } }), view, COLORS, 1);
    expect(one.calls.findIndex(([name, , , , , , color]) => name === "roundRect" || color === "color:sand")).toBeLessThan(
      one.calls.findIndex(([name]) => name === "fillRect"),
    );
    expect(one.named("strokeRect")).toHaveLength(1);
  });
});

describe("what a point or a box meets", () => {
  const { desk } = deskFor();
  select(desk.stage, ["add"]);
  const frame = framed(desk);
  const at = (id: string) => desk.scene.places.get(id) ?? { x: 0, y: 0 };

  test("a node before the frame it is in", () => {
    expect(thingAt(desk.scene, { x: at("add").x + 10, y: at("add").y + 10 })).toBe("add");
    expect(thingAt(desk.scene, { x: at(frame).x + 4, y: at(frame).y + 4 })).toBe(frame);
    expect(thingAt(desk.scene, { x: -5000, y: 0 })).toBeUndefined();
  });

  test("a box meets nodes it touches, and frames it holds", () => {
    const box = { x: at("add").x + 5, y: at("add").y + 5, width: 10, height: 10 };
    expect(thingsIn(desk.scene, box)).toEqual(["add"]);
    expect(thingsIn(desk.scene, { x: -2000, y: -2000, width: 9000, height: 9000 })).toContain(frame);
  });
});

function press(x: number, y: number, more: Partial<Pressed> = {}): Pressed {
  return { clientX: x, clientY: y, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...more };
}

function pointer(readOnly = false) {
  const all = deskFor();
  const { desk } = all;
  const moves: ReadonlyMap<string, { x: number; y: number }>[] = [];
  const hooks = { membersOf: () => [], spliceAt: () => "", move: (places: (typeof moves)[number]) => void moves.push(places) };
  const ground = { current: { scene: desk.scene, hooks, camera: desk.camera, readOnly } };
  return { ...all, moves, pointer: new FarPointer(ground, desk.stage, desk.moved) };
}

describe("the pointer on a painted board", () => {
  test("a click selects, with Shift it adds, beside everything it deselects", () => {
    const { pointer: one, desk } = pointer();
    const click = (x: number, y: number, more?: Partial<Pressed>) => (one.down(press(x, y, more)), one.up(press(x, y, more)));
    click(10, 170);
    expect(desk.selected).toEqual(["add"]);
    click(250, 170, { shiftKey: true });
    expect(desk.selected).toEqual(["add", "text"]);
    click(250, 170, { shiftKey: true });
    expect(desk.selected).toEqual(["add"]);
    click(900, 700);
    expect(desk.selected).toEqual([]);
  });

  test("dragging moves all that is selected along the grid, once it is let go", () => {
    const { pointer: one, desk, moves } = pointer();
    select(desk.stage, ["add", "text"]);
    one.down(press(10, 170));
    expect(one.move(press(11, 171))).toBe(false);
    one.move(press(60, 210));
    expect(desk.moved.get().get("add")).toEqual({ x: 48, y: 208 });
    one.up(press(60, 210));
    expect([...(moves[0] ?? [])]).toEqual([["add", { x: 48, y: 208 }], ["text", { x: 288, y: 208 }]]);
    expect(desk.moved.get().size).toBe(0);
  });

  test("what is not selected is, before it is moved; Alt leaves the grid", () => {
    const { pointer: one, desk, moves } = pointer();
    select(desk.stage, ["text"]);
    one.down(press(10, 170));
    one.move(press(17, 173, { altKey: true }));
    one.up(press(17, 173, { altKey: true }));
    expect(desk.selected).toEqual(["add"]);
    expect(moves[0]?.get("add")).toEqual({ x: 7, y: 163 });
  });

  test("a box selects what it meets, and takes it back as it shrinks", () => {
    const { pointer: one, desk } = pointer();
    one.down(press(-50, 400));
    one.move(press(700, 150));
    expect(desk.selected).toEqual(["add", "text"]);
    expect(one.box).toEqual({ x: -50, y: 150, width: 750, height: 250 });
    one.move(press(20, 150));
    expect(desk.selected).toEqual(["add"]);
    one.up(press(20, 150));
    expect(one.box).toBeUndefined();
  });

  test("nothing moves on a board that is only shown, or when the pointer is taken away", () => {
    const shown = pointer(true);
    shown.pointer.down(press(10, 170));
    shown.pointer.move(press(90, 250));
    shown.pointer.up(press(90, 250));
    expect(shown.moves).toEqual([]);
    const other = pointer();
    other.pointer.down(press(10, 170));
    other.pointer.move(press(90, 250));
    other.pointer.cancel();
    expect(other.desk.moved.get().size).toBe(0);
    other.pointer.up(press(90, 250));
    expect(other.moves).toEqual([]);
    expect(other.pointer.move(press(0, 0))).toBe(false);
  });
});
