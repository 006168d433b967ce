/** The whole page in a test: at an address, signed in, before a server that is a table of answers. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, RouterProvider } from "@tanstack/react-router";
import { configure, render } from "@testing-library/react";
import { vi } from "vitest";

import { forgetSession, signedIn } from "~/api/session";
import { makeRouter } from "~/routes";

// A busy machine is no failure.
configure({ asyncUtilTimeout: 15_000 });
vi.setConfig({ testTimeout: 60_000 });

export interface Asked {
  readonly method: string;
  /** Below `/api/v1`, with its query. */
  readonly path: string;
  readonly body: unknown;
}

/** What the server says to `METHOD /path`, without the query. */
export type Answers = Readonly<Record<string, unknown>>;

/** An answer that is none: its status and its problem. */
export class Refusal {
  readonly status: number;
  readonly problem: Readonly<Record<string, unknown>>;

  constructor(status: number, problem: Readonly<Record<string, unknown>> = {}) {
    this.status = status;
    this.problem = problem;
  }
}

/** Puts a server in place; gives what it was asked. Functions among the answers are called. */
export function serve(answers: Answers): Asked[] {
  const asked: Asked[] = [];
  vi.stubGlobal("fetch", async (address: string, init: RequestInit = {}) => {
    const { pathname, search } = new URL(address, "http://here");
    const path = pathname.replace("/api/v1", "");
    const method = init.method ?? "GET";
    const text = typeof init.body === "string" ? init.body : undefined;
    asked.push({ method, path: path + search, body: text === undefined ? undefined : (JSON.parse(text) as unknown) });
    await Promise.resolve();
    const found = answers[`${method} ${path}`];
    const answer: unknown = typeof found === "function" ? (found as () => unknown)() : found;
    if (answer instanceof Refusal) {
      return json(answer.problem, answer.status);
    }
    return answer === undefined ? json({ code: "request.not-found", detail: "Nothing there." }, 404) : json(answer, 200);
  });
  return asked;
}

function json(body: unknown, status: number): Response {
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
}

/** A page of a list. */
export function page<T>(...items: readonly T[]): { readonly items: readonly T[]; readonly next: null } {
  return { items, next: null };
}

/** Opens the page at an address. */
export function open(path: string, session = true) {
  if (session) {
    signedIn({ session: "ses_test" });
  } else {
    forgetSession();
  }
  localStorage.setItem("flowlike.tour", '{"closed":true}');
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false, networkMode: "always" } } });
  const router = makeRouter(createMemoryHistory({ initialEntries: [path] }));
  render(
    <QueryClientProvider client={queries}>
      <RouterProvider router={router as never} />
    </QueryClientProvider>,
  );
  return { router, queries };
}
