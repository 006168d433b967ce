/** Which output feeds an input, layers walked through. */
import { type Board, splitEnd } from "~/core";

const LONGEST_WALK = 64;

/** The outputs of nodes that feed inputs of nodes; the first where there are several. */
export function originsOf(board: Board): (node: string, key: string) => string | undefined {
  const sources = new Map<string, string>();
  for (const entities of [board.nodes, board.layers]) {
    for (const id of Object.keys(entities)) {
      for (const [key, output] of Object.entries(entities[id]?.out ?? {})) {
        for (const end of output.to ?? []) {
          if (!sources.has(end)) {
            sources.set(end, `${id}.${key}`);
          }
        }
      }
    }
  }
  return (node, key) => {
    let end = sources.get(`${node}.${key}`);
    for (let step = 0; step < LONGEST_WALK && end !== undefined; step += 1) {
      if (board.nodes[splitEnd(end)[0]] !== undefined) {
        return end;
      }
      end = sources.get(end);
    }
    return undefined;
  };
}
