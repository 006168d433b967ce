/** Boards to measure with: as many nodes as asked for, each with eight pins, wired in rows. */
import { type Board, emptyBoard, type Node, type NodeDefinition, type Place, table } from "~/core";

const COLUMNS = 40;
const STEP = { x: 280, y: 200 } as const;

const RUNS: NodeDefinition = {
  name: "bench_call",
  title: "Work on it",
  category: "Bench",
  inputs: [
    { name: "exec_in", type: "Execution" },
    { name: "text", type: "String", default: "abc" },
    { name: "count", type: "Integer", default: 7 },
    { name: "on", type: "Boolean", default: true },
  ],
  outputs: [
    { name: "exec_out", type: "Execution" },
    { name: "text_out", type: "String", label: "Text" },
    { name: "count_out", type: "Integer", label: "Count" },
    { name: "on_out", type: "Boolean", label: "On" },
  ],
};

export const BENCH_TYPES: Readonly<Record<string, NodeDefinition>> = { "bench_call@1": RUNS };

/** A board of rows of 40: execution along each row, and every second text led on. */
export function rowsOf(count: number): Board {
  const nodes = table<Node>();
  const layout = table<Place>();
  for (let index = 0; index < count; index += 1) {
    const last = index % COLUMNS === COLUMNS - 1 || index === count - 1;
    const next = `n${index + 1}`;
    const out = last
      ? {}
      : {
          exec_out: { to: [`${next}.exec_in`] },
          ...(index % 2 === 0 ? { text_out: { to: [`${next}.text`] } } : {}),
        };
    nodes[`n${index}`] = { type: "bench_call@1", name: `Step ${index + 1}`, out };
    layout[`n${index}`] = { x: (index % COLUMNS) * STEP.x, y: Math.floor(index / COLUMNS) * STEP.y };
  }
  return { ...emptyBoard("bench"), name: `${count} nodes`, types: BENCH_TYPES, nodes, layout };
}
