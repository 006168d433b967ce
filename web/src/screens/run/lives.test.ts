import { expect, test } from "vitest";

import type { Trace } from "~/api";
import type { SceneView } from "~/canvas";

import { livesOf } from "./lives";

const total = (node: string, errors = 0) => ({ node, count: 3, errors, total_us: 120, max_us: 50 });
const step = (seq: number, node: string, fired: string[]) => ({ seq, node, fired, state: "ok", iteration: 0, start_us: 0, duration_us: 1, ins: [] });
const told = (more: object) => ({ run: { level: "steps" }, program: { nodes: [] }, steps: [], values: [], errors: [], ...more }) as unknown as Trace;

function sceneOf(...wires: string[]): SceneView {
  const ends = wires.map((id) => id.split(/[.>]/));
  const views = ends.map(([node, key, to], index) => ({ id: wires[index], kind: "exec", from: { node, key }, to: { node: to, key: "exec_in" } }));
  return { wires: new Map(views.map((view) => [view.id, view])) } as unknown as SceneView;
}

test("a node that ran is done, one with errors failed, with the last of them", () => {
  const errors = [
    { node: "b", code: "x", message: "first", remedy: "" },
    { node: "b", code: "y", message: "second", remedy: "Do it." },
  ];
  const lives = livesOf([total("a"), total("b", 2)], told({ errors }), sceneOf());
  expect(lives.get("a")).toEqual({ state: "done", count: 3, totalUs: 120 });
  expect(lives.get("b")).toEqual({ state: "failed", count: 3, totalUs: 120, message: "second", remedy: "Do it." });
});

test("errors without a trace are told by the state alone", () => {
  expect(livesOf([total("a", 1)], undefined, sceneOf()).get("a")).toEqual({ state: "failed", count: 3, totalUs: 120 });
});

test("the way that was not taken is skipped; counts are those of the totals", () => {
  const lives = livesOf([total("if"), total("yes")], told({ steps: [step(1, "if", ["true"]), step(2, "yes", [])] }), sceneOf("if.true>yes", "if.false>no", "no.exec_out>after"));
  expect(lives.get("if")?.count).toBe(3);
  expect(lives.get("if.true>yes")?.state).toBe("done");
  expect(lives.get("if.false>no")?.state).toBe("skipped");
  expect(lives.get("no")?.state).toBe("skipped");
  expect(lives.get("after")?.state).toBe("skipped");
});
