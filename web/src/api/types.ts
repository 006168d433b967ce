/** What the server says, as far as the screens read it. Times are RFC 3339. */

export interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string | null;
}

export interface ServerInfo {
  readonly name: string;
  readonly auth: readonly ("link" | "password")[];
  readonly secure: boolean;
}

export interface User {
  readonly id: string;
  readonly name: string;
}

export interface Session {
  readonly user: User;
  readonly csrf?: string;
  readonly auth_time?: string;
  /** Whether a fresh sign-in is needed for weighty deeds. */
  readonly step_up?: boolean;
}

export interface SignedIn {
  readonly session?: string;
  readonly csrf?: string;
  readonly user: User;
}

export interface SessionRow {
  readonly id: string;
  readonly created_at: string;
  readonly last_seen_at?: string;
  readonly expires_at?: string;
  readonly agent?: string;
  readonly current?: boolean;
}

export interface App {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly updated_at: string;
  readonly boards: number;
  readonly events: number;
  readonly role: string;
  readonly permissions: readonly string[];
}

export interface Start {
  readonly id: string;
  readonly name: string;
  readonly type: string;
}

export interface BoardRow {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly revision: number;
  readonly updated_at: string;
  readonly updated_by: string;
  readonly nodes: number;
  readonly version?: string | null;
  readonly starts: readonly Start[];
}

export interface Version {
  readonly version: string;
  readonly revision: number;
  readonly created_at: string;
  readonly actor: string;
  readonly actor_name?: string;
  readonly message: string;
}

export type EventKind = "simple" | "generic" | "http";
export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** `events/<id>.json`: one way to start a run. */
export interface EventDocument {
  readonly format: "flowlike.event/1";
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly board: string;
  readonly version?: string;
  readonly node: string;
  readonly kind?: EventKind;
  readonly method?: Method;
  readonly path?: string;
  readonly access?: "private" | "public";
  readonly active?: boolean;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly settings?: Readonly<Record<string, unknown>>;
}

export interface Canary {
  readonly weight: number;
  readonly event_version: string;
  readonly board_version: string;
}

export interface EventRow {
  readonly event: EventDocument;
  readonly board_name?: string;
  readonly active: boolean;
  /** The version that is live; none if it was never published. */
  readonly live?: string | null;
  readonly live_board_version?: string | null;
  readonly canary?: Canary | null;
  readonly url?: string | null;
  readonly curl?: string | null;
  readonly updated_at: string;
}

export interface EventVersion {
  readonly event_version: string;
  readonly board_version: string;
  readonly created_at: string;
  readonly actor: string;
  readonly actor_name?: string;
  readonly message: string;
  readonly live?: boolean;
}

export interface Published {
  readonly event_version: string;
  readonly board_version?: string;
  readonly url?: string | null;
  readonly curl?: string | null;
}

export type RunStatus =
  | "pending"
  | "running"
  | "completed"
  | "failed"
  | "cancelled"
  | "timeout"
  | "interrupted";

export interface RunError {
  readonly code: string;
  readonly message: string;
  readonly node?: string;
  readonly pin?: string;
  readonly remedy?: string;
}

export interface Run {
  readonly run_id: string;
  readonly status: RunStatus;
  readonly event?: string;
  readonly event_name?: string;
  readonly board: string;
  readonly board_name?: string;
  readonly version?: string;
  readonly trigger: string;
  readonly actor: string;
  readonly actor_name?: string;
  readonly started_at: string;
  readonly ended_at?: string | null;
  readonly duration_ms?: number | null;
  readonly steps: number;
  readonly logs: number;
  readonly max_level?: number;
  readonly handled_errors: number;
  readonly level?: string;
  /** The start node. */
  readonly node?: string;
  readonly detail?: string;
  readonly request_id?: string;
  readonly error?: RunError | null;
}

export interface RunFilter {
  readonly status?: string | undefined;
  readonly event?: string | undefined;
  readonly board?: string | undefined;
  readonly trigger?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly q?: string | undefined;
}

export interface NodeTotal {
  readonly node: string;
  readonly count: number;
  readonly errors: number;
  readonly total_us: number;
  readonly max_us: number;
}

export interface LogLine {
  readonly seq: number;
  /** 0 debug, 1 info, 2 warning, 3 error, 4 fatal. */
  readonly level: number;
  readonly message: string;
  readonly node?: string;
  /** From the start of the run. */
  readonly at_us: number;
  readonly fields?: Readonly<Record<string, unknown>> | null;
}

export interface TraceNode {
  readonly id: string;
  readonly type: string;
  readonly title: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

export interface TraceStep {
  readonly seq: number;
  /** Id of the node. */
  readonly node: string;
  readonly parent: number;
  readonly iteration: number;
  readonly start_us: number;
  readonly duration_us: number;
  readonly fired: readonly string[];
  readonly state: "ok" | "error" | "skipped" | "cancelled";
  readonly ins?: readonly number[];
}

export interface TraceValue {
  readonly seq: number;
  readonly pin: string;
  readonly kind: "input" | "output" | "variable";
  readonly content: TraceContent;
}

export interface TraceContent {
  readonly shape: string;
  readonly size: number;
  readonly form: string;
  readonly data?: unknown;
  readonly head?: string;
}

export interface Trace {
  readonly run: Run;
  readonly payload?: TraceContent | null;
  readonly program: { readonly nodes: readonly TraceNode[] };
  readonly steps: readonly TraceStep[];
  readonly values: readonly TraceValue[];
  readonly logs: readonly LogLine[];
  readonly errors: readonly (RunError & { readonly seq?: number })[];
  readonly end?: { readonly status: string; readonly output?: TraceContent | null } | null;
  /** Parts of the recording are lost. */
  readonly damaged?: boolean;
}

/** What a run needs before it starts. */
export interface Prerun {
  readonly start: Start;
  readonly schema: Readonly<Record<string, unknown>>;
  readonly variables?: readonly unknown[];
  readonly capabilities?: readonly string[];
}
