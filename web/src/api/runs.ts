/** Runs: the list, one run, starting, stopping, watching. */
import { queryOptions } from "@tanstack/react-query";

import { parse as lossless } from "~/core";

import { follow, type ServerEvent } from "./stream";
import { request, segment } from "./request";
import type { LogLine, NodeTotal, Page, Run, RunFilter, Trace } from "./types";

const at = (app: string) => `/apps/${segment(app)}/runs`;
const runAt = (app: string, run: string) => `${at(app)}/${segment(run)}`;

const OVER: ReadonlySet<string> = new Set(["completed", "failed", "cancelled", "timeout", "interrupted"]);
const AGAIN_MS = 1500;

export function isOver(run: Pick<Run, "status">): boolean {
  return OVER.has(run.status);
}

export function fetchRuns(
  app: string,
  filter: RunFilter,
  page: { readonly limit?: number; readonly cursor?: string | undefined; readonly signal?: AbortSignal },
): Promise<Page<Run>> {
  return request(at(app), { query: { ...filter, limit: page.limit, cursor: page.cursor }, signal: page.signal });
}

export const runsQuery = (app: string, filter: RunFilter = {}, limit = 50) =>
  queryOptions({
    queryKey: ["apps", app, "runs", filter, limit],
    queryFn: ({ signal }) => fetchRuns(app, filter, { limit, signal }),
  });

/** One run; asked again until it is over. */
export const runQuery = (app: string, run: string) =>
  queryOptions({
    queryKey: ["apps", app, "runs", run],
    queryFn: ({ signal }) => request<Run>(runAt(app, run), { signal }),
    refetchInterval: ({ state }) => (state.data === undefined || isOver(state.data) ? false : AGAIN_MS),
  });

export const traceQuery = (app: string, run: string) =>
  queryOptions({
    queryKey: ["apps", app, "runs", run, "trace"],
    queryFn: ({ signal }) => request<Trace>(`${runAt(app, run)}/trace`, { signal, timeout: 60_000, parse: lossless }),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const nodeTotalsQuery = (app: string, run: string) =>
  queryOptions({
    queryKey: ["apps", app, "runs", run, "nodes"],
    queryFn: ({ signal }) => request<Page<NodeTotal>>(`${runAt(app, run)}/nodes`, { signal }),
  });

export interface LogFilter {
  readonly level?: string | undefined;
  readonly q?: string | undefined;
}

export function fetchLogs(
  app: string,
  run: string,
  filter: LogFilter,
  page: { readonly cursor?: string | undefined; readonly signal?: AbortSignal },
): Promise<Page<LogLine>> {
  return request(`${runAt(app, run)}/logs`, { query: { ...filter, cursor: page.cursor }, signal: page.signal });
}

export function cancelRun(app: string, run: string): Promise<undefined> {
  return request(`${runAt(app, run)}/cancel`, { method: "POST" });
}

/** Runs the same again; `payload` is JSON text. */
export function rerun(
  app: string,
  run: string,
  how: { readonly latest?: boolean; readonly payload?: string } = {},
): Promise<{ readonly run_id: string }> {
  const payload = how.payload === undefined ? "" : `,"payload":${how.payload}`;
  return request(`${runAt(app, run)}/rerun`, {
    method: "POST",
    raw: `{"latest":${how.latest ?? false}${payload}}`,
    headers: { prefer: "respond-async" },
  });
}

/** The live events of a run, from the first or after one, until it is done. */
export function followRun(app: string, run: string, signal: AbortSignal, after = ""): AsyncGenerator<ServerEvent> {
  return follow(`${runAt(app, run)}/events`, { signal, after, last: "done" });
}
