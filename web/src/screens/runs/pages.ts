/** A list of runs as it grows at both ends: pages backwards in time, new runs at the head. */
import type { Page, Run } from "~/api";

export interface Runs {
  readonly rows: readonly Run[];
  /** New runs since the list was read that do not join up with it: the list has a gap. */
  readonly gap: boolean;
}

/**
 * The rows of the loaded pages with what a fresh look at the head says: new runs in front, states
 * renewed. If the head and the list have no run in common, more came than the head shows.
 */
export function joined(pages: readonly Page<Run>[], head: Page<Run> | undefined): Runs {
  const loaded = pages.flatMap(({ items }) => items);
  if (head === undefined || head.items.length === 0) {
    return { rows: loaded, gap: false };
  }
  const fresh = new Map(head.items.map((run) => [run.run_id, run]));
  const known = new Set<string>();
  const rows: Run[] = [];
  for (const run of loaded) {
    if (!known.has(run.run_id)) {
      known.add(run.run_id);
      rows.push(fresh.get(run.run_id) ?? run);
    }
  }
  const news = head.items.filter(({ run_id }) => !known.has(run_id));
  const meets = news.length < head.items.length;
  if (!meets && loaded.length > 0) {
    return { rows, gap: true };
  }
  return { rows: [...news, ...rows], gap: false };
}
