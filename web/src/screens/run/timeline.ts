/** What a waterfall shows of a trace: a lane a node, in the order they began. No React here. */
import type { Trace, TraceStep } from "~/api";

export interface Span {
  readonly from: number;
  readonly to: number;
  readonly bad: boolean;
  /** The first activation it stands for. */
  readonly seq: number;
  /** Activations that were drawn together because they are too close to tell apart. */
  readonly count: number;
}

export interface Lane {
  readonly node: string;
  readonly title: string;
  readonly type: string;
  /** How many loops, calls or branches it lies in. */
  readonly depth: number;
  readonly steps: readonly TraceStep[];
  readonly errors: number;
  /** Microseconds that all its activations took. */
  readonly total: number;
  /** Whether others ran inside it. */
  readonly outer: boolean;
}

export function lanesOf(trace: Trace): readonly Lane[] {
  const byNode = new Map<string, TraceStep[]>();
  const bySeq = new Map<number, TraceStep>();
  for (const step of trace.steps) {
    const steps = byNode.get(step.node);
    if (steps === undefined) {
      byNode.set(step.node, [step]);
    } else {
      steps.push(step);
    }
    bySeq.set(step.seq, step);
  }
  const outer = new Set(trace.steps.map((step) => bySeq.get(step.parent)?.node));
  const known = new Map(trace.program.nodes.map((node) => [node.id, node]));
  return [...byNode].map(([node, steps]) => ({
    node,
    title: known.get(node)?.title ?? node,
    type: known.get(node)?.type ?? "",
    depth: depthOf(steps[0], bySeq),
    steps,
    errors: steps.filter(({ state }) => state === "error").length,
    total: steps.reduce((sum, step) => sum + step.duration_us, 0),
    outer: outer.has(node),
  }));
}

const DEEPEST = 6;

function depthOf(step: TraceStep | undefined, bySeq: ReadonlyMap<number, TraceStep>): number {
  let depth = 0;
  let parent = bySeq.get(step?.parent ?? 0);
  while (parent !== undefined && depth < DEEPEST) {
    depth += 1;
    parent = bySeq.get(parent.parent);
  }
  return depth;
}

/** How long the run took on the scale of its steps, in microseconds; never nothing. */
export function lengthOf(trace: Trace): number {
  const steps = trace.steps.reduce((end, step) => Math.max(end, step.start_us + step.duration_us), 0);
  return Math.max(1, steps, (trace.run.duration_ms ?? 0) * 1000);
}

/** Spans of a lane for a drawing `width` pixels wide: what would touch is one. */
export function spansOf(lane: Lane, length: number, width: number): readonly Span[] {
  const gap = length / Math.max(1, width);
  const spans: Span[] = [];
  let open: { from: number; to: number; bad: boolean; seq: number; count: number } | undefined;
  for (const step of lane.steps) {
    const to = step.start_us + step.duration_us;
    const bad = step.state === "error";
    if (open !== undefined && open.bad === bad && step.start_us - open.to < gap) {
      open.to = Math.max(open.to, to);
      open.count += 1;
    } else {
      open = { from: step.start_us, to, bad, seq: step.seq, count: 1 };
      spans.push(open);
    }
  }
  return spans;
}

/** Round times for an axis of `length` microseconds, about `wanted` of them. */
export function ticksOf(length: number, wanted: number): readonly number[] {
  const rough = length / Math.max(1, wanted);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough) ?? rough;
  const ticks: number[] = [];
  for (let at = 0; at <= length; at += step) {
    ticks.push(at);
  }
  return ticks;
}
