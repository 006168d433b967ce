import { bench, describe } from "vitest";

import { apply } from "./edit/apply";
import { readBoard } from "./document";
import { cardOf } from "./geometry/card";
import { stringify } from "./json";
import { applyPatch } from "./patch";
import { findProblems } from "./problems/find";
import { searchBoard } from "./search/search";
import { largeBoard, TYPES } from "./testing/boards";

/** What the editor does between two frames, on a board of a thousand nodes: each far below 100 ms. */
describe("a board of 1,000 nodes", () => {
  const board = largeBoard(1000);
  const text = stringify(board);
  const move = { command: "move_many", moves: { log5: { x: 1 } } } as const;
  const done = apply(board, { command: "remove", ids: ["log5"] }, TYPES);
  const wired = { input: () => false, output: () => false };

  bench("open: read", () => void readBoard(text));
  bench("drag: move one node", () => void apply(board, move, TYPES));
  bench("remove a node with its wires", () => void apply(board, { command: "remove", ids: ["log5"] }, TYPES));
  bench("undo: the server's patch", () => void applyPatch(done.board, done.inverse.changes));
  bench("undo: commands", () => void apply(done.board, done.inverse, TYPES));
  bench("lay out all cards", () => {
    for (const id of Object.keys(board.nodes)) {
      cardOf(board, TYPES, id, { wired });
    }
  });
  bench("search", () => void searchBoard(board, TYPES, "value:hello join"));
  bench("find problems", () => void findProblems(board, TYPES));
});
