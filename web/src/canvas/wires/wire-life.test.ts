import { describe, expect, it } from "vitest";

import { Lives, type RunState } from "../state/lives";
import type { WireView } from "../view/model";
import { wireLife } from "./wire-life";

const exec: WireView = {
  id: "a.out>b.in",
  source: "a.out",
  target: "b.in",
  from: { node: "a", side: "out", key: "out" },
  to: { node: "b", side: "in", key: "in" },
  kind: "exec",
  hue: "exec",
  bad: "",
};

function lives(states: Readonly<Record<string, RunState>>): Lives {
  const made = new Lives(() => {});
  for (const [id, state] of Object.entries(states)) {
    made.put(id, { state, count: 1, totalUs: 1 });
  }
  return made;
}

describe("what a run says about a wire", () => {
  it("is nothing without a run", () => {
    expect(wireLife(lives({}), exec)).toBe("");
    expect(wireLife(lives({ other: "done" }), exec)).toBe("");
  });

  it("follows the nodes at its ends", () => {
    expect(wireLife(lives({ a: "done", b: "running" }), exec)).toBe("going");
    expect(wireLife(lives({ a: "done", b: "done" }), exec)).toBe("done");
    expect(wireLife(lives({ a: "done", b: "failed" }), exec)).toBe("done");
    expect(wireLife(lives({ a: "running", b: "queued" }), exec)).toBe("");
    expect(wireLife(lives({ a: "done", b: "skipped" }), exec)).toBe("skip");
    expect(wireLife(lives({ a: "done" }), exec)).toBe("");
  });

  it("says of a data wire only that it was passed by", () => {
    const data = { ...exec, kind: "data" as const };
    expect(wireLife(lives({ a: "done", b: "running" }), data)).toBe("");
    expect(wireLife(lives({ a: "skipped", b: "done" }), data)).toBe("");
    expect(wireLife(lives({ a: "done", b: "skipped" }), data)).toBe("skip");
  });

  it("believes what is known of the wire itself", () => {
    expect(wireLife(lives({ a: "done", b: "done", "a.out>b.in": "skipped" }), exec)).toBe("skip");
    expect(wireLife(lives({ "a.out>b.in": "done" }), exec)).toBe("done");
  });
});
