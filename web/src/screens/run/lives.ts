import type { NodeTotal, Trace } from "~/api";
import type { NodeLife, SceneView } from "~/canvas";

import { livesOf as livesOfStory, storyOf } from "../editor/runs/story";

/** What each node of a past run did, as the canvas shows it. The trace may have been cut, the totals have all. */
export function livesOf(totals: readonly NodeTotal[], trace: Trace | undefined, scene: SceneView): ReadonlyMap<string, NodeLife> {
  const lives = trace === undefined ? new Map<string, NodeLife>() : livesOfStory(storyOf(trace), scene);
  for (const { node, count, errors, total_us } of totals) {
    const error = errors > 0 ? trace?.errors.findLast((one) => one.node === node) : undefined;
    lives.set(node, {
      state: errors > 0 ? "failed" : "done",
      count,
      totalUs: total_us,
      ...(error === undefined ? {} : { message: error.message }),
      ...(error?.remedy === undefined || error.remedy === "" ? {} : { remedy: error.remedy }),
    });
  }
  return lives;
}
