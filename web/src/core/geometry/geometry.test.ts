import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { apply } from "../edit/apply";
import { boardOf, node, sampleBoard, TYPES, value, wire } from "../testing/boards";
import { align, distribute, guide } from "./arrange";
import type { Box } from "./box";
import { boundsOf, boxBetween, contains, grown, holds, middleOf, overlap, snap, snapped } from "./box";
import type { CardOptions } from "./card";
import { CARD, cardOf, contentOf, contentOfLayer, layOut, pinLabel, shownInputs, wellText } from "./card";
import { SpatialIndex } from "./spatial";
import { cutText, textWidth } from "./text-width";
import { boundsOfCurve, curveOf, distanceToCurve, pointAt, wirePath } from "./wire-path";

const box = (x: number, y: number, width = 10, height = 10): Box => ({ x, y, width, height });
const free: CardOptions = { wired: { input: () => false, output: () => false } };

describe("boxes", () => {
  test("snap to the grid, never to a negative zero", () => {
    expect(snap({ x: 7, y: -7 })).toEqual({ x: 0, y: 0 });
    expect(Object.is(snapped(-3), 0)).toBe(true);
    expect(snapped(25, 8)).toBe(24);
  });

  test("around others, between corners, grown", () => {
    expect(boundsOf([])).toBeUndefined();
    expect(boundsOf([box(0, 0), box(20, -5)])).toEqual({ x: 0, y: -5, width: 30, height: 15 });
    expect(boxBetween({ x: 5, y: 1 }, { x: 1, y: 4 })).toEqual({ x: 1, y: 1, width: 4, height: 3 });
    expect(grown(box(0, 0), 2)).toEqual({ x: -2, y: -2, width: 14, height: 14 });
    expect(middleOf(box(0, 0))).toEqual({ x: 5, y: 5 });
  });

  test("overlap, contain and hold", () => {
    expect(overlap(box(0, 0), box(10, 0))).toBe(false);
    expect(overlap(box(0, 0), box(9, 9))).toBe(true);
    expect(contains(box(0, 0, 20, 20), box(5, 5))).toBe(true);
    expect(contains(box(0, 0), box(5, 5))).toBe(false);
    expect(holds(box(0, 0), { x: 10, y: 10 })).toBe(true);
    expect(holds(box(0, 0), { x: 11, y: 0 })).toBe(false);
  });
});

describe("texts", () => {
  test("are wider the longer, the larger and the bolder they are", () => {
    const width = (text: string, more = {}) => textWidth(text, { size: 12, ...more });
    expect(width("")).toBe(0);
    expect(width("ab")).toBeGreaterThan(width("a"));
    expect(width("ab", { bold: true })).toBeGreaterThanOrEqual(width("ab"));
    expect(width("ab", { size: 20 })).toBeGreaterThan(width("ab"));
    expect(width("iiii")).toBeLessThan(width("mmmm"));
    expect(width("iiii", { mono: true })).toBe(width("mmmm", { mono: true }));
    expect(width("日本")).toBeGreaterThan(width("ab"));
  });

  test("are cut with an ellipsis, whole characters only", () => {
    const cut = cutText("A rather long title 😀😀😀😀", 80, { size: 12 });
    expect(cut.endsWith("…")).toBe(true);
    expect(textWidth(cut, { size: 12 })).toBeLessThanOrEqual(80);
    expect(cut.isWellFormed()).toBe(true);
    expect(cutText("short", 200, { size: 12 })).toBe("short");
  });
});

describe("cards", () => {
  test("have fixed rows, and pins at their edges", () => {
    const card = layOut({
      title: "Add",
      badges: 0,
      inputs: [
        { key: "a", label: "A", well: "12" },
        { key: "b", label: "B" },
      ],
      outputs: [{ key: "sum", label: "Sum" }],
    });
    expect(card.height).toBe(CARD.header + 2 * CARD.row + 2 * CARD.pad);
    expect(card.width % CARD.step).toBe(0);
    expect(card.pins).toEqual([
      { key: "a", side: "in", x: 0, y: 42, well: CARD.wellMin },
      { key: "b", side: "in", x: 0, y: 66, well: 0 },
      { key: "sum", side: "out", x: card.width, y: 42, well: 0 },
    ]);
  });

  test("grow with title, labels and note, and no further than they may", () => {
    const plain = { badges: 0, inputs: [], outputs: [], title: "x" };
    expect(layOut(plain).width).toBe(CARD.least);
    expect(layOut({ ...plain, title: "x".repeat(400) }).width).toBe(CARD.most);
    expect(layOut({ ...plain, badges: 9, title: "Some title" }).width).toBeGreaterThan(CARD.least);
    expect(layOut({ ...plain, note: true }).height).toBe(layOut(plain).height + CARD.row);
    const more = layOut({ ...plain, more: true });
    expect(more.height).toBe(layOut(plain).height + CARD.row);
    expect(more.moreY).toBeGreaterThan(0);
  });

  test("of a board's nodes show wells where nothing is wired", () => {
    const board = sampleBoard();
    const wired: CardOptions = { wired: { input: (key) => key === "message", output: () => true } };
    const content = contentOf(board.nodes.log as never, TYPES.get("log_info@1"), wired);
    expect(content.inputs.find((pin) => pin.key === "message")?.well).toBeUndefined();
    const other = contentOf(board.nodes.add as never, TYPES.get("int_add@1"), free);
    expect(other.inputs.map((pin) => pin.well)).toEqual(["1", "2"]);
    expect(cardOf(board, TYPES, "log", free)?.pins.map((pin) => pin.key)).toEqual(["exec_in", "message", "exec_out"]);
    expect(cardOf(board, TYPES, "nobody", free)).toBeUndefined();
  });

  test("never show what is sensitive", () => {
    const board = boardOf(node("in", "login"), value("in", "password", "canary"));
    const content = contentOf(board.nodes.in as never, TYPES.get("login@1"), free);
    expect(JSON.stringify(content)).not.toContain("canary");
    expect(content.inputs.find((pin) => pin.key === "password")?.well).toBe("••••••");
  });

  test("of a bend are small, of a layer show its pins", () => {
    const board = boardOf(
      node("bend", "reroute"),
      node("a", "start"),
      node("b", "log_info"),
      wire("a.exec_out", "b.exec_in"),
      { command: "collapse", id: "part", members: ["b"], name: "Part" },
    );
    expect(cardOf(board, TYPES, "bend", free)).toMatchObject(CARD.bend);
    expect(contentOfLayer(board.layers.part as never)).toMatchObject({ title: "Part", inputs: [{ key: "exec_in" }] });
    expect(cardOf(board, TYPES, "part", free)?.pins).toHaveLength(1);
  });

  test("fold optional inputs nobody uses, if there are several", () => {
    const pins = new Map(
      ["a", "b", "c", "d"].map((name) => [name, { name, type: "String" as const, optional: name !== "a" }]),
    );
    const wired = { input: (key: string) => key === "b", output: () => false };
    expect(shownInputs({ type: "x@1" }, pins, wired)).toEqual(["a", "b", "c", "d"]);
    expect(shownInputs({ type: "x@1" }, pins, free.wired)).toEqual(["a"]);
    expect(shownInputs({ type: "x@1", in: { d: { value: 1 } } }, pins, free.wired)).toEqual(["a", "b", "c", "d"]);
  });

  test("show values in one short line", () => {
    expect(wellText(undefined)).toBe("");
    expect(wellText(null)).toBe("null");
    expect(wellText("two\nlines")).toBe("two lines");
    expect(wellText({ a: [1, true] })).toBe('{"a":[1,true]}');
    expect(wellText("x".repeat(100_000)).length).toBeLessThan(60);
    expect(wellText(Array.from({ length: 100_000 }, () => 1)).length).toBeLessThan(60);
    expect(pinLabel("exec_in", { name: "exec_in", type: "Execution" })).toBe("");
    expect(pinLabel("items#2", { name: "items", type: "String", variadic: true })).toBe("Items 2");
  });
});

describe("wires", () => {
  const curve = curveOf({ x: 0, y: 0 }, { x: 200, y: 100 });

  test("leave to the right and enter from the left", () => {
    expect(curve.out.x).toBeGreaterThan(0);
    expect(curve.into.x).toBeLessThan(200);
    expect(curve.out.y).toBe(0);
    expect(curve.into.y).toBe(100);
    const back = curveOf({ x: 0, y: 0 }, { x: -300, y: 100 });
    expect(back.out.x).toBeGreaterThan(90);
    expect(wirePath({ x: 0, y: 0.04 }, { x: 10, y: 0 })).toMatch(/^M0 0C/);
  });

  test("are found by a point near them", () => {
    expect(pointAt(curve, 0)).toEqual(curve.from);
    expect(pointAt(curve, 1)).toEqual(curve.to);
    expect(distanceToCurve(curve, pointAt(curve, 0.5)).distance).toBeLessThan(1);
    expect(distanceToCurve(curve, pointAt(curve, 0.25)).t).toBeCloseTo(0.25, 1);
    expect(distanceToCurve(curve, { x: 100, y: -100 }).distance).toBeGreaterThan(50);
    expect(distanceToCurve(curveOf({ x: 1, y: 1 }, { x: 1, y: 1 }), { x: 1, y: 1 }).distance).toBeLessThan(20);
  });

  test("stay in their bounds", () => {
    const point = fc.record({ x: fc.integer({ min: -1000, max: 1000 }), y: fc.integer({ min: -1000, max: 1000 }) });
    fc.assert(
      fc.property(point, point, fc.double({ min: 0, max: 1, noNaN: true }), (from, to, t) => {
        const each = curveOf(from, to);
        expect(holds(grown(boundsOfCurve(each), 0.001), pointAt(each, t))).toBe(true);
      }),
      { seed: 19 },
    );
  });
});

describe("the index of places", () => {
  const index = new SpatialIndex<string>([
    ["a", box(0, 0)],
    ["b", box(1000, 1000)],
    ["huge", box(-100_000, -100_000, 200_000, 200_000)],
  ]);

  test("finds by box and by point", () => {
    expect(index.inBox(box(-5, -5)).toSorted()).toEqual(["a", "huge"]);
    expect(index.at({ x: 1005, y: 1005 }).toSorted()).toEqual(["b", "huge"]);
    expect(index.at({ x: 14, y: 5 }, 5).toSorted()).toEqual(["a", "huge"]);
    expect(index.inBox(box(-1e6, -1e6, 2e6, 2e6)).toSorted()).toEqual(["a", "b", "huge"]);
  });

  test("follows what moves and forgets what goes", () => {
    const other = new SpatialIndex<number>([[1, box(0, 0)]]);
    other.set(1, box(5000, 5000));
    expect(other.at({ x: 5, y: 5 })).toEqual([]);
    expect(other.at({ x: 5005, y: 5005 })).toEqual([1]);
    expect(other.get(1)).toEqual(box(5000, 5000));
    other.delete(1);
    other.delete(1);
    expect(other.size).toBe(0);
    expect(other.at({ x: 5005, y: 5005 })).toEqual([]);
  });

  test("finds what looking at all of them finds", () => {
    const boxes = fc.array(
      fc.tuple(fc.integer({ min: -2000, max: 2000 }), fc.integer({ min: -2000, max: 2000 }), fc.integer({ min: 1, max: 3000 })),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(boxes, fc.integer({ min: -2000, max: 2000 }), (list, at) => {
        const all = list.map(([x, y, size], id) => [id, box(x, y, size, 40)] as const);
        const wanted = box(at, -at, 700, 500);
        const plain = all.filter(([, each]) => overlap(each, wanted)).map(([id]) => id);
        expect(new SpatialIndex(all).inBox(wanted).toSorted((a, b) => a - b)).toEqual(plain);
      }),
      { seed: 23 },
    );
  });
});

describe("arranging", () => {
  const boxes = new Map([
    ["a", box(0, 0, 10, 10)],
    ["b", box(50, 20, 30, 10)],
    ["c", box(200, 90, 10, 40)],
  ]);

  test.each([
    ["left", [0, 0, 0]],
    ["right", [200, 180, 200]],
    ["center", [100, 90, 100]],
  ] as const)("aligns %s", (edge, xs) => {
    const places = align(boxes, edge);
    expect([...boxes].map(([id, each]) => places.get(id)?.x ?? each.x)).toEqual(xs);
  });

  test.each([
    ["top", [0, 0, 0]],
    ["bottom", [120, 120, 90]],
    ["middle", [60, 60, 45]],
  ] as const)("aligns %s", (edge, ys) => {
    const places = align(boxes, edge);
    expect([...boxes].map(([id, each]) => places.get(id)?.y ?? each.y)).toEqual(ys);
  });

  test("distributes: the ends stay, the gaps are equal", () => {
    expect([...distribute(boxes, "x")]).toEqual([["b", { x: 90, y: 20 }]]);
    expect([...distribute(boxes, "y")]).toEqual([["b", { x: 50, y: 45 }]]);
    expect(distribute(new Map([...boxes].slice(0, 2)), "x").size).toBe(0);
    expect(align(new Map(), "left").size).toBe(0);
  });

  test("guides to edges and middles that are near", () => {
    const { point, guides } = guide(box(103, 60), [box(100, 0), box(300, 300)]);
    expect(point).toEqual({ x: 100, y: 60 });
    expect(guides).toEqual([{ axis: "x", at: 100, from: 0, to: 70 }]);
    expect(guide(box(150, 150), [box(0, 0)])).toEqual({ point: { x: 150, y: 150 }, guides: [] });
    expect(guide(box(2, 3), [box(0, 0)]).guides).toHaveLength(2);
  });
});

test("a card's size follows an edit", () => {
  const board = sampleBoard();
  const before = cardOf(board, TYPES, "log", free);
  const renamed = apply(board, { command: "rename", id: "log", name: "A much longer name for it" }, TYPES).board;
  expect(cardOf(renamed, TYPES, "log", free)?.width).toBeGreaterThan(before?.width ?? 0);
});
