import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { ApiError } from "./problems";
import { EventParser, eventsOf, follow, type ServerEvent } from "./stream";

function streaming(...chunks: readonly string[]): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) {
        controller.enqueue(encoder.encode(chunk));
      }
      controller.close();
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

async function all(events: AsyncIterable<ServerEvent>): Promise<ServerEvent[]> {
  const found: ServerEvent[] = [];
  for await (const event of events) {
    found.push(event);
  }
  return found;
}

describe("the parser", () => {
  test("gives whole events, however the text is cut", () => {
    const text = 'id: 7\nevent: node\ndata: {"a":1}\n\n: ping\n\ndata: one\ndata: two\n\n';
    for (let cut = 1; cut < text.length; cut += 1) {
      const parser = new EventParser();
      const found = [...parser.push(text.slice(0, cut)), ...parser.push(text.slice(cut))];
      expect(found).toEqual([
        { id: "7", event: "node", data: '{"a":1}' },
        { id: "7", event: "message", data: "one\ntwo" },
      ]);
    }
  });

  test("reads all three line ends, also across a cut", () => {
    const parser = new EventParser();
    expect([...parser.push("data: a\r"), ...parser.push("\n\r\ndata:b\r\rdata: c\n\n")]).toEqual([
      { id: "", event: "message", data: "a" },
      { id: "", event: "message", data: "b" },
      { id: "", event: "message", data: "c" },
    ]);
  });

  test("keeps an unfinished event to itself and ignores fields it does not know", () => {
    const parser = new EventParser();
    expect(parser.push("retry: 5\nnonsense\ndata: late")).toEqual([]);
    expect(parser.push("r\n\n")).toEqual([{ id: "", event: "message", data: "later" }]);
  });
});

test("letters of several bytes survive being cut", async () => {
  const bytes = new TextEncoder().encode("data: grüße\n\n");
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of bytes) {
        controller.enqueue(Uint8Array.of(byte));
      }
      controller.close();
    },
  });
  expect(await all(eventsOf(new Response(body)))).toEqual([{ id: "", event: "message", data: "grüße" }]);
});

test("silence is an error, not a wait without end", async () => {
  const body = new ReadableStream<Uint8Array>({ start: () => undefined });
  const error = await all(eventsOf(new Response(body), 5)).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ApiError);
  expect((error as ApiError).kind).toBe("slow");
});

describe("following", () => {
  const answers: (() => Response | Promise<Response>)[] = [];
  const asked: Headers[] = [];

  beforeEach(() => {
    vi.useFakeTimers({ shouldAdvanceTime: true, advanceTimeDelta: 1000 });
    answers.length = 0;
    asked.length = 0;
    vi.stubGlobal("fetch", (_: string, init: RequestInit) => {
      asked.push(new Headers(init.headers));
      const answer = answers.shift();
      if (answer === undefined) {
        throw new TypeError("no answer left");
      }
      return Promise.resolve(answer());
    });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  test("goes on after the last event it saw when the line drops", async () => {
    answers.push(
      () => streaming("id: 1\nevent: log\ndata: a\n\n"),
      () => new Response("", { status: 502 }),
      () => streaming("id: 2\nevent: log\ndata: b\n\nid: 3\nevent: done\ndata: {}\n\n"),
    );
    const lines: boolean[] = [];
    const { signal } = new AbortController();
    const found = await all(follow("/runs/r/events", { signal, last: "done", onLine: (up) => lines.push(up) }));
    expect(found.map((event) => event.id)).toEqual(["1", "2", "3"]);
    expect(asked.map((headers) => headers.get("last-event-id"))).toEqual([null, "1", "1"]);
    expect(asked[0]?.get("accept")).toBe("text/event-stream");
    expect(lines).toEqual([true, false, false, true]);
  });

  test("ends with a refusal that waiting does not mend", async () => {
    answers.push(() => new Response("{}", { status: 404, headers: { "content-type": "application/json" } }));
    const { signal } = new AbortController();
    await expect(all(follow("/runs/r/events", { signal }))).rejects.toMatchObject({ kind: "missing" });
  });

  test("ends when it is told to, also while it waits", async () => {
    answers.push(() => streaming("id: 1\ndata: a\n\n"));
    const stop = new AbortController();
    const found: string[] = [];
    for await (const event of follow("/runs/r/events", { signal: stop.signal })) {
      found.push(event.data);
      window.setTimeout(() => stop.abort(), 10);
    }
    expect(found).toEqual(["a"]);
  });
});
