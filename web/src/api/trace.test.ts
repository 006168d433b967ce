import { describe, expect, test } from "vitest";

import { feedOf, inputsOf } from "./trace";
import type { Trace, TraceContent, TraceNode, TraceStep } from "./types";

const node = (id: string, inputs: string[], outputs: string[], wired: TraceNode["wired"] = null): TraceNode => ({
  id,
  type: `${id}@1`,
  title: id,
  inputs,
  outputs,
  wired,
});
const number = (data: number): TraceContent => ({ shape: "integer", size: 8, form: "inline", data });
const step = (seq: number, at: string, ins: number[]): TraceStep => ({
  seq,
  node: at,
  parent: 0,
  iteration: -1,
  start_us: 0,
  duration_us: 0,
  fired: [],
  state: "ok",
  ins,
});

const START = node("start", [], ["exec_out", "a", "b"]);
const ADD = node("add", ["exec_in", "x", "y"], ["sum"], [
  [1, 1],
  [2, 2],
]);
const STEPS = [step(1, "start", []), step(2, "add", [1, 1])];
const TRACE = {
  program: { nodes: [START, ADD] },
  steps: STEPS,
  values: [
    { seq: 1, pin: "a", kind: "output", content: number(2) },
    { seq: 1, pin: "b", kind: "output", content: number(40) },
  ],
} as unknown as Trace;
const [, ADDING] = STEPS as [TraceStep, TraceStep];

const read = (trace: Trace) => [...inputsOf(trace, ADDING)].map(([pin, { data }]) => [pin, data]);

describe("what a step read", () => {
  test("is what the pins that feed it wrote", () => {
    expect(read(TRACE)).toEqual([
      ["x", 2],
      ["y", 40],
    ]);
  });

  test("is what was recorded with it, where it was", () => {
    const own = { seq: 2, pin: "x", kind: "input", content: number(7) };
    expect(read({ ...TRACE, values: [...TRACE.values, own] })).toEqual([
      ["x", 7],
      ["y", 40],
    ]);
  });

  test("nothing is guessed where several pins could have fed it", () => {
    const plain = { ...ADD, inputs: ["x", "y"], wired: null };
    expect(read({ ...TRACE, program: { nodes: [START, plain] } })).toEqual([]);
  });
});

test("what is no pin is no feed", () => {
  expect(feedOf({ ...ADD, wired: [[-1, -1]] }, START, 0)).toBeUndefined();
  expect(feedOf({ ...ADD, wired: [[1, -1]] }, START, 0)).toEqual({ input: "x", output: undefined });
  expect(feedOf({ ...ADD, wired: null }, START, 1)).toEqual({ input: "x", output: undefined });
});
