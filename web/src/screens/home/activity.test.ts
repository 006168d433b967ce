import { afterEach, describe, expect, test, vi } from "vitest";

import { byDay, DAYS, firstDay, hoursFrom, ofToday, sum, together } from "./activity";

afterEach(() => void vi.unstubAllEnvs());

const hours = (count: number, at: Readonly<Record<number, number>> = {}) =>
  Array.from({ length: count }, (_, hour) => ({ runs: at[hour] ?? 0, failed: 0 }));

describe("the last days", () => {
  test("begin at midnight and end with this one", () => {
    const now = new Date(2026, 10, 25, 14, 30);
    const first = firstDay(now);
    expect([first.getDate(), first.getHours()]).toEqual([12, 0]);
    expect(hoursFrom(first, now)).toBe(24 * DAYS);
    const days = byDay(hours(24 * DAYS, { 0: 1, 23: 2, 24: 4, 335: 8 }), first);
    expect(days).toHaveLength(DAYS);
    expect(days.map(({ runs }) => runs)).toEqual([3, 4, ...Array.from({ length: DAYS - 3 }, () => 0), 8]);
    expect(ofToday(hours(24 * DAYS, { 312: 5, 335: 8 }), first, now).map(({ runs }) => runs)).toEqual([5, ...Array.from({ length: 22 }, () => 0), 8]);
  });

  test.each([
    ["2026-10-25", 25],
    ["2026-03-29", 23],
  ])("%s has %i hours where clocks are changed", (day, length) => {
    vi.stubEnv("TZ", "Europe/Berlin");
    const now = new Date(`${day}T12:00:00`);
    const first = firstDay(now);
    const count = hoursFrom(first, now);
    expect(count).toBe(24 * (DAYS - 1) + length);
    expect(ofToday(hours(count), first, now)).toHaveLength(length);
    expect(byDay(hours(count, { [count - 1]: 1 }), first).at(-1)).toEqual({ runs: 1, failed: 0 });
    const later = new Date(now.getTime() + 3 * 24 * 3_600_000);
    const since = firstDay(later);
    const all = byDay(hours(hoursFrom(since, later)).map(() => ({ runs: 1, failed: 0 })), since);
    expect(all.map(({ runs }) => runs)).toEqual(Array.from({ length: DAYS }, (_, at) => (at === DAYS - 4 ? length : 24)));
  });
});

test("apps are added up hour by hour", () => {
  expect(together([])).toEqual([]);
  const both = together([[{ runs: 1, failed: 1 }], [{ runs: 2, failed: 0 }]]);
  expect(both).toEqual([{ runs: 3, failed: 1 }]);
  expect(sum([...both, ...both])).toEqual({ runs: 6, failed: 2 });
});
