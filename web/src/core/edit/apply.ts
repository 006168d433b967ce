/** Applies commands to a board: pure, all or nothing, with the exact way back. */
import type { Types } from "../definition";
import type { Board } from "../document";
import { splitEnd } from "../pins";
import type { Change } from "./change";
import { byCodePoints, endsIn, homeIn, reversed } from "./change";
import { collapse, expand } from "./collapse";
import type { Batch, Command, Restore } from "./commands";
import { Draft } from "./draft";
import * as entities from "./entities";
import { isLoose } from "./loose";
import * as nodes from "./nodes";
import { paste } from "./paste";
import * as pins from "./pins";
import { refusal } from "./refusal";
import { restore } from "./restore";
import { setNodeSetting } from "./settings";
import { upgradeNode } from "./upgrade";
import * as wires from "./wires";

const MOST_NODES = 10_000;
const MOST_ENTITIES = 10_000;

/** What a command did. */
export interface Applied {
  readonly board: Board;
  /** Turns the old board into the new one. */
  readonly patch: readonly Change[];
  /** The command that undoes it. */
  readonly inverse: Restore;
  /** What was written or leaned on, as `kind:id`, sorted. */
  readonly touched: readonly string[];
}

/**
 * Applies one command, or a batch as one. `board` is never changed, and what was not touched is
 * shared. Throws CommandRefused if it is refused; nothing has happened then.
 */
export function apply(board: Board, command: Command | Batch, types: Types): Applied {
  return applyAll(board, command.command === "batch" ? command.commands : [command], types);
}

/** Applies several commands as one. */
export function applyAll(board: Board, commands: readonly Command[], types: Types): Applied {
  const draft = new Draft(board, types);
  for (const command of commands) {
    applyOne(draft, command);
  }
  const { board: made, patch } = draft.finish();
  checkLimits(made);
  const exact =
    commands.some((one) => one.command === "restore" && one.exact === true) || isLoose(new Draft(board, types), patch);
  const changes = patch.toReversed().map(reversed);
  return {
    board: made,
    patch,
    inverse: { command: "restore", changes, ...(exact ? { exact } : {}) },
    touched: touchedBy(board, made, patch),
  };
}

/** The board with the definition of each type it uses, as servers keep it and answer for it. */
export function recorded(board: Board, types: Types): Board {
  const draft = new Draft(board, types);
  entities.recordTypes(draft);
  return draft.finish().board;
}

function applyOne(draft: Draft, command: Command): void {
  switch (command.command) {
    case "add_node":
      return nodes.addNode(draft, command);
    case "remove":
      return nodes.remove(draft, command);
    case "set_pin_value":
      return nodes.setPinValue(draft, command);
    case "clear_pin_value":
      return nodes.clearPinValue(draft, command);
    case "set_node_setting":
      return setNodeSetting(draft, command);
    case "rename":
      return nodes.rename(draft, command);
    case "set_comment":
      return nodes.setComment(draft, command);
    case "move_many":
      return nodes.moveMany(draft, command);
    case "set_layer":
      return nodes.setLayer(draft, command);
    case "connect":
      return wires.connect(draft, command);
    case "disconnect":
      return wires.disconnect(draft, command);
    case "order_wires":
      return wires.orderWires(draft, command);
    case "add_pin":
      return pins.addPin(draft, command);
    case "remove_pin":
      return pins.removePin(draft, command);
    case "add_error_pin":
      return pins.addErrorPin(draft, command);
    case "remove_error_pin":
      return pins.removeErrorPin(draft, command);
    case "paste":
      return paste(draft, command);
    case "collapse":
      return collapse(draft, command);
    case "expand":
      return expand(draft, command);
    case "upsert_layer":
      return entities.upsertLayer(draft, command);
    case "upsert_variable":
      return entities.upsertVariable(draft, command);
    case "remove_variable":
      return entities.removeVariable(draft, command);
    case "upsert_comment":
      return entities.upsertComment(draft, command);
    case "set_function_reference":
      return nodes.setFunctionReference(draft, command);
    case "set_board":
      return entities.setBoard(draft, command);
    case "upgrade_node":
      return upgradeNode(draft, command);
    case "record_types":
      return entities.recordTypes(draft);
    case "restore":
      return restore(draft, command);
  }
}

function checkLimits(board: Board): void {
  const counts: readonly (readonly [object, number])[] = [
    [board.nodes, MOST_NODES],
    [board.layers, MOST_ENTITIES],
    [board.comments, MOST_ENTITIES],
    [board.variables, MOST_ENTITIES],
  ];
  if (counts.some(([entities, limit]) => Object.keys(entities).length > limit)) {
    throw refusal("command.too-large", "The board would have too many nodes or other parts.");
  }
}

/** What was written, both ends of every wire that came or went, and the layers moved into. */
function touchedBy(old: Board, made: Board, patch: readonly Change[]): readonly string[] {
  const touched = new Set(patch.map((change) => `${change.kind}:${change.id ?? ""}`));
  for (const change of patch) {
    for (const value of [change.before, change.after]) {
      for (const end of endsIn(change, value)) {
        const [id] = splitEnd(end);
        const isLayer = old.layers[id] !== undefined || made.layers[id] !== undefined;
        touched.add(`${isLayer ? "layer" : "node"}:${id}`);
      }
      const home = homeIn(change, value);
      if (home !== "") {
        touched.add(`layer:${home}`);
      }
    }
  }
  return [...touched].sort(byCodePoints);
}
