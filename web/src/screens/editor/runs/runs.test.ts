import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import type { Run, Trace, TraceContent } from "~/api";
import { boardOf, node, sampleBoard, wire } from "~/core/testing/boards";
import { deskFor } from "~/testing/editor/desk";

import { originsOf } from "./origins";
import { type RunEvent, type RunLink, RunRoom } from "./room";
import { brief, briefJson, bytes, dataOf, livesOf, roundsOf, storyOf } from "./story";

const inline = (data: unknown): TraceContent => ({ shape: "", size: 1, form: "inline", data });
const step = (seq: number, at: string, more: object = {}) => ({
  seq,
  node: at,
  parent: 0,
  iteration: -1,
  start_us: seq,
  duration_us: 10,
  fired: [] as string[],
  state: "ok",
  ins: [] as number[],
  ...more,
});

function trace(more: Partial<Record<keyof Trace, unknown>> = {}): Trace {
  return {
    run: {},
    program: {
      nodes: [
        { id: "start", type: "start@1", title: "", inputs: [], outputs: ["exec_out", "payload"], wired: null },
        { id: "add", type: "int_add@1", title: "", inputs: ["integer1", "integer2"], outputs: ["sum"], wired: null },
        { id: "text", type: "int_to_text@1", title: "", inputs: ["value"], outputs: ["text"], wired: [[0, 0]] },
        { id: "log", type: "log_info@1", title: "", inputs: ["exec_in", "message"], outputs: ["exec_out"], wired: [[0, 0], [1, 0]] },
      ],
    },
    steps: [step(1, "start", { fired: ["exec_out"] }), step(2, "add"), step(3, "text", { ins: [2] }), step(4, "log", { ins: [1, 3], fired: [] })],
    values: [
      { seq: 2, pin: "sum", kind: "output", content: inline(3) },
      { seq: 3, pin: "text", kind: "output", content: inline("3") },
    ],
    logs: [],
    errors: [],
    end: null,
    ...more,
  } as unknown as Trace;
}

describe("the story of a run", () => {
  test("tells what went in and came out of each round", () => {
    const story = storyOf(trace());
    expect(dataOf(roundsOf(story, "text")[0]?.inputs.get("value"))).toBe(3);
    expect(dataOf(roundsOf(story, "log")[0]?.inputs.get("message"))).toBe("3");
    expect(roundsOf(story, "gone")).toEqual([]);
  });

  test("what stood at the pin itself counts more than what fed it", () => {
    const own = { seq: 3, pin: "value", kind: "input", content: inline(7) };
    const story = storyOf(trace({ values: [...trace().values, own] }));
    expect(dataOf(roundsOf(story, "text")[0]?.inputs.get("value"))).toBe(7);
  });

  test("nothing is guessed where several pins could have fed an input", () => {
    const steps = [step(1, "start"), step(2, "add", { ins: [1] })];
    const values = ["a", "b"].map((pin) => ({ seq: 1, pin, kind: "output", content: inline(pin) }));
    expect([...(roundsOf(storyOf(trace({ steps, values })), "add")[0]?.inputs ?? [])]).toEqual([]);
  });

  test("a node that could not read its inputs shows what stood where they come from", () => {
    const steps = [step(1, "start"), step(2, "add"), step(3, "add"), step(4, "text", { state: "error" })];
    const values = [
      { seq: 2, pin: "sum", kind: "output", content: inline(3) },
      { seq: 3, pin: "sum", kind: "output", content: inline("many") },
    ];
    const story = storyOf(trace({ steps, values }), (at, key) => (at === "text" && key === "value" ? "add.sum" : undefined));
    expect(dataOf(roundsOf(story, "text")[0]?.inputs.get("value"))).toBe("many");
  });

  test("each round of a loop shows what the loop wrote for it, at any depth", () => {
    const steps = [
      step(1, "start"),
      step(2, "add"), // stands for the loop: it writes once for each round
      step(3, "text", { parent: 2, iteration: 0, ins: [2] }),
      step(4, "text", { parent: 2, iteration: 1, ins: [2] }),
      step(5, "add", { parent: 2, iteration: 1 }), // an inner loop
      step(6, "text", { parent: 5, iteration: 0, ins: [2] }),
      step(7, "text", { ins: [2] }),
    ];
    const values = [10, 20, 30].map((value) => ({ seq: 2, pin: "sum", kind: "output", content: inline(value) }));
    const read = roundsOf(storyOf(trace({ steps, values })), "text").map(({ inputs }) => dataOf(inputs.get("value")));
    expect(read).toEqual([10, 20, 20, 30]);
  });

  test("several rounds are told apart; a failure is what is shown of them", () => {
    const steps = [step(1, "start", { fired: ["exec_out"] }), step(2, "log"), step(3, "log", { state: "error" }), step(4, "log")];
    const errors = [{ seq: 3, code: "log.full", message: "No room", remedy: "Make some" }];
    const story = storyOf(trace({ steps, errors, values: [] }));
    expect(roundsOf(story, "log").map(({ state }) => state)).toEqual(["ok", "error", "ok"]);
    const { desk } = deskFor();
    expect(livesOf(story, desk.scene).get("log")).toEqual({ state: "failed", count: 3, totalUs: 30, message: "No room", remedy: "Make some" });
  });

  test("ways that were not taken are told, and what stands at their end", () => {
    const board = boardOf(
      node("start", "start"),
      node("if", "control_branch", 200),
      node("yes", "log_info", 400),
      node("no", "log_info", 400, 200),
      wire("start.exec_out", "if.exec_in"),
      wire("if.true", "yes.exec_in"),
      wire("if.false", "no.exec_in"),
    );
    const { desk } = deskFor(board);
    const steps = [step(1, "start", { fired: ["exec_out"] }), step(2, "if", { fired: ["true"] }), step(3, "yes")];
    const lives = livesOf(storyOf(trace({ program: { nodes: [] }, steps, values: [] })), desk.scene);
    expect(lives.get("if.true>yes.exec_in")?.state).toBe("done");
    expect(lives.get("if.false>no.exec_in")?.state).toBe("skipped");
    expect(lives.get("no")?.state).toBe("skipped");
  });
});

describe("values in a few characters", () => {
  test.each([
    [inline(7), "7"],
    [inline("a <b>"), '"a <b>"'],
    [inline(Array.from({ length: 20 }, () => 1)), "[20 items]"],
    [{ ...inline(undefined), form: "redacted", shape: "String", size: 2048 }, "hidden · String, 2.0 KiB"],
    [{ ...inline(undefined), form: "opaque", shape: "Byte", size: 12 }, "Byte, 12 B"],
    [{ ...inline(undefined), form: "head", head: "begin" }, "begin…"],
  ])("%o", (content, words) => {
    expect(brief(content as TraceContent)).toBe(words);
  });

  test("long ones are cut", () => {
    expect(briefJson("x".repeat(500)).length).toBeLessThan(130);
    expect(briefJson(Object.fromEntries(Array.from({ length: 90 }, (_, at) => [`k${at}`, at]))).length).toBeLessThan(130);
    expect(briefJson(undefined)).toBe("");
    expect(bytes(5 * 1024 * 1024)).toBe("5.0 MiB");
  });

  test("a hidden value has no data", () => {
    expect(dataOf({ ...inline("secret"), form: "redacted" })).toBeUndefined();
  });
});

describe("what feeds an input", () => {
  test("is found through layers", () => {
    const { desk } = deskFor();
    expect(originsOf(desk.board)("text", "value")).toBe("add.sum");
    desk.edit([{ command: "collapse", id: "part", members: ["add"], name: "Part", place: { x: 0, y: 0 } }]);
    expect(originsOf(desk.board)("text", "value")).toBe("add.sum");
    expect(originsOf(desk.board)("start", "nothing")).toBeUndefined();
  });
});

const RUN = {
  run_id: "r1",
  status: "failed",
  started_at: "2026-11-25T10:00:00Z",
  ended_at: "2026-11-25T10:00:02Z",
  steps: 4,
  error: { code: "x", message: "It broke", node: "log" },
} as unknown as Run;

function room(events: readonly RunEvent[] | (() => AsyncIterable<RunEvent>), more: Partial<RunLink> = {}) {
  const all = deskFor(sampleBoard());
  const cancelled: string[] = [];
  const link: RunLink = {
    start: () =>
      typeof events === "function"
        ? events()
        : (async function* stream() {
            yield* events;
          })(),
    cancel: (run) => Promise.resolve(void cancelled.push(run)),
    run: () => Promise.resolve(RUN),
    trace: () => Promise.resolve(trace()),
    recent: () => Promise.resolve([]),
    ...more,
  };
  return { ...all, cancelled, rooms: new RunRoom(all.desk, link, () => 1000) };
}

const event = (name: string, data: object): RunEvent => ({ event: name, data: JSON.stringify(data) });

describe("a run in the editor", () => {
  beforeEach(() => {
    vi.stubGlobal("requestAnimationFrame", (run: () => void) => setTimeout(run, 0));
  });
  afterEach(() => vi.unstubAllGlobals());

  test("is followed until it ends; then its values are there", async () => {
    const { rooms, desk } = room([
      event("run", { run_id: "r1", status: "running" }),
      event("log", { level: 1, message: "3", node: "log", fields: {} }),
      event("node", { nodes: [["add", "done", 1, 12], ["log", "running", 1, 0], ["odd", "dancing", 1, 0]] }),
      event("output", { response: 3 }),
      event("done", { status: "completed", steps: 4 }),
    ]);
    const phases: string[] = [];
    rooms.subscribe(() => phases.push(rooms.view().phase));
    await rooms.start({ node: "start", payload: "{}" });
    expect(new Set(phases)).toEqual(new Set(["starting", "running", "ended"]));
    expect(rooms.view()).toMatchObject({ id: "r1", status: "completed", steps: 4, output: { response: 3 } });
    expect(rooms.view().logs).toHaveLength(1);
    expect(desk.lives.get("odd")).toBeUndefined();
    expect(desk.lives.get("log")?.state).toBe("done");
    expect(rooms.lastValue("add.sum>text.value")).toBe("3");
    expect(rooms.outputsOf("add")).toEqual({ sum: 3 });
    expect(rooms.outputsOf("gone")).toBeUndefined();
  });

  test("its error stands at the node, with what to do", async () => {
    const { rooms, desk } = room([
      event("run", { run_id: "r1" }),
      event("error", { code: "log.full", message: "No room", remedy: "Make some", node: "log" }),
      event("done", { status: "failed", steps: 2 }),
    ]);
    await rooms.start({ node: "start", payload: "{}" });
    expect(desk.lives.get("log")).toMatchObject({ state: "failed", message: "No room", remedy: "Make some" });
    expect(rooms.view().error).toMatchObject({ code: "log.full", node: "log" });
  });

  test("whose line is lost says so instead of going on for ever", async () => {
    const { rooms } = room([event("run", { run_id: "r1" })]);
    await rooms.start({ node: "start", payload: "{}" });
    expect(rooms.view()).toMatchObject({ phase: "ended", status: "interrupted", lost: true });
  });

  test("that the server refuses is told with its remedy", async () => {
    const { rooms } = room(() => {
      throw Object.assign(new Error("The queue is full"), { code: "run.busy", remedy: "Try again in 2 s" });
    });
    await rooms.start({ node: "start", payload: "{}" });
    expect(rooms.view().error).toMatchObject({ code: "run.busy", message: "The queue is full", remedy: "Try again in 2 s" });
  });

  test("is stopped by name; before it has one, the call is given up", async () => {
    let go = () => {};
    const waiting = new Promise<void>((resolve) => {
      go = resolve;
    });
    const { rooms, cancelled } = room(async function* events() {
      yield event("run", { run_id: "r1" });
      await waiting;
      yield event("done", { status: "cancelled" });
    });
    const running = rooms.start({ node: "start", payload: "{}" });
    await vi.waitFor(() => expect(rooms.view().phase).toBe("running"));
    expect(rooms.going).toBe(true);
    rooms.leave();
    expect(rooms.view().phase).toBe("running");
    rooms.stop();
    expect(cancelled).toEqual(["r1"]);
    go();
    await running;
    expect(rooms.view().status).toBe("cancelled");
    rooms.leave();
    expect(rooms.view().phase).toBe("none");
  });

  test("an older one is looked at", async () => {
    const { rooms, desk } = room([]);
    await rooms.look("r1");
    expect(rooms.view()).toMatchObject({ phase: "looking", status: "failed", steps: 4, error: { message: "It broke", node: "log" } });
    expect(rooms.view().endedAt - rooms.view().startedAt).toBe(2000);
    expect(desk.lives.get("log")).toMatchObject({ state: "failed", message: "It broke" });
  });

  test("one that is gone is told and left", async () => {
    const { rooms, complaints } = room([], { run: () => Promise.reject(new Error("No such run")) });
    await rooms.look("r9");
    expect(complaints).toEqual([["The run could not be opened", "No such run"]]);
    expect(rooms.view().phase).toBe("none");
  });

  test("without a trace what was told live stays", async () => {
    const { rooms, desk } = room(
      [event("run", { run_id: "r1" }), event("node", { nodes: [["add", "done", 1, 12]] }), event("done", {})],
      { trace: () => Promise.reject(new Error("none")) },
    );
    await rooms.start({ node: "start", payload: "{}" });
    expect(desk.lives.get("add")).toEqual({ state: "done", count: 1, totalUs: 12 });
    expect(rooms.view().status).toBe("completed");
  });

  test("keeps the last lines of a log that never ends", async () => {
    const { rooms } = room(async function* events() {
      yield event("run", { run_id: "r1" });
      for (let line = 0; line < 5200; line += 1) {
        yield event("log", { level: 1, message: `line ${line}`, node: "log" });
      }
      yield event("done", {});
    });
    await rooms.start({ node: "start", payload: "{}" });
    expect(rooms.view().logs).toHaveLength(5000);
    expect(rooms.view().logs.at(-1)?.message).toBe("line 5199");
  });

  test("damaged events are passed over", async () => {
    const { rooms } = room([{ event: "run", data: "{" }, { event: "node", data: "[]" }, { event: "log", data: "7" }, { event: "news", data: "{}" }, event("done", {})]);
    await rooms.start({ node: "start", payload: "{}" });
    expect(rooms.view()).toMatchObject({ status: "completed", logs: [] });
  });

  test("rounds are chosen; the last is shown at first", async () => {
    const steps = [step(1, "start", { fired: ["exec_out"] }), step(2, "add"), step(3, "add")];
    const values = [
      { seq: 2, pin: "sum", kind: "output", content: inline(1) },
      { seq: 3, pin: "sum", kind: "output", content: inline(2) },
    ];
    const { rooms } = room([event("run", { run_id: "r1" }), event("done", {})], { trace: () => Promise.resolve(trace({ steps, values })) });
    await rooms.start({ node: "start", payload: "{}" });
    expect(rooms.lastValue("add.sum>text.value")).toBe("2");
    rooms.setRound(0);
    expect(rooms.lastValue("add.sum>text.value")).toBe("1");
    rooms.setRound(9);
    expect(rooms.lastValue("add.sum>text.value")).toBe("2");
  });
});
