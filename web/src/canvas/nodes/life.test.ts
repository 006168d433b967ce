import { describe, expect, it } from "vitest";

import { duration, tagText } from "./life";

describe("a span of time", () => {
  it.each([
    [0, "1 µs"],
    [999, "999 µs"],
    [1500, "1.5 ms"],
    [2000, "2 ms"],
    [188_400, "188 ms"],
    [1_000_000, "1 s"],
    [1_340_000, "1.3 s"],
    [59_940_000, "59.9 s"],
    [2_471_000_000, "41 min 11 s"],
    [7_260_000_000, "2 h 1 min"],
  ])("of %d µs reads %s", (us, text) => {
    expect(duration(us)).toBe(text);
  });
});

describe("the tag of a node", () => {
  it("says what is going on", () => {
    expect(tagText({ state: "running", count: 2, totalUs: 0, of: 3 })).toMatchObject({ word: "Running", more: "2 of 3" });
    expect(tagText({ state: "done", count: 1, totalUs: 188_000 })).toMatchObject({ tone: "ok", more: "188 ms" });
    expect(tagText({ state: "done", count: 1200, totalUs: 3_400_000 })).toMatchObject({ more: "1,200× · 3.4 s" });
    expect(tagText({ state: "failed", count: 1, totalUs: 1000 })).toMatchObject({ tone: "fail", word: "Failed" });
    expect(tagText({ state: "skipped", count: 0, totalUs: 0 })).toMatchObject({ tone: "idle", more: "" });
    expect(tagText({ state: "queued", count: 0, totalUs: 5 }).more).toBe("");
  });
});
