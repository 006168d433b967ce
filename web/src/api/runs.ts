/** Runs: the list, one run, starting, stopping, watching. */
import { queryOptions } from "@tanstack/react-query";

import { parse as lossless } from "~/core";

import { addressOf, call } from "./call";
import { follow, type ServerEvent } from "./stream";
import type { Page, Run, RunFilter, RunStatus } from "./types";

const TRACE_MS = 60_000;
const AGAIN_MS = 1500;
const OVER: ReadonlySet<string> = new Set(["completed", "failed", "cancelled", "timeout", "interrupted"]);
const at = (app: string, run: string) => ({ app_id: app, run_id: run });

export function isOver(run: Pick<Run, "status">): boolean {
  return OVER.has(run.status);
}

export function fetchRuns(
  app: string,
  { status, ...filter }: RunFilter,
  page: { readonly limit?: number; readonly cursor?: string | undefined; readonly signal?: AbortSignal },
): Promise<Page<Run>> {
  return call("get", "/apps/{app_id}/runs", {
    path: { app_id: app },
    query: { ...filter, status: status as RunStatus | undefined, limit: page.limit, cursor: page.cursor },
    signal: page.signal,
  });
}

export const runsQuery = (app: string, filter: RunFilter = {}, limit = 50) =>
  queryOptions({
    queryKey: ["apps", app, "runs", filter, limit],
    queryFn: ({ signal }) => fetchRuns(app, filter, { limit, signal }),
  });

/** How many runs an app had in each of `count` hours from `since` on, a moment of RFC 3339. */
export const activityQuery = (app: string, since: string, count: number) =>
  queryOptions({
    queryKey: ["apps", app, "runs", "activity", since, count],
    queryFn: ({ signal }) => call("get", "/apps/{app_id}/activity", { path: { app_id: app }, query: { since, step: 3600, count }, signal }),
  });

/** One run; asked again until it is over. */
export const runQuery = (app: string, run: string) =>
  queryOptions({
    queryKey: ["apps", app, "runs", run],
    queryFn: ({ signal }) => call("get", "/apps/{app_id}/runs/{run_id}", { path: at(app, run), signal }),
    refetchInterval: ({ state }) => (state.data === undefined || isOver(state.data) ? false : AGAIN_MS),
  });

/** Everything that was recorded; numbers of its values as they were. */
export const traceQuery = (app: string, run: string) =>
  queryOptions({
    queryKey: ["apps", app, "runs", run, "trace"],
    queryFn: ({ signal }) =>
      call("get", "/apps/{app_id}/runs/{run_id}/trace", { path: at(app, run), signal, timeout: TRACE_MS, parse: lossless }),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const nodeTotalsQuery = (app: string, run: string) =>
  queryOptions({
    queryKey: ["apps", app, "runs", run, "nodes"],
    queryFn: ({ signal }) => call("get", "/apps/{app_id}/runs/{run_id}/nodes", { path: at(app, run), signal }),
  });

export interface LogFilter {
  /** The least level, as a number in text. */
  readonly level?: string | undefined;
  readonly q?: string | undefined;
}

export function fetchLogs(
  app: string,
  run: string,
  { level, q }: LogFilter,
  page: { readonly cursor?: string | undefined; readonly signal?: AbortSignal },
) {
  return call("get", "/apps/{app_id}/runs/{run_id}/logs", {
    path: at(app, run),
    query: { level: level === undefined ? undefined : Number(level), q, cursor: page.cursor },
    signal: page.signal,
  });
}

export const cancelRun = (app: string, run: string) =>
  call("post", "/apps/{app_id}/runs/{run_id}/cancel", { path: at(app, run) });

/** Runs the same again; `payload` is JSON text. */
export function rerun(
  app: string,
  run: string,
  how: { readonly latest?: boolean; readonly payload?: string } = {},
): Promise<{ readonly run_id: string }> {
  const payload = how.payload === undefined ? "" : `,"payload":${how.payload}`;
  return call("post", "/apps/{app_id}/runs/{run_id}/rerun", {
    path: at(app, run),
    raw: `{"latest":${how.latest ?? false}${payload}}`,
    headers: { prefer: "respond-async" },
  }) as Promise<{ readonly run_id: string }>;
}

/** The live events of a run, from the first or after one, until it is done. */
export function followRun(app: string, run: string, signal: AbortSignal, after = ""): AsyncGenerator<ServerEvent> {
  return follow(addressOf("/apps/{app_id}/runs/{run_id}/events", at(app, run)), { signal, after, last: "done" });
}
