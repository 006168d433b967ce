/** What can go wrong between this page and the server, as one typed error. */

export type ApiErrorKind =
  /** No answer: no network, no server, a proxy that gave up. */
  | "unreachable"
  /** The answer took longer than it may. */
  | "slow"
  | "unauthenticated"
  /** It takes a fresh sign-in. */
  | "step-up"
  | "forbidden"
  | "missing"
  | "conflict"
  | "invalid"
  /** Too many requests, or no room now; `retryAfter` says when. */
  | "busy"
  | "broken"
  /** An answer that is not what the contract says. */
  | "unreadable";

/** One thing that is wrong with what was sent; `pointer` is a JSON pointer into it. */
export interface Fault {
  readonly pointer: string;
  readonly message: string;
}

export interface Where {
  readonly node?: string;
  readonly pin?: string;
  readonly path?: string;
  readonly line?: number;
}

/** Problem details (RFC 9457) as our server writes them. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail?: string;
  readonly remedy?: string;
  readonly request_id?: string;
  readonly permission?: string;
  readonly where?: Where;
  readonly errors?: readonly Fault[];
}

export class ApiError extends Error {
  readonly kind: ApiErrorKind;
  /** HTTP status; 0 if there was no answer. */
  readonly status: number;
  readonly code: string;
  readonly remedy: string | undefined;
  readonly requestId: string | undefined;
  /** The permission that is missing. */
  readonly permission: string | undefined;
  readonly where: Where | undefined;
  readonly faults: readonly Fault[];
  /** Seconds after which it is worth trying again. */
  readonly retryAfter: number | undefined;
  /** The whole problem, with the members its route adds. */
  readonly body: unknown;

  constructor(kind: ApiErrorKind, message: string, about: Partial<Omit<ApiError, "kind" | "message">> = {}) {
    super(message);
    this.name = "ApiError";
    this.kind = kind;
    this.status = about.status ?? 0;
    this.code = about.code ?? `client.${kind}`;
    this.remedy = about.remedy;
    this.requestId = about.requestId;
    this.permission = about.permission;
    this.where = about.where;
    this.faults = about.faults ?? [];
    this.retryAfter = about.retryAfter;
    this.body = about.body;
  }

  /** Whether the same request may succeed later without anybody changing anything. */
  get passing(): boolean {
    return this.kind === "unreachable" || this.kind === "slow" || this.kind === "busy" || this.status >= 502;
  }
}

const BY_STATUS: Readonly<Record<number, ApiErrorKind>> = {
  401: "unauthenticated",
  403: "forbidden",
  404: "missing",
  408: "slow",
  409: "conflict",
  412: "conflict",
  423: "busy",
  429: "busy",
  503: "busy",
  504: "slow",
};

function kindOf(status: number, code: string): ApiErrorKind {
  if (code.includes("step-up")) {
    return "step-up";
  }
  return BY_STATUS[status] ?? (status >= 500 ? "broken" : "invalid");
}

/** The error that an answer is which is not a success. Reads its body. */
export async function errorFrom(response: Response): Promise<ApiError> {
  const { status } = response;
  const retryAfter = secondsOf(response.headers.get("retry-after"));
  const problem = await problemIn(response);
  const fallbackId = response.headers.get("x-request-id") ?? undefined;
  if (problem === undefined) {
    return new ApiError(kindOf(status, ""), `The server answered ${status} without saying why.`, {
      status,
      retryAfter,
      requestId: fallbackId,
    });
  }
  const code = problem.code ?? "";
  return new ApiError(kindOf(status, `${code} ${problem.type ?? ""}`), problem.detail ?? problem.title ?? `Status ${status}`, {
    status,
    code,
    remedy: problem.remedy,
    requestId: problem.request_id ?? fallbackId,
    permission: problem.permission,
    where: problem.where,
    faults: problem.errors ?? [],
    retryAfter,
    body: problem,
  });
}

async function problemIn(response: Response): Promise<Partial<Problem> | undefined> {
  if (!(response.headers.get("content-type") ?? "").includes("json")) {
    return undefined;
  }
  try {
    const body: unknown = await response.json();
    return typeof body === "object" && body !== null ? (body as Partial<Problem>) : undefined;
  } catch {
    return undefined;
  }
}

function secondsOf(header: string | null): number | undefined {
  const seconds = Number(header ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}

/** The error that `fetch` threw, in our words. */
export function errorOfFetch(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) {
    return thrown;
  }
  if (thrown instanceof DOMException && thrown.name === "TimeoutError") {
    return new ApiError("slow", "The server took too long to answer.", {
      remedy: "Try again; if it stays slow, look at the server's log.",
    });
  }
  return new ApiError("unreachable", "The server does not answer.", {
    remedy: "See whether it is running. What you did is kept here and sent as soon as it answers.",
  });
}

const TITLES: Readonly<Record<ApiErrorKind, string>> = {
  unreachable: "The server does not answer",
  slow: "The server is too slow",
  unauthenticated: "You are signed out",
  "step-up": "Please confirm that it is you",
  forbidden: "You may not do this",
  missing: "Not found",
  conflict: "Somebody else changed this meanwhile",
  invalid: "The server refused this",
  busy: "The server is busy",
  broken: "Something went wrong on the server",
  unreadable: "The server's answer makes no sense",
};

/** An error as the screens show it. Anything may come in: whatever was thrown. */
export function troubleOf(error: unknown): {
  readonly title: string;
  readonly detail?: string | undefined;
  readonly remedy?: string | undefined;
  readonly requestId?: string | undefined;
  readonly permission?: string | undefined;
} {
  if (!(error instanceof ApiError)) {
    return {
      title: "Something went wrong in this page",
      detail: error instanceof Error ? error.message : undefined,
      remedy: "Reload the page. What the server acknowledged is kept.",
    };
  }
  return {
    title: TITLES[error.kind],
    detail: error.message,
    remedy: error.remedy,
    requestId: error.requestId,
    permission: error.permission,
  };
}
