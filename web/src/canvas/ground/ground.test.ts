import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { createStage, deselect, prune, select, selectWire, toggle, type Wiring } from "../state/stage";
import { Moved } from "../state/moved";
import { fitAt, marksOf } from "../nodes/marks";
import type { NodeView } from "../view/model";
import type { SceneView } from "../view/scene";
import { Camera, firstView, fitted } from "./camera";
import { withCarried } from "./dragging";
import { Guides, linedUp, neighbours } from "./guides";
import { Hover } from "./hovering";
import { inField, placeOf, pointed, samePlace } from "./pointer";

const SIZE = { width: 1000, height: 800 };

describe("where the view begins", () => {
  test("shows all of a small board, not nearer than it is", () => {
    const view = firstView([{ x: 0, y: 0, width: 200, height: 100 }], undefined, SIZE);
    expect(view).toEqual({ x: 400, y: 350, zoom: 1 });
  });

  test("a large board begins at its start, where it can be read", () => {
    const boxes = [{ x: 0, y: 0, width: 200, height: 100 }, { x: 9000, y: 4000, width: 200, height: 100 }];
    const start = { x: 4000, y: 200, width: 160, height: 80 };
    expect(firstView(boxes, start, SIZE)).toEqual({ x: 64 - 3200, y: 304 - 240 * 0.8, zoom: 0.8 });
  });

  test("without a start it begins with what lies first", () => {
    const boxes = [{ x: 9000, y: 4000, width: 200, height: 100 }, { x: 100, y: 50, width: 200, height: 100 }];
    expect(firstView(boxes, undefined, SIZE)).toEqual({ x: 64 - 80, y: 304 - 80, zoom: 0.8 });
  });

  test("an empty board begins in the middle", () => {
    expect(firstView([], undefined, SIZE)).toEqual({ x: 500, y: 400, zoom: 1 });
  });

  test("nothing is so large that it is not fitted", () => {
    expect(fitted({ x: 0, y: 0, width: 1e6, height: 10 }, SIZE).zoom).toBe(0.05);
  });
});

function bound(zoom = 1) {
  const camera = new Camera();
  const went: { x: number; y: number; zoom?: number | undefined }[] = [];
  let view = { x: 0, y: 0, zoom };
  let moved = () => {};
  const stop = camera.bind({
    flow: {
      screenToFlowPosition: ({ x, y }) => ({ x: x / zoom, y: y / zoom }),
      flowToScreenPosition: ({ x, y }) => ({ x: x * zoom, y: y * zoom }),
      zoomTo: (to) => Promise.resolve(void went.push({ x: 0, y: 0, zoom: to })).then(() => true),
      setViewport: (to) => Promise.resolve(void went.push(to)).then(() => true),
      setCenter: (x, y, options) => Promise.resolve(void went.push({ x, y, zoom: options?.zoom })).then(() => true),
    },
    size: () => SIZE,
    viewport: () => view,
    onMove: (listener) => {
      moved = listener;
      return () => {
        moved = () => {};
      };
    },
  });
  const move = (to: typeof view) => {
    view = to;
    moved();
  };
  return { camera, went, move, stop };
}

describe("the camera", () => {
  test("does nothing before there is a ground", () => {
    const camera = new Camera();
    camera.fit({ x: 0, y: 0, width: 1, height: 1 });
    camera.reveal({ x: 0, y: 0, width: 1, height: 1 });
    camera.go({ x: 0, y: 0, zoom: 1 });
    expect([camera.zoom(), camera.middle(), camera.viewport(), camera.size()]).toEqual([1, { x: 0, y: 0 }, undefined, undefined]);
    expect(camera.toGround({ x: 3, y: 4 })).toEqual({ x: 3, y: 4 });
    expect(camera.toClient({ x: 3, y: 4 })).toEqual({ x: 3, y: 4 });
  });

  test("brings into view only what is not", () => {
    const { camera, went } = bound();
    camera.reveal({ x: 100, y: 100, width: 100, height: 100 });
    expect(went).toEqual([]);
    camera.reveal({ x: 2000, y: 100, width: 100, height: 100 });
    expect(went).toEqual([{ x: 2050, y: 150, zoom: 1 }]);
  });

  test("from far away it comes near enough to read", () => {
    const { camera, went } = bound(0.1);
    camera.reveal({ x: 100, y: 700, width: 100, height: 100 });
    expect(went[0]?.zoom).toBeCloseTo(0.8);
  });

  test("tells who listens that the view moved, until it is untied", () => {
    const { camera, move, stop } = bound();
    let told = 0;
    const end = camera.subscribe(() => {
      told += 1;
    });
    move({ x: 10, y: 0, zoom: 2 });
    expect([told, camera.zoom(), camera.middle()]).toEqual([1, 2, { x: 245, y: 200 }]);
    end();
    move({ x: 0, y: 0, zoom: 1 });
    expect(told).toBe(1);
    stop();
    expect(camera.viewport()).toBeUndefined();
  });

  test("zooms by steps", () => {
    const { camera, went } = bound(0.5);
    camera.zoomBy(2);
    expect(went).toEqual([{ x: 0, y: 0, zoom: 1 }]);
  });
});

describe("the wire under the pointer", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  test("is kept a moment, so that the plus on it can be reached", () => {
    const hover = new Hover();
    let told = 0;
    hover.subscribe(() => {
      told += 1;
    });
    hover.enter("a>b");
    hover.enter("a>b");
    expect([hover.get(), told]).toEqual(["a>b", 1]);
    hover.leave();
    vi.advanceTimersByTime(100);
    expect(hover.get()).toBe("a>b");
    hover.enter("a>b");
    vi.advanceTimersByTime(1000);
    expect(hover.get()).toBe("a>b");
    hover.leave();
    vi.advanceTimersByTime(1000);
    expect(hover.get()).toBe("");
  });
});

describe("what an event met", () => {
  document.body.innerHTML = `
    <div class="react-flow__node" data-id="n1"><i data-pin="out:value#2"></i><i data-literal="text"></i><i data-fold></i><input></div>
    <svg><path data-wire="a>b"></path></svg><div role="menu"><b></b></div>`;
  const at = (selector: string) => document.querySelector(selector);

  test("is read from the page", () => {
    expect(pointed(at("[data-pin]"))).toMatchObject({ thing: "n1", pin: { node: "n1", side: "out", key: "value#2" } });
    expect(pointed(at("[data-literal]"))).toMatchObject({ literal: "text", fold: false });
    expect(pointed(at("[data-fold]")).fold).toBe(true);
    expect(pointed(at("path"))).toMatchObject({ thing: undefined, wire: "a>b" });
    expect(pointed(null)).toEqual({ thing: undefined, pin: undefined, literal: undefined, fold: false, wire: undefined });
  });

  test("fields and menus keep their keys", () => {
    expect([inField(at("input")), inField(at("[role=menu] b")), inField(at("[data-pin]")), inField(null)]).toEqual([true, true, false, false]);
  });

  test("places are compared by what they name", () => {
    expect(samePlace(placeOf("n", "in:a:b"), { node: "n", side: "in", key: "a:b" })).toBe(true);
    expect(samePlace(placeOf("n", "in:a"), placeOf("n", "out:a"))).toBe(false);
  });
});

describe("dragging", () => {
  test("what lies in a frame goes along, unless it is dragged itself", () => {
    const before = new Map([["frame", { x: 0, y: 0 }], ["a", { x: 10, y: 10 }], ["b", { x: 20, y: 20 }]]);
    const carried = [{ frame: "frame", members: ["a", "b", "gone"], from: { x: 0, y: 0 } }];
    const next = withCarried(new Map([["frame", { x: 100, y: 50 }], ["b", { x: 1, y: 1 }]]), carried, before);
    expect(Object.fromEntries(next)).toEqual({ frame: { x: 100, y: 50 }, b: { x: 1, y: 1 }, a: { x: 110, y: 60 } });
  });

  test("places of what is dragged are told once they differ", () => {
    const moved = new Moved();
    let told = 0;
    const stop = moved.subscribe(() => {
      told += 1;
    });
    moved.set(new Map());
    moved.set(new Map([["a", { x: 1, y: 1 }]]));
    moved.set(new Map());
    expect(told).toBe(2);
    stop();
    moved.set(new Map([["a", { x: 1, y: 1 }]]));
    expect(told).toBe(2);
  });
});

describe("what a person is doing", () => {
  test("selection of things and of wires", () => {
    const stage = createStage();
    select(stage, ["a", "b"]);
    toggle(stage, "a");
    expect([...stage.getState().selected]).toEqual(["b"]);
    selectWire(stage, "w1", true);
    selectWire(stage, "w2", true);
    expect([[...stage.getState().selected], [...stage.getState().selectedWires]]).toEqual([["b"], ["w1", "w2"]]);
    selectWire(stage, "w3", false);
    expect([[...stage.getState().selected], [...stage.getState().selectedWires]]).toEqual([[], ["w3"]]);
    stage.setState({ cursor: "b" });
    deselect(stage, true);
    expect(stage.getState().cursor).toBe("b");
    deselect(stage);
    expect(stage.getState().cursor).toBe("");
  });

  test("what is gone is forgotten, and nothing else", () => {
    const wiring: Wiring = { from: { node: "gone", side: "out", key: "x" }, armed: true, fit: () => "unfit" };
    const stage = createStage({ selected: new Set(["a", "gone"]), selectedWires: new Set(["w"]), cursor: "a", wiring });
    prune(stage, (id) => id === "a", () => true);
    expect(stage.getState()).toMatchObject({ cursor: "a", wiring: null });
    expect([...stage.getState().selected]).toEqual(["a"]);
    const before = stage.getState();
    prune(stage, () => true, () => true);
    expect(stage.getState()).toBe(before);
  });

  test("a node is marked with what concerns it only", () => {
    const view = { id: "n", pins: [{ side: "in", key: "a" }, { side: "out", key: "b" }] } as unknown as NodeView;
    let asked = 0;
    const wiring: Wiring = {
      from: { node: "n", side: "out", key: "b" },
      armed: true,
      fit: ({ side }) => {
        asked += 1;
        return side === "in" ? "converts" : "same";
      },
    };
    const stage = createStage({ cursor: "n", cursorPin: { node: "n", side: "in", key: "a" }, wiring, flash: "other" });
    const marks = marksOf(stage.getState(), view);
    expect(marks).toEqual({ cursor: true, pin: "in:a", flash: false, armed: "out:b", fits: "cs", editing: null });
    expect([fitAt(marks, 0), fitAt(marks, 1), fitAt(marks, 2)]).toEqual(["converts", "same", undefined]);
    marksOf(stage.getState(), view);
    expect(asked).toBe(2);
  });
});

describe("lines that a dragged thing gets into", () => {
  const box = (id: string, kind = "node") => ({ id, kind, width: 100, height: 50 });
  const scene = {
    things: new Map([box("dragged"), box("near"), box("far"), box("around", "frame")].map((one) => [one.id, one])),
    places: new Map([["dragged", { x: 0, y: 0 }], ["near", { x: 300, y: 200 }], ["far", { x: 9000, y: 0 }], ["around", { x: 0, y: 0 }]]),
  } as unknown as SceneView;
  const view = { x: -500, y: -500, width: 2000, height: 1500 };
  const others = neighbours(scene, new Set(["dragged"]), view);

  test("are those of what is in view, but no frame", () => {
    expect(others).toEqual([{ x: 300, y: 200, width: 100, height: 50 }]);
  });

  test("draw it near, and what is dragged with it", () => {
    const { places, lines } = linedUp(scene, new Map([["dragged", { x: 304, y: 0 }], ["far", { x: 304, y: 80 }]]), others);
    expect([...places]).toEqual([["dragged", { x: 300, y: 0 }], ["far", { x: 300, y: 80 }]]);
    expect(lines).toEqual([{ axis: "x", at: 300, from: 0, to: 250 }]);
  });

  test("leave alone what is in line with nothing", () => {
    const apart = new Map([["dragged", { x: 130, y: 20 }]]);
    expect(linedUp(scene, apart, others)).toEqual({ places: apart, lines: [] });
    expect(linedUp(scene, apart, []).lines).toEqual([]);
  });

  test("are told of only when there are some or were", () => {
    const guides = new Guides();
    let told = 0;
    const stop = guides.subscribe(() => {
      told += 1;
    });
    guides.set([]);
    guides.set([{ axis: "x", at: 1, from: 0, to: 2 }]);
    guides.set([]);
    guides.set([]);
    stop();
    guides.set([{ axis: "x", at: 1, from: 0, to: 2 }]);
    expect([told, guides.get().length]).toEqual([2, 1]);
  });
});
