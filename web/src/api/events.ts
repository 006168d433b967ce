/** Events: how runs are started from outside. */
import { queryOptions } from "@tanstack/react-query";

import { parse as lossless } from "~/core";

import { call } from "./call";
import { errorOfFetch } from "./problems";
import { segment } from "./request";
import { credentials } from "./session";
import type { EventDocument, Publishing } from "./types";

const MOST = 200;
const ANSWER_MS = 60_000;
const at = (app: string, event: string) => ({ app_id: app, event_id: event });

export const eventsQuery = (app: string) =>
  queryOptions({
    queryKey: ["apps", app, "events"],
    queryFn: ({ signal }) => call("get", "/apps/{app_id}/events", { path: { app_id: app }, query: { limit: MOST }, signal }),
  });

export const eventQuery = (app: string, event: string) =>
  queryOptions({
    queryKey: ["apps", app, "events", event],
    queryFn: ({ signal }) => call("get", "/apps/{app_id}/events/{event_id}", { path: at(app, event), signal }),
  });

export const eventVersionsQuery = (app: string, event: string) =>
  queryOptions({
    queryKey: ["apps", app, "events", event, "versions"],
    queryFn: ({ signal }) => call("get", "/apps/{app_id}/events/{event_id}/versions", { path: at(app, event), signal }),
  });

export const putEvent = (app: string, event: EventDocument) =>
  call("put", "/apps/{app_id}/events/{event_id}", { path: at(app, event.id), body: event });

export const deleteEvent = (app: string, event: string) =>
  call("delete", "/apps/{app_id}/events/{event_id}", { path: at(app, event) });

export const publishEvent = (app: string, event: string, publishing: Publishing) =>
  call("post", "/apps/{app_id}/events/{event_id}/publish", { path: at(app, event), body: publishing });

export const rollbackEvent = (app: string, event: string, version: string) =>
  call("post", "/apps/{app_id}/events/{event_id}/rollback", { path: at(app, event), body: { event_version: version } });

export const setEventActive = (app: string, event: string, active: boolean) =>
  call("patch", "/apps/{app_id}/events/{event_id}/active", { path: at(app, event), body: { active } });

export interface Invoked {
  readonly run_id: string;
  readonly output?: unknown;
}

/** Starts the event as a program would, and waits for its answer. `payload` is JSON text. */
export function invokeEvent(app: string, event: string, payload: string): Promise<Invoked> {
  return call("post", "/apps/{app_id}/events/{event_id}/invoke", {
    path: at(app, event),
    raw: `{"payload":${payload}}`,
    timeout: ANSWER_MS,
    parse: lossless,
  }) as Promise<Invoked>;
}

/** What an HTTP event answered, whatever it said. */
export interface HttpAnswer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  /** Of the answer: how a run can be found. */
  readonly requestId: string | undefined;
}

/** Calls an HTTP event as any program would, with the session of this page. `path` is the event's. */
export async function callHttpEvent(app: string, method: string, path: string, body: string | undefined): Promise<HttpAnswer> {
  const unsafe = method !== "GET";
  try {
    const answer = await fetch(`/e/${segment(app)}${path}`, {
      method,
      headers: { ...credentials(unsafe), ...(body === undefined ? {} : { "content-type": "application/json" }) },
      body: body ?? null,
      signal: AbortSignal.timeout(ANSWER_MS),
      credentials: "same-origin",
      cache: "no-store",
      redirect: "manual",
    });
    return {
      status: answer.status,
      type: answer.headers.get("content-type") ?? "",
      text: await answer.text(),
      requestId: answer.headers.get("x-request-id") ?? undefined,
    };
  } catch (thrown) {
    throw errorOfFetch(thrown);
  }
}
