/** Where the inputs of a step came from: a trace keeps what was written, and who wrote what was read. */
import type { Trace, TraceContent, TraceNode, TraceStep } from "./types";

/** What an entry of a step's `ins` speaks of: the input, and the output that fed it, if it was a pin. */
export interface Feed {
  readonly input: string;
  readonly output: string | undefined;
}

/** The feed of entry `index` at a node, given the node that wrote. */
export function feedOf(node: TraceNode, writer: TraceNode | undefined, index: number): Feed | undefined {
  const pair = node.wired?.[index];
  const input = node.inputs[pair?.[0] ?? (node.wired === null || node.wired === undefined ? index : -1)];
  return input === undefined ? undefined : { input, output: writer?.outputs[pair?.[1] ?? -1] };
}

/**
 * The values that a step read: those recorded with it, else what the step that fed an input wrote on
 * the pin that feeds it.
 */
export function inputsOf(trace: Trace, step: TraceStep): ReadonlyMap<string, TraceContent> {
  const nodes = new Map(trace.program.nodes.map((node) => [node.id, node]));
  const node = nodes.get(step.node);
  const found = new Map<string, TraceContent>();
  for (const { seq, pin, kind, content } of trace.values) {
    if (seq === step.seq && kind === "input") {
      found.set(pin, content);
    }
  }
  for (const [index, from] of step.ins.entries()) {
    const writer = from === 0 ? undefined : trace.steps.find(({ seq }) => seq === from);
    const feed = node === undefined || writer === undefined ? undefined : feedOf(node, nodes.get(writer.node), index);
    const value = feed === undefined ? undefined : writtenBy(trace, from, feed.output);
    if (feed !== undefined && value !== undefined && !found.has(feed.input)) {
      found.set(feed.input, value);
    }
  }
  return found;
}

function writtenBy(trace: Trace, seq: number, output: string | undefined): TraceContent | undefined {
  const written = trace.values.filter((value) => value.seq === seq && value.kind === "output");
  const named = written.find(({ pin }) => pin === output);
  return (named ?? (output === undefined && written.length === 1 ? written[0] : undefined))?.content;
}
