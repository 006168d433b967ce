import { expect, test } from "vitest";

import { feedOf } from "./trace";
import type { TraceNode } from "./types";

const node = (id: string, inputs: string[], outputs: string[], wired: TraceNode["wired"] = null): TraceNode => ({
  id,
  type: `${id}@1`,
  title: id,
  inputs,
  outputs,
  wired,
});
const START = node("start", [], ["exec_out", "a", "b"]);
const ADD = node("add", ["exec_in", "x", "y"], ["sum"], [
  [1, 1],
  [2, 2],
]);

test("what is no pin is no feed", () => {
  expect(feedOf({ ...ADD, wired: [[-1, -1]] }, START, 0)).toBeUndefined();
  expect(feedOf({ ...ADD, wired: [[1, -1]] }, START, 0)).toEqual({ input: "x", output: undefined });
  expect(feedOf(ADD, START, 1)).toEqual({ input: "y", output: "b" });
  expect(feedOf({ ...ADD, wired: null }, START, 1)).toEqual({ input: "x", output: undefined });
});
