import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { LongPress, type Touch } from "./long-press";

const at = (x: number, pointerId = 1, pointerType = "touch"): Touch => ({ pointerId, pointerType, clientX: x, clientY: 0 });

describe("a finger that stays", () => {
  let asked: Touch[];
  let press: LongPress<Touch>;
  beforeEach(() => {
    vi.useFakeTimers();
    asked = [];
    press = new LongPress((event) => asked.push(event));
  });
  afterEach(() => vi.useRealTimers());

  test("asks for the menu once, and the browser's own asking is an echo", () => {
    press.down(at(10));
    press.move(at(14));
    expect(press.isEcho()).toBe(false);
    press.down(at(10));
    vi.advanceTimersByTime(600);
    expect([asked.length, press.isEcho()]).toEqual([1, true]);
    vi.advanceTimersByTime(2000);
    expect([asked.length, press.isEcho()]).toEqual([1, false]);
  });

  test("not if it moves, is lifted, or a second finger comes", () => {
    press.down(at(10));
    press.move(at(30));
    vi.advanceTimersByTime(600);
    press.down(at(10));
    press.end();
    vi.advanceTimersByTime(600);
    press.down(at(10));
    press.down(at(90, 2));
    vi.advanceTimersByTime(600);
    expect(asked).toEqual([]);
  });

  test("nor does a mouse button that is held", () => {
    press.down(at(10, 1, "mouse"));
    vi.advanceTimersByTime(600);
    expect(asked).toEqual([]);
  });
});
