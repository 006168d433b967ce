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

/** Of an event whose last run went well, so many that went wrong and this share of them are worth a word. */
const OFTEN = 3;
const OFTEN_SHARE = 0.1;

/** An event whose last run went wrong, or that goes wrong every now and then. */
export interface Failing {
  readonly app: App;
  readonly event: string;
  readonly name: string;
  /** The last run that went wrong. */
  readonly last: Run;
  /** Runs that went wrong: the last in a row, or some of the last `of`. */
  readonly times: number;
  readonly of?: number;
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

/** Events that go wrong, the latest failure first. Runs may come in any order. */
export function failing(runs: readonly InApp<Run>[]): Failing[] {
  const byEvent = new Map<string, InApp<Run>[]>();
  for (const run of runs) {
    if (run.it.event !== undefined && run.it.event !== "" && isOver(run.it)) {
      const key = `${run.app.id}/${run.it.event}`;
      byEvent.set(key, [...(byEvent.get(key) ?? []), run]);
    }
  }
  return [...byEvent.values()]
    .flatMap((group) => failingOf([...group].sort((one, two) => two.it.started_at.localeCompare(one.it.started_at))))
    .sort((one, two) => two.last.started_at.localeCompare(one.last.started_at));
}

function failingOf(latestFirst: readonly InApp<Run>[]): Failing[] {
  const bad = latestFirst.filter(({ it }) => wentWrong(it));
  const [last] = bad;
  if (last === undefined) {
    return [];
  }
  const good = latestFirst.findIndex(({ it }) => !wentWrong(it));
  const row = good < 0 ? bad.length : good;
  if (row === 0 && (bad.length < OFTEN || bad.length < latestFirst.length * OFTEN_SHARE)) {
    return [];
  }
  const { app, it } = last;
  const times = row === 0 ? bad.length : row;
  return [
    {
      app,
      event: it.event ?? "",
      name: it.event_name ?? it.event ?? "",
      last: it,
      times,
      ...(row === 0 ? { of: latestFirst.length } : {}),
      since: bad[times - 1]?.it.started_at ?? it.started_at,
    },
  ];
}
