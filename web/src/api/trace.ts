/** Where the inputs of a step came from: a trace keeps what was written, and who wrote what was read. */
import type { TraceNode } from "./types";

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
