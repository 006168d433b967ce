import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { currentConnection, reached } from "./connection";
import { ApiError, troubleOf } from "./problems";
import { request, urlOf } from "./request";
import { credentials, forgetSession, isSignedOut, signedIn } from "./session";

interface Asked {
  readonly url: string;
  readonly init: RequestInit;
}

let asked: Asked[];
let answer: () => Response | Promise<Response>;

beforeEach(() => {
  asked = [];
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => {
    asked.push({ url, init });
    return new Promise((resolve, reject) => {
      init.signal?.addEventListener("abort", () => reject(init.signal?.reason as Error));
      Promise.resolve().then(() => answer()).then(resolve, reject);
    });
  });
});
afterEach(() => {
  reached();
  forgetSession();
  vi.unstubAllGlobals();
});

function problem(status: number, body: object, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/problem+json", ...headers },
  });
}

async function errorOf(promise: Promise<unknown>): Promise<ApiError> {
  const thrown = await promise.catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(ApiError);
  return thrown as ApiError;
}

describe("a request", () => {
  test("sends JSON and reads JSON", async () => {
    answer = () => new Response('{"a":1}');
    expect(await request("/apps", { method: "POST", body: { name: "x" } })).toEqual({ a: 1 });
    expect(asked[0]?.url).toBe("/api/v1/apps");
    expect(asked[0]?.init.body).toBe('{"name":"x"}');
    expect(new Headers(asked[0]?.init.headers).get("content-type")).toBe("application/json");
  });

  test("leaves out what is not asked, and encodes what is", () => {
    expect(urlOf("/a", { q: "x&y", none: undefined, empty: "", nothing: null, zero: 0 })).toBe("/api/v1/a?q=x%26y&zero=0");
    expect(urlOf("/e/app/path")).toBe("/e/app/path");
  });

  test("may read the text in its own way", async () => {
    answer = () => new Response('{"n":9007199254740993}');
    expect(await request("/x", { parse: (text) => text })).toBe('{"n":9007199254740993}');
  });

  test("an empty answer is nothing", async () => {
    answer = () => new Response(null, { status: 204 });
    expect(await request("/x")).toBeUndefined();
  });
});

describe("what goes wrong", () => {
  test("a problem is told with all it says", async () => {
    answer = () =>
      problem(422, {
        code: "board.bad-wire",
        title: "Unprocessable",
        detail: "The wire does not fit.",
        remedy: "Convert it.",
        request_id: "r-1",
        where: { node: "add", pin: "a" },
        errors: [{ pointer: "/commands/0", message: "no" }],
        revision: 7,
      });
    const error = await errorOf(request("/x"));
    expect(error).toMatchObject({
      kind: "invalid",
      status: 422,
      code: "board.bad-wire",
      message: "The wire does not fit.",
      remedy: "Convert it.",
      requestId: "r-1",
      where: { node: "add", pin: "a" },
      faults: [{ pointer: "/commands/0", message: "no" }],
      body: { revision: 7 },
    });
    expect(troubleOf(error)).toMatchObject({ title: "The server refused this", requestId: "r-1" });
  });

  test.each([
    [401, "unauthenticated"],
    [403, "forbidden"],
    [404, "missing"],
    [409, "conflict"],
    [412, "conflict"],
    [429, "busy"],
    [500, "broken"],
    [503, "busy"],
    [504, "slow"],
  ])("status %i is %s", async (status, kind) => {
    answer = () => problem(status, { code: "x" }, { "retry-after": "3" });
    const error = await errorOf(request("/x"));
    expect(error.kind).toBe(kind);
    expect(error.retryAfter).toBe(3);
  });

  test("a fresh sign-in is another thing than a missing right", async () => {
    answer = () => problem(403, { type: "/problems/step-up-required", code: "request.step-up" });
    expect((await errorOf(request("/x"))).kind).toBe("step-up");
  });

  test("the missing permission is named", async () => {
    answer = () => problem(403, { code: "permission-missing", permission: "ReadLogs" });
    expect(troubleOf(await errorOf(request("/x"))).permission).toBe("ReadLogs");
  });

  test("a page instead of a problem is no riddle", async () => {
    answer = () => new Response("<html>", { status: 502, headers: { "x-request-id": "r-2" } });
    const error = await errorOf(request("/x"));
    expect(error).toMatchObject({ kind: "broken", requestId: "r-2", passing: true });
  });

  test("JSON that is none is named so", async () => {
    answer = () => new Response("<html>");
    expect((await errorOf(request("/x"))).kind).toBe("unreadable");
  });

  test("no answer is told as such, and the connection knows", async () => {
    answer = () => Promise.reject(new TypeError("failed"));
    expect((await errorOf(request("/x"))).kind).toBe("unreachable");
    expect(currentConnection().online).toBe(false);
    reached();
    expect(currentConnection().online).toBe(true);
  });

  test("a slow answer is given up", async () => {
    answer = () => new Promise<Response>(() => undefined);
    expect((await errorOf(request("/x", { timeout: 5 }))).kind).toBe("slow");
  });

  test("what the caller aborts is no error of ours", async () => {
    answer = () => new Promise<Response>(() => undefined);
    const stop = new AbortController();
    const promise = request("/x", { signal: stop.signal });
    stop.abort();
    await expect(promise).rejects.toHaveProperty("name", "AbortError");
  });

  test("anything thrown elsewhere is shown too", () => {
    expect(troubleOf(new Error("odd"))).toMatchObject({ detail: "odd" });
  });
});

describe("the session on plain http", () => {
  test("its token goes into a header, is kept, and is forgotten when refused", async () => {
    expect(isSignedOut()).toBe(true);
    signedIn({ session: "ses_x" });
    expect(credentials(false)).toEqual({ authorization: "Bearer ses_x" });
    expect(localStorage.getItem("flowlike.session")).toBe("ses_x");
    answer = () => problem(401, { code: "unauthenticated" });
    await errorOf(request("/apps"));
    expect(isSignedOut()).toBe(true);
    expect(localStorage.getItem("flowlike.session")).toBeNull();
  });

  test("a refused sign-in leaves a session alone", async () => {
    signedIn({ session: "ses_x" });
    answer = () => problem(401, { code: "unauthenticated" });
    await errorOf(request("/auth/local", { method: "POST", anonymous: true }));
    expect(isSignedOut()).toBe(false);
  });
});
