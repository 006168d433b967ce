import { expect, test } from "vitest";

import type { Trace } from "~/api";

import { livesOf } from "./lives";

const total = (node: string, errors = 0) => ({ node, count: 3, errors, total_us: 120, max_us: 50 });

test("a node that ran is done, one with errors failed, with the last of them", () => {
  const errors = [
    { node: "b", code: "x", message: "first", remedy: "" },
    { node: "b", code: "y", message: "second", remedy: "Do it." },
  ];
  const lives = livesOf([total("a"), total("b", 2)], { errors } as unknown as Trace);
  expect(lives.get("a")).toEqual({ state: "done", count: 3, totalUs: 120 });
  expect(lives.get("b")).toEqual({ state: "failed", count: 3, totalUs: 120, message: "second", remedy: "Do it." });
});

test("errors without a trace are told by the state alone", () => {
  expect(livesOf([total("a", 1)], undefined).get("a")).toEqual({ state: "failed", count: 3, totalUs: 120 });
});
