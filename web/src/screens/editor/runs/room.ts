/** The run that is shown: one that goes on, one that ended, or an older one that is looked at. */
import type { LogLine, Run, Trace } from "~/api";
import { isObject, type Json, isNumber, parse, toNumber } from "~/core";
import type { Lives, RunState } from "~/canvas";

import type { Desk } from "../desk/desk";
import { wordsOf } from "../parts/words-of";
import { originsOf } from "./origins";
import { brief, dataOf, livesOf, NO_STORY, type Round, roundsOf, type Story, storyOf } from "./story";

/** The way to the server for runs of one board. */
export interface RunLink {
  start(request: StartRequest, signal: AbortSignal): AsyncIterable<RunEvent>;
  cancel(run: string): Promise<unknown>;
  run(run: string): Promise<Run>;
  trace(run: string): Promise<Trace>;
  recent(): Promise<readonly Run[]>;
}

export interface StartRequest {
  readonly node: string;
  /** JSON text. */
  readonly payload: string;
}

/** An event of a run's stream; `data` is JSON text. */
export interface RunEvent {
  readonly event: string;
  readonly data: string;
}

export type Phase = "none" | "starting" | "running" | "ended" | "looking";

export interface RunError {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
  readonly node: string;
}

export interface RunView {
  readonly phase: Phase;
  readonly id: string;
  readonly start: string;
  /** How it ended, as the server says it. */
  readonly status: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly steps: number;
  readonly logs: readonly LogLine[];
  readonly error: RunError | undefined;
  readonly output: Json | undefined;
  readonly story: Story;
  /** The round of loops that is looked at; the last if -1. */
  readonly round: number;
  /** The line to the server was lost; it goes on there. */
  readonly lost: boolean;
  readonly run: Run | undefined;
}

const NOTHING: RunView = {
  phase: "none",
  id: "",
  start: "",
  status: "",
  startedAt: 0,
  endedAt: 0,
  steps: 0,
  logs: [],
  error: undefined,
  output: undefined,
  story: NO_STORY,
  round: -1,
  lost: false,
  run: undefined,
};

const MOST_LOGS = 5000;
const STATES: ReadonlySet<string> = new Set(["queued", "running", "done", "failed", "skipped", "waiting"]);

export class RunRoom {
  readonly #desk: Desk;
  readonly #link: RunLink;
  readonly #lives: Lives;
  readonly #now: () => number;
  readonly #listeners = new Set<() => void>();
  #view: RunView = NOTHING;
  #abort: AbortController | undefined;
  #frame = false;
  /** Stop was asked for before the server had told the run's name. */
  #stopping = false;

  constructor(desk: Desk, link: RunLink, now: () => number = Date.now) {
    this.#desk = desk;
    this.#link = link;
    this.#lives = desk.lives;
    this.#now = now;
  }

  get link(): RunLink {
    return this.#link;
  }

  view = (): RunView => this.#view;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  get going(): boolean {
    return this.#view.phase === "starting" || this.#view.phase === "running";
  }

  /** Runs the board from a start node, after what was typed is saved. */
  async start(request: StartRequest): Promise<void> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.#stopping = false;
    this.#lives.clear();
    this.#put({ ...NOTHING, phase: "starting", start: request.node, startedAt: this.#now() });
    try {
      await this.#desk.session.settled();
      if (this.#stopping) {
        this.#put({ ...this.#view, phase: "ended", status: "cancelled", endedAt: this.#now() });
        return;
      }
      for await (const event of this.#link.start(request, abort.signal)) {
        this.#take(event);
        if (this.#stopping && this.#view.id !== "") {
          this.#stopping = false;
          this.#cancel(this.#view.id);
        }
      }
      if (this.#view.phase === "running") {
        this.#put({ ...this.#view, lost: true, phase: "ended", status: "interrupted", endedAt: this.#now() });
      }
    } catch (error) {
      if (!abort.signal.aborted) {
        this.#fail(error);
      }
    }
    if (!abort.signal.aborted && this.#view.id !== "") {
      await this.#readTrace(this.#view.id, abort.signal);
    }
  }

  /** Asks the server to end the run, at once or as soon as it has a name: a run nobody listens to would go on. */
  stop(): void {
    if (this.#view.id === "") {
      this.#stopping = true;
    } else {
      this.#cancel(this.#view.id);
    }
  }

  #cancel(id: string): void {
    this.#link.cancel(id).catch((error: unknown) => this.#desk.complain("The run could not be stopped", wordsOf(error)));
  }

  /** Shows an older run on the board. */
  async look(id: string): Promise<void> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.#lives.clear();
    this.#put({ ...NOTHING, phase: "looking", id });
    try {
      const run = await this.#link.run(id);
      if (!abort.signal.aborted) {
        this.#put({ ...this.#view, run, status: run.status, steps: run.steps, startedAt: Date.parse(run.started_at), endedAt: Date.parse(run.ended_at ?? run.started_at), error: errorOf(run.error) });
        await this.#readTrace(id, abort.signal);
      }
    } catch (error) {
      if (!abort.signal.aborted) {
        this.#desk.complain("The run could not be opened", wordsOf(error));
        this.leave();
      }
    }
  }

  /** Back to editing: nothing of a run is shown. */
  leave(): void {
    if (!this.going) {
      this.#abort?.abort();
      this.#lives.clear();
      this.#put(NOTHING);
    }
  }

  /** Tells the ground anew what the run did: another layer is open. */
  redraw(): void {
    const { story, phase } = this.#view;
    if (story.rounds.size > 0 && phase !== "none") {
      for (const [key, life] of livesOf(story, this.#desk.scene)) {
        if (this.#lives.get(key) === undefined) {
          this.#lives.put(key, life);
        }
      }
    }
  }

  setRound(round: number): void {
    this.#put({ ...this.#view, round });
  }

  close(): void {
    this.#abort?.abort();
    this.#listeners.clear();
  }

  /** The round of a node that is looked at. */
  roundOf(node: string): Round | undefined {
    const rounds = roundsOf(this.#view.story, node);
    const { round } = this.#view;
    return round < 0 ? rounds.at(-1) : (rounds[round] ?? rounds.at(-1));
  }

  /** What a wire last carried, in a few characters. */
  lastValue = (wire: string): string | undefined => {
    const found = this.#desk.scene.wires.get(wire);
    const content = found === undefined ? undefined : this.roundOf(found.from.node)?.outputs.get(found.from.key);
    return content === undefined ? undefined : brief(content);
  };

  /** The outputs of a node that can be pinned. */
  outputsOf = (node: string): Readonly<Record<string, Json>> | undefined => {
    const outputs = this.roundOf(node)?.outputs;
    if (outputs === undefined) {
      return undefined;
    }
    const found = [...outputs].flatMap(([key, content]) => {
      const data = dataOf(content);
      return data === undefined ? [] : [[key, data] as const];
    });
    return Object.fromEntries(found);
  };

  #take({ event, data }: RunEvent): void {
    const content = safeParse(data);
    switch (event) {
      case "run":
        this.#put({ ...this.#view, phase: "running", id: text(content, "run_id") || this.#view.id });
        break;
      case "node":
        this.#takeNodes(content);
        break;
      case "log":
        this.#takeLog(content);
        break;
      case "output":
        this.#put({ ...this.#view, output: content });
        break;
      case "error":
        this.#takeError(content);
        break;
      case "done":
        this.#put({
          ...this.#view,
          phase: "ended",
          status: text(content, "status") || "completed",
          steps: number(content, "steps"),
          endedAt: this.#now(),
        });
        break;
      default:
    }
  }

  #takeNodes(content: Json): void {
    const nodes = isObject(content) ? content["nodes"] : undefined;
    for (const row of Array.isArray(nodes) ? (nodes as Json[]) : []) {
      if (Array.isArray(row) && typeof row[0] === "string" && typeof row[1] === "string" && STATES.has(row[1])) {
        this.#lives.put(row[0], { state: row[1] as RunState, count: plain(row[2]), totalUs: plain(row[3]) });
      }
    }
  }

  /** Lines come by the hundred: they are kept at once and told once a frame. */
  #takeLog(content: Json): void {
    if (!isObject(content)) {
      return;
    }
    const { logs } = this.#view;
    const line: LogLine = {
      seq: logs.length + 1,
      level: plain(content["level"]),
      message: text(content, "message"),
      node: text(content, "node"),
      at_us: (this.#now() - this.#view.startedAt) * 1000,
      fields: isObject(content["fields"]) ? content["fields"] : null,
    };
    const kept = logs.length >= MOST_LOGS ? logs.slice(logs.length - MOST_LOGS + 1) : logs;
    this.#view = { ...this.#view, logs: [...kept, line] };
    this.#tellSoon();
  }

  #takeError(content: Json): void {
    const error: RunError = {
      code: text(content, "code"),
      message: text(content, "message"),
      remedy: text(content, "remedy"),
      node: text(content, "node"),
    };
    const before = this.#lives.get(error.node);
    if (error.node !== "") {
      this.#lives.put(error.node, {
        state: "failed",
        count: before?.count ?? 1,
        totalUs: before?.totalUs ?? 0,
        message: error.message,
        remedy: error.remedy,
      });
    }
    this.#put({ ...this.#view, error });
  }

  async #readTrace(id: string, signal: AbortSignal): Promise<void> {
    try {
      const trace = await this.#link.trace(id);
      if (signal.aborted) {
        return;
      }
      const story = storyOf(trace, originsOf(this.#desk.board));
      for (const [key, life] of livesOf(story, this.#desk.scene)) {
        const before = this.#lives.get(key);
        this.#lives.put(key, before?.message === undefined ? life : { ...life, message: before.message, remedy: before.remedy ?? "" });
      }
      this.#markFailure();
      this.#put({ ...this.#view, story, logs: trace.logs.length > 0 ? trace.logs : this.#view.logs });
    } catch {
      // A run below the level `data` has no trace; what was told live stays.
    }
  }

  #markFailure(): void {
    const { error } = this.#view;
    const life = error === undefined ? undefined : this.#lives.get(error.node);
    if (error !== undefined && life !== undefined) {
      this.#lives.put(error.node, { ...life, state: "failed", message: error.message, remedy: error.remedy });
    }
  }

  #fail(error: unknown): void {
    const remedy = typeof error === "object" && error !== null && "remedy" in error ? String(error.remedy ?? "") : "";
    const code = typeof error === "object" && error !== null && "code" in error ? String(error.code ?? "") : "";
    this.#put({
      ...this.#view,
      phase: "ended",
      status: "failed",
      endedAt: this.#now(),
      error: { code, message: wordsOf(error), remedy, node: "" },
    });
  }

  #put(view: RunView): void {
    this.#view = view;
    for (const listener of this.#listeners) {
      listener();
    }
  }

  #tellSoon(): void {
    if (!this.#frame) {
      this.#frame = true;
      requestAnimationFrame(() => {
        this.#frame = false;
        this.#put(this.#view);
      });
    }
  }
}

function safeParse(data: string): Json {
  try {
    return parse(data);
  } catch {
    return null;
  }
}

function text(content: Json, field: string): string {
  const value = isObject(content) ? content[field] : undefined;
  return typeof value === "string" ? value : "";
}

function number(content: Json, field: string): number {
  return plain(isObject(content) ? content[field] : undefined);
}

function plain(value: Json | undefined): number {
  return isNumber(value) ? toNumber(value) : 0;
}

function errorOf(error: Run["error"]): RunError | undefined {
  return error === undefined || error === null
    ? undefined
    : { code: error.code, message: error.message, remedy: "", node: error.node };
}
