import { describe, expect, test } from "vitest";

import { apply } from "../edit/apply";
import type { Box } from "../geometry/box";
import { contains, GRID, overlap } from "../geometry/box";
import { boardOf, largeBoard, node, sampleBoard, TYPES, wire } from "../testing/boards";
import { randomOf } from "../testing/random";
import { layoutCommand, layoutInput } from "./board-layout";
import type { LayoutAnswer, LayoutPort, LayoutRequest } from "./client";
import { Layouts } from "./client";
import type { LayoutInput, LayoutNode } from "./layout";
import { layOutGraph } from "./layout";

const box = (id: string, x = 0, y = 0, more: Partial<LayoutNode> = {}): LayoutNode => ({
  id,
  x,
  y,
  width: 160,
  height: 84,
  ...more,
});
const run = (from: string, to: string) => ({ from, to, isExecution: true });

function boxesAfter(input: LayoutInput): Map<string, Box> {
  const places = new Map(layOutGraph(input).places);
  return new Map(input.nodes.map((each) => [each.id, { ...each, ...places.get(each.id) }]));
}

function noneOverlap(boxes: Iterable<Box>): boolean {
  const all = [...boxes];
  return all.every((one, index) => all.slice(index + 1).every((other) => !overlap(one, other)));
}

describe("a layout", () => {
  test("leads from left to right, lines of execution straight", () => {
    const input = {
      nodes: [
        box("c", 0, 0, { spine: 42, height: 132 }),
        box("a", 900, 300, { spine: 42 }),
        box("b", 10, 500, { spine: 42, height: 180 }),
        box("data", 400, 0),
      ],
      wires: [run("a", "b"), run("b", "c"), { from: "data", to: "c", isExecution: false }],
    };
    const after = boxesAfter(input);
    const [a, b, c, data] = ["a", "b", "c", "data"].map((id) => after.get(id) as Box);
    expect((a?.x ?? 0) + 160).toBeLessThan(b?.x ?? 0);
    expect((b?.x ?? 0) + 160).toBeLessThan(c?.x ?? 0);
    expect((data?.x ?? 0) + 160).toBeLessThan(c?.x ?? 0);
    expect(Math.abs((a?.y ?? 0) - (b?.y ?? 0))).toBeLessThanOrEqual(GRID);
    expect(Math.abs((b?.y ?? 0) - (c?.y ?? 0))).toBeLessThanOrEqual(GRID);
    expect(noneOverlap(after.values())).toBe(true);
  });

  test("stands on the grid, and its corner stays where it was", () => {
    const input = { nodes: [box("a", 333, 207), box("b", 700, 900)], wires: [run("a", "b")] };
    const after = [...boxesAfter(input).values()];
    expect(Math.min(...after.map((each) => each.x))).toBe(336);
    expect(Math.min(...after.map((each) => each.y))).toBe(208);
    expect(after.every((each) => each.x % GRID === 0 && each.y % GRID === 0)).toBe(true);
  });

  test("puts parts that no wire joins below each other, in their order", () => {
    const after = boxesAfter({
      nodes: [box("low", 0, 900), box("high", 0, 0), box("low2", 0, 950)],
      wires: [run("low", "low2")],
    });
    expect(after.get("high")?.y).toBeLessThan(after.get("low")?.y ?? 0);
    expect(noneOverlap(after.values())).toBe(true);
  });

  test("circles and wires to nowhere do not stop it", () => {
    const nodes = [box("a"), box("b"), box("c")];
    const after = boxesAfter({ nodes, wires: [run("a", "b"), run("b", "a"), run("c", "c"), run("a", "gone")] });
    expect(noneOverlap(after.values())).toBe(true);
    expect(layOutGraph({ nodes: [], wires: [] })).toEqual({ places: [], frames: [] });
  });

  test("comments keep their members, and nothing else", () => {
    const input = {
      nodes: [box("in1", 20, 60), box("in2", 20, 200), box("out", 900, 0)],
      frames: [
        { id: "frame", x: 0, y: 0, width: 400, height: 400 },
        { id: "empty", x: 2000, y: 0, width: 100, height: 100 },
      ],
      wires: [run("in1", "in2"), run("in2", "out")],
    };
    const result = layOutGraph(input);
    const after = boxesAfter(input);
    const frame = new Map(result.frames).get("frame") as Box;
    expect(contains(frame, after.get("in1") as Box)).toBe(true);
    expect(contains(frame, after.get("in2") as Box)).toBe(true);
    expect(overlap(frame, after.get("out") as Box)).toBe(false);
    expect(result.frames).toHaveLength(1);
  });

  test.each([1, 2, 3, 4, 5])("nothing overlaps on random graphs: seed %i", (seed) => {
    const random = randomOf(seed);
    const nodes = Array.from({ length: 60 }, (_, index) =>
      box(`n${index}`, random.below(2000), random.below(2000), { height: 60 + 24 * random.below(8), spine: 42 }),
    );
    const wires = Array.from({ length: 80 }, () => {
      return { from: `n${random.below(60)}`, to: `n${random.below(60)}`, isExecution: random.chance(0.5) };
    });
    const input = { nodes, wires };
    expect(noneOverlap(boxesAfter(input).values())).toBe(true);
    expect(layOutGraph(input)).toEqual(layOutGraph(input));
  });
});

describe("a board's layout", () => {
  test("is one command, and none if all stands well", () => {
    const board = sampleBoard();
    const command = layoutCommand(board, layOutGraph(layoutInput(board, TYPES, "")));
    expect(command?.command).toBe("move_many");
    const after = apply(board, command as never, TYPES).board;
    expect(after.layout.start?.x).toBeLessThan(after.layout.log?.x ?? 0);
    expect(layoutCommand(after, layOutGraph(layoutInput(after, TYPES, "")))).toBeUndefined();
  });

  test("looks at the open layer, or the selection", () => {
    const board = boardOf(
      node("a", "start"),
      node("b", "log_info", 5, 5),
      wire("a.exec_out", "b.exec_in"),
      { command: "collapse", id: "part", members: ["b"], name: "Part" },
      { command: "upsert_comment", id: "note", comment: { content: "hi" }, place: { x: 0, y: 0 } },
    );
    const ids = (layer: string, only?: Set<string>) =>
      layoutInput(board, TYPES, layer, only).nodes.map((each) => each.id);
    expect(ids("")).toEqual(["a", "part"]);
    expect(ids("part")).toEqual(["b"]);
    expect(ids("", new Set(["a"]))).toEqual(["a"]);
    const { wires, frames } = layoutInput(board, TYPES, "");
    expect(wires).toEqual([{ from: "a", to: "part", isExecution: true }]);
    expect(frames).toEqual([{ id: "note", x: 0, y: 0, width: 240, height: 128 }]);
  });

  test("of many nodes places them all", () => {
    const board = largeBoard(500);
    const result = layOutGraph(layoutInput(board, TYPES, ""));
    expect(result.places).toHaveLength(Object.keys(board.nodes).length);
  });
});

class FakePort implements LayoutPort {
  onmessage: LayoutPort["onmessage"] = null;
  onerror: LayoutPort["onerror"] = null;
  isOpen = true;
  readonly asked: LayoutRequest[] = [];

  postMessage(request: LayoutRequest): void {
    this.asked.push(request);
  }

  answer(id: number): void {
    const data: LayoutAnswer = { id, result: { places: [[`${id}`, { x: 0, y: 0 }]], frames: [] } };
    this.onmessage?.({ data });
  }

  terminate(): void {
    this.isOpen = false;
  }
}

describe("the client of the worker", () => {
  test("matches answers to requests and makes one worker", async () => {
    const ports: FakePort[] = [];
    const layouts = new Layouts(() => {
      const port = new FakePort();
      ports.push(port);
      return port;
    });
    expect(ports).toHaveLength(0);
    const [one, two] = [layouts.run({ nodes: [], wires: [] }), layouts.run({ nodes: [], wires: [] })];
    ports[0]?.answer(2);
    ports[0]?.answer(1);
    expect((await one).places[0]?.[0]).toBe("1");
    expect((await two).places[0]?.[0]).toBe("2");
    expect(ports).toHaveLength(1);
  });

  test("fails what waits if the worker does, and makes another", async () => {
    const ports: FakePort[] = [];
    const layouts = new Layouts(() => {
      const port = new FakePort();
      ports.push(port);
      return port;
    });
    const first = layouts.run({ nodes: [], wires: [] });
    ports[0]?.onerror?.({});
    await expect(first).rejects.toThrow("failed");
    expect(ports[0]?.isOpen).toBe(false);
    const second = layouts.run({ nodes: [], wires: [] });
    layouts.close();
    await expect(second).rejects.toThrow("called off");
    expect(ports).toHaveLength(2);
  });

  test("a worker that cannot be made is said", async () => {
    const layouts = new Layouts(() => {
      throw new Error("no workers here");
    });
    await expect(layouts.run({ nodes: [], wires: [] })).rejects.toThrow("no workers here");
  });
});
