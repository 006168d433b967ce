import { describe, expect, test } from "vitest";

import type { Trace, TraceStep } from "~/api";

import { type Lane, lanesOf, lengthOf, spansOf, ticksOf } from "./timeline";

function step(seq: number, node: string, start_us: number, duration_us: number, rest: Partial<TraceStep> = {}): TraceStep {
  return { seq, node, start_us, duration_us, parent: 0, iteration: -1, fired: [], state: "ok", ins: [], ...rest };
}

function trace(steps: readonly TraceStep[]): Trace {
  const nodes = ["start", "loop", "work"].map((id) => ({ id, type: `${id}@1`, title: id.toUpperCase(), inputs: [], outputs: [] }));
  return { run: { duration_ms: 1 }, program: { nodes }, steps, values: [], logs: [], errors: [] } as unknown as Trace;
}

const LOOP = trace([
  step(1, "start", 0, 10),
  step(2, "loop", 10, 900),
  step(3, "work", 20, 100, { parent: 2, iteration: 0 }),
  step(4, "work", 200, 100, { parent: 2, iteration: 1, state: "error" }),
  step(5, "work", 301, 100, { parent: 2, iteration: 2 }),
]);

describe("lanes", () => {
  const lanes = lanesOf(LOOP);

  test("stand in the order of their first activation, as deep as they lie", () => {
    expect(lanes.map(({ title, depth, outer }) => [title, depth, outer])).toEqual([
      ["START", 0, false],
      ["LOOP", 0, true],
      ["WORK", 1, false],
    ]);
  });

  test("count activations, errors and time", () => {
    expect(lanes[2]).toMatchObject({ errors: 1, total: 300 });
    expect(lanes[2]?.steps).toHaveLength(3);
  });

  test("a node the program does not know keeps its id", () => {
    expect(lanesOf(trace([step(1, "gone", 0, 1)]))[0]).toMatchObject({ title: "gone", type: "" });
  });
});

describe("spans", () => {
  const work = lanesOf(LOOP)[2] as Lane;

  test("are told apart where there is room, and a failure always", () => {
    expect(spansOf(work, 1000, 1000).map(({ from, to, bad }) => [from, to, bad])).toEqual([
      [20, 120, false],
      [200, 300, true],
      [301, 401, false],
    ]);
  });

  test("are bounded by the width, whatever the number of activations", () => {
    const many = trace(Array.from({ length: 50_000 }, (_, index) => step(index + 1, "work", index * 2, 1)));
    const [lane] = lanesOf(many);
    const spans = spansOf(lane as Lane, 100_000, 500);
    expect(spans.length).toBeLessThanOrEqual(501);
    expect(spans.reduce((sum, span) => sum + span.count, 0)).toBe(50_000);
  });
});

test("a run is as long as its last step, and never nothing", () => {
  expect(lengthOf(LOOP)).toBe(1000);
  expect(lengthOf({ ...LOOP, run: { ...LOOP.run, duration_ms: null }, steps: [] })).toBe(1);
});

test.each([
  [1000, 5, [0, 200, 400, 600, 800, 1000]],
  [1360, 4, [0, 500, 1000]],
  [7, 10, [0, 1, 2, 3, 4, 5, 6, 7]],
])("an axis of %i with about %i marks", (length, wanted, ticks) => {
  expect(ticksOf(length, wanted)).toEqual(ticks);
});
