/** Random edits, as a person makes them: most of them fit the board that is shown. */
import type { Board } from "../document";
import type { Command } from "../edit/commands";
import type { Random } from "./random";

const ADDED = ["log_info@1", "int_add@1", "int_to_text@1", "concat@1", "control_branch@1", "for_each@1"] as const;

/** One random command for a board. Its new entity, if it makes one, gets the given id. */
export function randomCommand(board: Board, random: Random, id: string): Command {
  const nodes = Object.keys(board.nodes);
  const one = random.pick(nodes) ?? "nobody";
  const other = random.pick(nodes) ?? "nobody";
  const make: readonly (() => Command)[] = [
    () => ({
      command: "add_node",
      id,
      type: random.pick(ADDED) ?? "concat@1",
      place: { x: random.below(50) * 16, y: random.below(50) * 16 },
    }),
    () => ({ command: "set_pin_value", node: one, pin: "items", value: `text ${random.below(100)}` }),
    () => ({ command: "set_pin_value", node: one, pin: "integer1", value: random.below(100) }),
    () => ({ command: "move_many", moves: { [one]: { x: random.below(50) * 16, y: random.below(50) * 16 } } }),
    () => ({ command: "rename", id: one, name: `name ${random.below(20)}` }),
    () => ({ command: "connect", source: `${one}.exec_out`, target: `${other}.exec_in` }),
    () => ({ command: "connect", source: `${one}.text`, target: `${other}.message` }),
    () => ({ command: "connect", source: `${one}.sum`, target: `${other}.value` }),
    () => ({ command: "set_comment", id: one, comment: `note ${random.below(100)}` }),
    () => ({ command: "add_pin", id: one, direction: "in", name: "items" }),
    () => ({ command: "remove", ids: [one] }),
    () => ({ command: "collapse", id, members: [one, other], name: "Part" }),
    () => ({ command: "expand", id: random.pick(Object.keys(board.layers)) ?? "nothing" }),
    () => ({ command: "upsert_comment", id, comment: { content: `frame ${random.below(9)}` }, place: { x: 0, y: 0 } }),
    () => ({ command: "upsert_variable", id: `v${random.below(3)}`, variable: { name: id, type: "Integer" } }),
  ];
  return (random.pick(make) ?? make[0])?.() as Command;
}
