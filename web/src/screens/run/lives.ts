import type { NodeTotal, Trace } from "~/api";
import type { NodeLife } from "~/canvas";

/** What each node of a past run did, as the canvas shows it. */
export function livesOf(totals: readonly NodeTotal[], trace: Trace | undefined): ReadonlyMap<string, NodeLife> {
  const lives = new Map<string, NodeLife>();
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
