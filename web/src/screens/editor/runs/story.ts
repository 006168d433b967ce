/** A trace told by node: what went in and came out of each round, and which wires were passed. */
import { feedOf, type Trace, type TraceContent, type TraceStep } from "~/api";
import { type Json, splitEnd, stringify } from "~/core";
import type { NodeLife, SceneView } from "~/canvas";

/** One activation of a node. */
export interface Round {
  readonly seq: number;
  readonly iteration: number;
  readonly startUs: number;
  readonly durationUs: number;
  readonly state: TraceStep["state"];
  readonly fired: readonly string[];
  readonly inputs: ReadonlyMap<string, TraceContent>;
  readonly outputs: ReadonlyMap<string, TraceContent>;
  readonly error?: { readonly message: string; readonly remedy?: string; readonly code: string };
}

export interface Story {
  readonly rounds: ReadonlyMap<string, readonly Round[]>;
  readonly output: TraceContent | undefined;
  /** What the run recorded; values only at "data". Empty while there is no trace. */
  readonly level: string;
}

const NO_VALUES: ReadonlyMap<string, TraceContent> = new Map();

export const NO_STORY: Story = { rounds: new Map(), output: undefined, level: "" };

const STATES: Readonly<Record<string, NodeLife["state"] | undefined>> = {
  ok: "done",
  error: "failed",
  skipped: "skipped",
  cancelled: "skipped",
};

/** The output that feeds an input, as `node.pin`; for inputs whose value the trace has only there. */
export type Origin = (node: string, key: string) => string | undefined;

/** Reads a trace once; a panel asks many times. */
export function storyOf(trace: Trace, origin: Origin = () => undefined): Story {
  const pinsOf = new Map(trace.program.nodes.map((node) => [node.id, node]));
  const nodeAt = new Map(trace.steps.map((step) => [step.seq, step.node]));
  const values = valuesBySeq(trace);
  const written = outputsBySeq(trace);
  const errors = new Map(trace.errors.flatMap((error) => (error.seq === undefined ? [] : [[error.seq, error] as const])));
  const rounds = new Map<string, Round[]>();
  const latest = new Map<string, number>();
  const stepAt = new Map(trace.steps.map((step) => [step.seq, step]));
  for (const step of trace.steps) {
    const own = values.get(step.seq);
    const inputs = new Map(own?.inputs);
    const node = pinsOf.get(step.node);
    for (const [index, from] of step.ins.entries()) {
      const feed = node === undefined || from === 0 ? undefined : feedOf(node, pinsOf.get(nodeAt.get(from) ?? ""), index);
      const key = feed === undefined ? undefined : (feed.output ?? keyOf(origin(step.node, feed.input)));
      const value = feed === undefined || inputs.has(feed.input) ? undefined : fedBy(written.get(from), key, turnOf(step, from, stepAt));
      if (feed !== undefined && value !== undefined) {
        inputs.set(feed.input, value);
      }
    }
    if (step.state === "error" && step.ins.length === 0) {
      // It failed while it read its inputs, which says nothing of them: they stand where they came from.
      for (const input of node?.inputs ?? []) {
        const [from, key] = splitOr(origin(step.node, input));
        const seq = latest.get(from) ?? 0;
        const value = inputs.has(input) ? undefined : written.get(seq)?.get(key)?.at(turnOf(step, seq, stepAt));
        if (value !== undefined) {
          inputs.set(input, value);
        }
      }
    }
    latest.set(step.node, step.seq);
    const error = errors.get(step.seq);
    const round: Round = {
      seq: step.seq,
      iteration: step.iteration,
      startUs: step.start_us,
      durationUs: step.duration_us,
      state: step.state,
      fired: step.fired,
      inputs,
      outputs: own?.outputs ?? NO_VALUES,
      ...(error === undefined ? {} : { error: { message: error.message, code: error.code, ...(error.remedy === undefined ? {} : { remedy: error.remedy }) } }),
    };
    const list = rounds.get(step.node);
    if (list === undefined) {
      rounds.set(step.node, [round]);
    } else {
      list.push(round);
    }
  }
  return { rounds, output: trace.end?.output ?? undefined, level: trace.run.level };
}

interface Own {
  readonly inputs: Map<string, TraceContent>;
  readonly outputs: Map<string, TraceContent>;
}

function valuesBySeq(trace: Trace): Map<number, Own> {
  const found = new Map<number, Own>();
  for (const { seq, pin, kind, content } of trace.values) {
    let own = found.get(seq);
    if (own === undefined) {
      own = { inputs: new Map(), outputs: new Map() };
      found.set(seq, own);
    }
    (kind === "input" ? own.inputs : own.outputs).set(pin, content);
  }
  return found;
}

/** What was written on each pin: a loop writes once for each of its rounds. */
type Written = ReadonlyMap<string, readonly TraceContent[]>;

function outputsBySeq(trace: Trace): Map<number, Written> {
  const found = new Map<number, Map<string, TraceContent[]>>();
  for (const { seq, pin, kind, content } of trace.values) {
    if (kind === "output") {
      let own = found.get(seq);
      if (own === undefined) {
        own = new Map();
        found.set(seq, own);
      }
      const list = own.get(pin);
      if (list === undefined) {
        own.set(pin, [content]);
      } else {
        list.push(content);
      }
    }
  }
  return found;
}

/** In which round of the loop `loop` a step was, at any depth; -1, the last, if it was in none. */
function turnOf(step: TraceStep, loop: number, stepAt: ReadonlyMap<number, TraceStep>): number {
  for (let inner: TraceStep | undefined = step; inner !== undefined; inner = stepAt.get(inner.parent)) {
    if (inner.parent === loop) {
      return inner.iteration;
    }
    if (inner.parent >= inner.seq) {
      break; // no enclosing step begins later
    }
  }
  return -1;
}

function splitOr(end: string | undefined): readonly [node: string, key: string] {
  return end === undefined ? ["", ""] : splitEnd(end);
}

function keyOf(end: string | undefined): string | undefined {
  return end?.slice(end.indexOf(".") + 1);
}

/** What an activation wrote in a round on the pin that feeds an input; if it wrote on one pin only, on that. */
function fedBy(outputs: Written | undefined, key: string | undefined, turn: number): TraceContent | undefined {
  const named = key === undefined ? undefined : outputs?.get(key);
  const list = named ?? (outputs?.size === 1 ? [...outputs.values()][0] : undefined);
  return list?.at(turn) ?? list?.at(-1);
}

/** The rounds of a node; of one that never ran, none. */
export function roundsOf(story: Story, node: string): readonly Round[] {
  return story.rounds.get(node) ?? [];
}

/** The state of each node and exec wire of a finished run, for the ground. */
export function livesOf(story: Story, scene: SceneView): Map<string, NodeLife> {
  const lives = new Map<string, NodeLife>();
  const fired = new Map<string, Set<string>>();
  for (const [node, rounds] of story.rounds) {
    const last = rounds.at(-1);
    const failed = rounds.find((round) => round.state === "error");
    if (last === undefined) {
      continue;
    }
    const shown = failed ?? last;
    lives.set(node, {
      state: STATES[shown.state] ?? "done",
      count: rounds.length,
      totalUs: rounds.reduce((sum, round) => sum + round.durationUs, 0),
      ...(shown.error === undefined ? {} : { message: shown.error.message }),
      ...(shown.error?.remedy === undefined ? {} : { remedy: shown.error.remedy }),
    });
    fired.set(node, new Set(rounds.flatMap((round) => round.fired)));
  }
  const next = new Map<string, string[]>();
  const missed: string[] = [];
  for (const wire of scene.wires.values()) {
    if (wire.kind !== "exec") {
      continue;
    }
    const exits = fired.get(wire.from.node);
    if (exits === undefined) {
      next.set(wire.from.node, [...(next.get(wire.from.node) ?? []), wire.to.node]);
      continue;
    }
    const passed = exits.has(wire.from.key);
    lives.set(wire.id, { state: passed ? "done" : "skipped", count: 1, totalUs: 0 });
    if (!passed) {
      missed.push(wire.to.node);
    }
  }
  // What stands behind a way that was not taken was skipped too.
  for (let node = missed.pop(); node !== undefined; node = missed.pop()) {
    if (!lives.has(node)) {
      lives.set(node, { state: "skipped", count: 0, totalUs: 0 });
      missed.push(...(next.get(node) ?? []));
    }
  }
  return lives;
}

/** The data of a value, if the trace kept it. */
export function dataOf(content: TraceContent | undefined): Json | undefined {
  return content === undefined || (content.form !== "inline" && content.form !== "blob") ? undefined : (content.data as Json);
}

/** A value in a few characters; what was not kept says why. */
export function brief(content: TraceContent): string {
  switch (content.form) {
    case "redacted":
      return `hidden · ${content.shape}, ${bytes(content.size)}`;
    case "opaque":
      return `${content.shape}, ${bytes(content.size)}`;
    case "head":
      return `${(content.head ?? "").slice(0, 80)}…`;
    default:
      return briefJson(content.data as Json);
  }
}

const BRIEF = 120;

export function briefJson(value: Json | undefined): string {
  if (value === undefined) {
    return "";
  }
  if (typeof value === "string") {
    return value.length > BRIEF ? `"${value.slice(0, BRIEF)}…"` : JSON.stringify(value);
  }
  if (Array.isArray(value) && value.length > 12) {
    return `[${value.length} items]`;
  }
  const text = stringify(value);
  return text.length > BRIEF ? `${text.slice(0, BRIEF)}…` : text;
}

export function bytes(size: number): string {
  if (size < 1024) {
    return `${size} B`;
  }
  const kilo = size / 1024;
  return kilo < 1024 ? `${kilo.toFixed(kilo < 10 ? 1 : 0)} KiB` : `${(kilo / 1024).toFixed(1)} MiB`;
}
