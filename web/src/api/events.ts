/** Events: how runs are started from outside. */
import { queryOptions } from "@tanstack/react-query";

import { parse as lossless } from "~/core";

import { errorOfFetch } from "./problems";
import { request, segment } from "./request";
import { credentials } from "./session";
import type { EventDocument, EventRow, EventVersion, Page, Published } from "./types";

const at = (app: string) => `/apps/${segment(app)}/events`;
const eventAt = (app: string, event: string) => `${at(app)}/${segment(event)}`;

export const eventsQuery = (app: string) =>
  queryOptions({
    queryKey: ["apps", app, "events"],
    queryFn: ({ signal }) => request<Page<EventRow>>(at(app), { signal }),
  });

export const eventQuery = (app: string, event: string) =>
  queryOptions({
    queryKey: ["apps", app, "events", event],
    queryFn: ({ signal }) => request<EventRow>(eventAt(app, event), { signal }),
  });

export const eventVersionsQuery = (app: string, event: string) =>
  queryOptions({
    queryKey: ["apps", app, "events", event, "versions"],
    queryFn: ({ signal }) => request<Page<EventVersion>>(`${eventAt(app, event)}/versions`, { signal }),
  });

export function putEvent(app: string, event: EventDocument): Promise<EventRow> {
  return request(eventAt(app, event.id), { method: "PUT", body: event });
}

export function deleteEvent(app: string, event: string): Promise<undefined> {
  return request(eventAt(app, event), { method: "DELETE" });
}

export interface Publishing {
  /** A published version of the board; without it the draft is published first, with `bump`. */
  readonly version?: string;
  readonly bump?: "major" | "minor" | "patch";
  readonly message?: string;
  /** The share of calls the new version gets, 0 to 1; without it, all. */
  readonly canary?: number;
}

export function publishEvent(app: string, event: string, publishing: Publishing): Promise<Published> {
  return request(`${eventAt(app, event)}/publish`, { method: "POST", body: publishing });
}

export function rollbackEvent(app: string, event: string, version: string): Promise<EventRow> {
  return request(`${eventAt(app, event)}/rollback`, { method: "POST", body: { event_version: version } });
}

export function setEventActive(app: string, event: string, active: boolean): Promise<EventRow> {
  return request(`${eventAt(app, event)}/active`, { method: "PATCH", body: { active } });
}

export interface Invoked {
  readonly run_id: string;
  readonly status?: string;
  readonly output?: unknown;
}

/** Starts the event as a program would, and waits for its answer. `payload` is JSON text. */
export function invokeEvent(app: string, event: string, payload: string): Promise<Invoked> {
  return request(`${eventAt(app, event)}/invoke`, {
    method: "POST",
    raw: `{"payload":${payload}}`,
    timeout: 60_000,
    parse: lossless,
  });
}

/** What an HTTP event answered, whatever it said. */
export interface HttpAnswer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  /** Of the answer: how a run can be found. */
  readonly requestId: string | undefined;
}

const ANSWER_MS = 60_000;

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
