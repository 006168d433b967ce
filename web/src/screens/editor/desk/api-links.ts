/** The editor's questions to the server, asked over its API. */
import {
  callHttpEvent,
  cancelRun,
  eventsOf,
  fetchAnswer,
  fetchRuns,
  publishEvent,
  putEvent,
  request,
  type Run,
  runQuery,
  traceQuery,
} from "~/api";
import { addressOf, call } from "~/api/call";
import { isObject, type Json, parse, readBoard, stringify } from "~/core";

import type { RunEvent, RunLink, StartRequest } from "../runs/room";
import { type BoardLink, type Difference, type HistoryRow, type Page, type PublishRequest, stateNamed } from "./board-link";
import type { Finding } from "./desk";

const ROUTE = "/apps/{app_id}/boards/{board_id}";
const RECENT = 30;
const EVENTS = 200;
const HISTORY = 50;

export function boardLink(app: string, board: string): BoardLink {
  const path = { app_id: app, board_id: board };
  return {
    history: (cursor) => call("get", `${ROUTE}/history`, { path, query: { limit: HISTORY, cursor } }) as Promise<Page<HistoryRow>>,
    versions: async () => (await call("get", `${ROUTE}/versions`, { path })).items,
    nameVersion: (bump, message) => call("post", `${ROUTE}/versions`, { path, body: { bump, message } }),
    diff: async (from, to) =>
      (await call("get", `${ROUTE}/diff`, { path, query: { from, to } })).differences as readonly Difference[],
    diffWith: async (other) =>
      (await call("post", `${ROUTE}/diff`, { path, raw: stringify({ board: other }) })).differences as readonly Difference[],
    restore: (to, base, ids) => call("post", `${ROUTE}/restore`, { path, raw: stringify({ base_revision: base, ...to, ids }) }),
    skipUndo: () => call("post", `${ROUTE}/undo/skip`, { path }),
    boardAt: async (state) => {
      const answer = await request<Json>(addressOf(ROUTE, path), { query: stateNamed(state), parse: (text) => parse(text) });
      return readBoard(isObject(answer) ? (answer["board"] ?? null) : null);
    },
    validate: async () => (await call("post", `${ROUTE}/validate`, { path, raw: "null" })).findings as unknown as readonly Finding[],
    prerun: (node) => call("get", `${ROUTE}/prerun`, { path, query: { node } }),
    events: async () => (await call("get", "/apps/{app_id}/events", { path: { app_id: app }, query: { limit: EVENTS } })).items,
    publish: (asked) => publish(app, board, asked),
    call: async (url, method, payload) => {
      const start = performance.now();
      const prefix = `/e/${encodeURIComponent(app)}`;
      const at = new URL(url, location.href).pathname;
      const answer = await callHttpEvent(app, method, at.startsWith(prefix) ? at.slice(prefix.length) : at, method === "GET" ? undefined : payload);
      return { status: answer.status, ms: Math.round(performance.now() - start), body: answer.text };
    },
  };
}

async function publish(app: string, board: string, asked: PublishRequest) {
  const http = asked.kind === "http" ? { method: asked.method, path: asked.path, access: asked.access } : {};
  await putEvent(app, { id: asked.id, name: asked.name, board, node: asked.node, kind: asked.kind, ...http } as Parameters<typeof putEvent>[1]);
  return publishEvent(app, asked.id, { bump: asked.bump, message: asked.message });
}

/** Runs of a board, started from the editor. */
export function runLink(app: string, board: string, fetchQuery: <T>(query: { queryFn?: unknown; queryKey: readonly unknown[] }) => Promise<T>): RunLink {
  return {
    start: (asked, signal) => startRun(app, board, asked, signal),
    cancel: (run) => cancelRun(app, run),
    run: (run) => fetchQuery(runQuery(app, run)),
    trace: (run) => fetchQuery(traceQuery(app, run)),
    recent: async () => (await fetchRuns(app, { board }, { limit: RECENT })).items as readonly Run[],
  };
}

async function* startRun(app: string, board: string, { node, payload }: StartRequest, signal: AbortSignal): AsyncGenerator<RunEvent> {
  const answer = await fetchAnswer(addressOf(`${ROUTE}/runs`, { app_id: app, board_id: board }), {
    method: "POST",
    raw: `{"node":${JSON.stringify(node)},"payload":${payload},"trace":"data","pinned":true}`,
    headers: { accept: "text/event-stream" },
    signal,
  });
  yield* eventsOf(answer);
}
