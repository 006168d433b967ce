/** What the editor asks a server for, answered by nothing much: for tests, benches and for looking at it. */
import type { BoardLink } from "~/screens/editor/desk/board-link";
import type { RunEvent, RunLink } from "~/screens/editor/runs/room";

const refuse = () => Promise.reject(new Error("There is no server here."));

export const noBoardLink: BoardLink = {
  history: () => Promise.resolve({ items: [] }),
  versions: () => Promise.resolve([]),
  nameVersion: refuse,
  diff: () => Promise.resolve([]),
  diffWith: () => Promise.resolve([]),
  restore: refuse,
  skipUndo: refuse,
  boardAt: refuse,
  validate: () => Promise.resolve([]),
  prerun: (node) =>
    Promise.resolve({
      start: { id: node, name: node, type: "" },
      schema: { type: "object", properties: {} },
      variables: [],
      capabilities: [],
    }),
  events: () => Promise.resolve([]),
  publish: refuse,
  call: refuse,
};

/** A run that touches nodes by turns, as fast as it is asked to. */
export function playedRuns(ids: () => readonly string[], perSecond: number, seconds: number): RunLink {
  return {
    async *start(): AsyncGenerator<RunEvent> {
      yield { event: "run", data: '{"run_id":"run-1","status":"running"}' };
      const nodes = ids();
      const batch = Math.max(1, Math.round(perSecond / 20));
      let at = 0;
      for (let tick = 0; tick < seconds * 20; tick += 1) {
        const rows: [string, string, number, number][] = [];
        for (let index = 0; index < batch; index += 1) {
          const id = nodes[at % nodes.length] ?? "";
          rows.push([id, tick % 2 === 0 ? "running" : "done", tick + 1, 1200 * (tick + 1)]);
          at += 1;
        }
        yield { event: "node", data: JSON.stringify({ nodes: rows }) };
        yield { event: "log", data: JSON.stringify({ level: 1, message: `Tick ${tick}`, node: nodes[0] ?? "" }) };
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      yield { event: "done", data: '{"status":"completed","steps":1}' };
    },
    cancel: () => Promise.resolve(),
    run: refuse,
    trace: refuse,
    recent: () => Promise.resolve([]),
  };
}
