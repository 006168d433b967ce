/** What happens in all of a person's apps, put together for the first screen. */
import { useQueries, useQuery } from "@tanstack/react-query";

import { type App, appsQuery, type BoardRow, boardsQuery, type EventRow, eventsQuery, isOver, type Run, runsQuery } from "~/api";

import { wentWrong } from "../parts/run-state";

/** Of so many apps, those changed last, everything is asked. */
const MOST_APPS = 8;
const RUNS_EACH = 50;
const AGAIN_MS = 4000;

export interface InApp<T> {
  readonly app: App;
  readonly it: T;
}

/** An event whose last run went wrong. */
export interface Failing {
  readonly app: App;
  readonly event: string;
  readonly name: string;
  readonly last: Run;
  /** Runs that went wrong in a row. */
  readonly times: number;
  readonly since: string;
}

export function useAcross() {
  const apps = useQuery(appsQuery);
  const some = newestFirst(apps.data?.items ?? []).slice(0, MOST_APPS);
  const boards = useQueries({ queries: some.map(({ id }) => boardsQuery(id)) });
  const events = useQueries({ queries: some.map(({ id }) => eventsQuery(id)) });
  const runs = useQueries({
    queries: some.map(({ id }) => ({ ...runsQuery(id, {}, RUNS_EACH), refetchInterval: AGAIN_MS })),
  });
  const allRuns = within(some, runs);
  return {
    apps,
    some,
    waiting: apps.isPending || boards.some((each) => each.isPending) || runs.some((each) => each.isPending),
    boards: within<BoardRow>(some, boards).sort((one, two) => two.it.updated_at.localeCompare(one.it.updated_at)),
    events: within<EventRow>(some, events),
    runs: allRuns.sort((one, two) => two.it.started_at.localeCompare(one.it.started_at)),
    running: allRuns.filter(({ it }) => !isOver(it)),
    failing: failing(allRuns),
  };
}

export function newestFirst(apps: readonly App[]): App[] {
  return [...apps].sort((one, two) => two.updated_at.localeCompare(one.updated_at));
}

function within<T>(
  apps: readonly App[],
  answers: readonly { readonly data: { readonly items: readonly T[] } | undefined }[],
): InApp<T>[] {
  return apps.flatMap((app, index) => (answers[index]?.data?.items ?? []).map((it) => ({ app, it })));
}

/** Events whose last finished run went wrong, the latest first. Runs may come in any order. */
export function failing(runs: readonly InApp<Run>[]): Failing[] {
  const byEvent = new Map<string, InApp<Run>[]>();
  for (const run of runs) {
    if (run.it.event !== undefined && run.it.event !== "" && isOver(run.it)) {
      const key = `${run.app.id}/${run.it.event}`;
      byEvent.set(key, [...(byEvent.get(key) ?? []), run]);
    }
  }
  const found: Failing[] = [];
  for (const group of byEvent.values()) {
    const sorted = [...group].sort((one, two) => two.it.started_at.localeCompare(one.it.started_at));
    const good = sorted.findIndex(({ it }) => !wentWrong(it));
    const bad = good < 0 ? sorted : sorted.slice(0, good);
    const [last] = bad;
    if (last !== undefined) {
      found.push({
        app: last.app,
        event: last.it.event ?? "",
        name: last.it.event_name ?? last.it.event ?? "",
        last: last.it,
        times: bad.length,
        since: bad.at(-1)?.it.started_at ?? last.it.started_at,
      });
    }
  }
  return found.sort((one, two) => two.last.started_at.localeCompare(one.last.started_at));
}
