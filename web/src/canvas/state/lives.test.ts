import { describe, expect, it } from "vitest";

import { Lives, type NodeLife } from "./lives";

const running: NodeLife = { state: "running", count: 0, totalUs: 0 };
const done: NodeLife = { state: "done", count: 1, totalUs: 12 };

function frames() {
  const waiting: (() => void)[] = [];
  return {
    schedule: (run: () => void) => waiting.push(run),
    turn: () => {
      const now = waiting.splice(0);
      for (const run of now) {
        run();
      }
      return now.length;
    },
  };
}

describe("what a run is doing", () => {
  it("is told once a frame, however often it changes", () => {
    const clock = frames();
    const lives = new Lives((run) => clock.schedule(run));
    let heard = 0;
    lives.watch("a", () => {
      heard += 1;
    });
    for (let round = 0; round < 500; round += 1) {
      lives.put("a", running);
    }
    lives.put("a", done);
    expect(heard).toBe(0);
    expect(clock.turn()).toBe(1);
    expect(heard).toBe(1);
    expect(lives.get("a")).toBe(done);
  });

  it("is told only to those who look at that node", () => {
    const clock = frames();
    const lives = new Lives((run) => clock.schedule(run));
    const heard: string[] = [];
    lives.watch("a", () => heard.push("a"));
    const stop = lives.watch("b", () => heard.push("b"));
    lives.put("b", running);
    clock.turn();
    expect(heard).toEqual(["b"]);
    stop();
    lives.put("b", done);
    clock.turn();
    expect(heard).toEqual(["b"]);
  });

  it("is told to those who look at everything, and forgotten", () => {
    const clock = frames();
    const lives = new Lives((run) => clock.schedule(run));
    let all = 0;
    const stop = lives.watchAll(() => {
      all += 1;
    });
    lives.put("a", running);
    lives.put("b", running);
    clock.turn();
    expect(all).toBe(1);
    lives.clear();
    clock.turn();
    expect(all).toBe(2);
    expect(lives.size).toBe(0);
    expect(lives.version).toBe(2);
    stop();
    lives.put("a", running);
    clock.turn();
    expect(all).toBe(2);
  });
});
