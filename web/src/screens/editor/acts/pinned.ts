/** Pinned outputs: values that stand in for running a node, in editor runs only. */
import { type Json, sidesOf } from "~/core";

import type { Desk } from "../desk/desk";
import { selectedNodes } from "./nodes";

/** The last values that came out of a node, by pin key; of the run that is shown. */
export type LastOutputs = (node: string) => Readonly<Record<string, Json>> | undefined;

let lastOutputs: LastOutputs = () => undefined;

/** Tells where values of the last run are found; for the runs of the editor. */
export function pinFrom(source: LastOutputs): void {
  lastOutputs = source;
}

/** Pins the outputs of the selected nodes to their last values, or unpins them if all are pinned. */
export function pinOutputs(desk: Desk): boolean {
  const ids = selectedNodes(desk);
  if (ids.every((id) => isPinned(desk, id))) {
    return unpin(desk, ids);
  }
  const values = ids.flatMap((id) => {
    const found = lastOutputs(id);
    return found === undefined || Object.keys(found).length === 0 ? [] : [[id, found] as const];
  });
  if (values.length === 0) {
    desk.complain("There are no values to pin yet", "Run the board, then pin what came out; or write a value in the inspector.");
    return false;
  }
  return desk.edit(
    values.map(([node, value]) => ({ command: "set_node_setting", node, setting: "pinned", value })),
    { label: values.length === 1 ? "Outputs pinned" : `Outputs of ${values.length} nodes pinned` },
  );
}

/** Pins what every node gave in the run that is shown: the next run begins where that one ended. */
export function pinRun(desk: Desk): boolean {
  const commands = Object.entries(desk.board.nodes).flatMap(([node, { type }]) => {
    const value = desk.session.types.get(type)?.kind === "start" ? undefined : lastOutputs(node);
    return value === undefined || Object.keys(value).length === 0 ? [] : [{ command: "set_node_setting" as const, node, setting: "pinned" as const, value }];
  });
  return desk.edit(commands, { label: `Outputs of ${commands.length} ${commands.length === 1 ? "node" : "nodes"} pinned` });
}

export function isPinned(desk: Desk, id: string): boolean {
  return Object.keys(desk.board.nodes[id]?.settings?.pinned ?? {}).length > 0;
}

export function unpin(desk: Desk, ids: readonly string[]): boolean {
  return desk.edit(
    ids.map((node) => ({ command: "set_node_setting", node, setting: "pinned" })),
    { label: "Unpinned" },
  );
}

export function unpinAll(desk: Desk): boolean {
  const ids = Object.keys(desk.board.nodes).filter((id) => isPinned(desk, id));
  return ids.length > 0 && unpin(desk, ids);
}

/** Writes one pinned value; undefined takes it away. */
export function setPinned(desk: Desk, node: string, key: string, value: Json | undefined): boolean {
  const before = { ...desk.board.nodes[node]?.settings?.pinned };
  const rest: Record<string, Json> = { ...before };
  if (value === undefined) {
    delete rest[key];
  } else {
    rest[key] = value;
  }
  const command = { command: "set_node_setting", node, setting: "pinned" } as const;
  return desk.edit([Object.keys(rest).length === 0 ? command : { ...command, value: rest }], { label: "Pinned value changed" });
}

/** Data outputs of a node, for pinning by hand. */
export function pinnableOutputs(desk: Desk, id: string): readonly string[] {
  const node = desk.board.nodes[id];
  if (node === undefined) {
    return [];
  }
  const { outputs } = sidesOf(node, desk.session.types.get(node.type));
  return [...outputs].filter(([, pin]) => pin.type !== "Execution").map(([key]) => key);
}
