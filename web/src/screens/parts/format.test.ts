import { describe, expect, test } from "vitest";

import { ago, bytes, count, counted, length, shortId, sinceWhen } from "./format";

const NOW = new Date(2026, 10, 25, 15, 30).getTime();
const before = (ms: number) => new Date(NOW - ms).toISOString();
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe("how long ago", () => {
  test.each([
    [0, "just now"],
    [-5000, "just now"],
    [44_000, "just now"],
    [50_000, "1 min ago"],
    [4 * MINUTE, "4 min ago"],
    [2 * HOUR, "13:30"],
    [DAY, "yesterday"],
    [3 * DAY, "Sunday"],
    [20 * DAY, "5 Nov"],
    [400 * DAY, "21 Oct 2025"],
  ])("%i ms: %s", (ms, words) => {
    expect(ago(before(ms), NOW)).toBe(words);
  });

  test("since when it is: a time today, a day before", () => {
    expect(sinceWhen(before(4 * MINUTE), NOW)).toBe("15:26");
    expect(sinceWhen(before(DAY), NOW)).toBe("yesterday");
  });

  test("what is no time is no word", () => {
    expect(ago("", NOW)).toBe("");
  });
});

test.each([
  [0, "0 µs"],
  [0.42, "420 µs"],
  [3.14, "3.1 ms"],
  [208.4, "208 ms"],
  [1360, "1.36 s"],
  [42_000, "42.0 s"],
  [2_471_000, "41 min 11 s"],
  [11_100_000, "3 h 5 min"],
])("%f ms is %s", (ms, words) => {
  expect(length(ms)).toBe(words);
});

test("counts, sizes and ids", () => {
  expect(count(1284)).toBe("1,284");
  expect(counted(1, "board")).toBe("1 board");
  expect(counted(0, "entry", "entries")).toBe("0 entries");
  expect(bytes(999)).toBe("999 B");
  expect(bytes(1_900)).toBe("1.9 kB");
  expect(shortId("01kd9x0abcdefghijk8f2c41a7")).toBe("8F2C41A7");
});
