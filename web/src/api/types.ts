/** What the server says, by the names the screens use. The shapes are its own: see `schema.d.ts`. */
import type { components } from "./schema";

type Of<Name extends keyof components["schemas"]> = components["schemas"][Name];

export interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string | null;
}

export type ServerInfo = Of<"Info">;
export type User = Of<"User">;
export type Session = Of<"SessionView">;
export type SignedIn = Of<"SignedIn">;
export type SessionRow = Of<"SessionRow">;

export type App = Of<"AppView">;
export type Start = Of<"Start">;
export type BoardRow = Of<"BoardRow">;
export type Version = Of<"VersionView">;
export type Prerun = Of<"Prerun">;

/** `events/<id>.json`: one way to start a run. */
export type EventDocument = Of<"Event">;
export type EventKind = Of<"EventKind">;
export type Method = Of<"Method">;
export type EventRow = Of<"EventRow">;
export type EventVersion = Of<"EventVersionView">;
export type Published = Of<"Published">;
export type Publishing = Of<"Publishing">;

export type Run = Of<"RunView">;
export type RunError = Of<"RunErrorView">;
export type RunStatus = "pending" | "running" | "completed" | "failed" | "cancelled" | "timeout" | "interrupted";
export type NodeTotal = Of<"NodeTotal">;
export type LogLine = Of<"LogView">;
export type Trace = Of<"Trace">;
export type TraceNode = Of<"TraceNode">;
export type TraceStep = Of<"TraceStep">;
export type TraceValue = Of<"TraceValue">;
export type TraceContent = Of<"ContentView">;

export interface RunFilter {
  readonly status?: string | undefined;
  readonly event?: string | undefined;
  readonly board?: string | undefined;
  readonly trigger?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly q?: string | undefined;
}
