/** What is laid out of a board: a selection, or all that stands in the open layer. */
import type { Types } from "../definition";
import { isExecution } from "../definition";
import type { Board, Layer, Node } from "../document";
import { idsIn } from "../document";
import type { Command, Move } from "../edit/commands";
import { moveMany } from "../edit/commands";
import type { Card } from "../geometry/card";
import { cardOf, COMMENT_SIZE } from "../geometry/card";
import type { Table } from "../json";
import { table } from "../json";
import { definitionOf, sidesOf, sidesOfLayer, splitEnd } from "../pins";
import type { LayoutInput, LayoutNode, LayoutResult, LayoutWire } from "./layout";

/** Cards as they are drawn; without it they are computed as if nothing were unfolded. */
export type CardLookup = (id: string) => Card | undefined;

/**
 * The input of `layOutGraph` for what stands in a layer; with `only`, for these and what frames
 * around them hold.
 */
export function layoutInput(
  board: Board,
  types: Types,
  layer: string,
  only?: ReadonlySet<string>,
  cards: CardLookup = cardsOf(board, types),
): LayoutInput {
  const { nodes, layers, comments } = idsIn(board, layer);
  const isChosen = (id: string) => only === undefined || only.has(id);
  const chosen = [...nodes, ...layers].filter(isChosen);
  const boxes = chosen.flatMap((id): LayoutNode[] => {
    const card = cards(id);
    const { x = 0, y = 0 } = board.layout[id] ?? {};
    return card === undefined ? [] : [{ id, x, y, width: card.width, height: card.height, ...spineOf(board, types, id, card) }];
  });
  const frames = comments.filter(isChosen).map((id) => {
    const { x = 0, y = 0, width, height } = board.layout[id] ?? {};
    return { id, x, y, width: width ?? COMMENT_SIZE.width, height: height ?? COMMENT_SIZE.height };
  });
  return { nodes: boxes, frames, wires: wiresAmong(board, types, new Set(boxes.map((box) => box.id))) };
}

function cardsOf(board: Board, types: Types): CardLookup {
  const fed = new Set<string>();
  for (const entities of [board.nodes, board.layers] as Table<Node | Layer>[]) {
    for (const entity of Object.values(entities)) {
      for (const output of Object.values(entity.out ?? {})) {
        for (const end of output.to ?? []) {
          fed.add(end);
        }
      }
    }
  }
  return (id) =>
    cardOf(board, types, id, {
      wired: {
        input: (key) => fed.has(`${id}.${key}`),
        output: (key) => (board.nodes[id]?.out?.[key]?.to?.length ?? 0) > 0,
      },
    });
}

/** The row of the first execution pin, by which lines of execution are kept straight. */
function spineOf(board: Board, types: Types, id: string, card: Card): { readonly spine?: number } {
  const keys = executionKeys(board, types, id);
  const pin = card.pins.find(({ side, key }) => keys.has(`${side}:${key}`));
  return pin === undefined ? {} : { spine: pin.y };
}

function executionKeys(board: Board, types: Types, id: string): ReadonlySet<string> {
  const [node, layer] = [board.nodes[id], board.layers[id]];
  const sides = node === undefined ? layer && sidesOfLayer(layer) : sidesOf(node, definitionOf(node, board, types));
  const keys = new Set<string>();
  for (const [side, pins] of [["in", sides?.inputs] as const, ["out", sides?.outputs] as const]) {
    for (const [key, pin] of pins ?? []) {
      if (isExecution(pin)) {
        keys.add(`${side}:${key}`);
      }
    }
  }
  return keys;
}

function wiresAmong(board: Board, types: Types, ids: ReadonlySet<string>): LayoutWire[] {
  const found: LayoutWire[] = [];
  for (const from of ids) {
    const execution = executionKeys(board, types, from);
    const outputs = board.nodes[from]?.out ?? board.layers[from]?.out ?? {};
    for (const [key, output] of Object.entries(outputs)) {
      for (const end of output.to ?? []) {
        const [to] = splitEnd(end);
        if (ids.has(to) && to !== from) {
          found.push({ from, to, isExecution: execution.has(`out:${key}`) });
        }
      }
    }
  }
  return found;
}

/** The command that puts things where a layout says; undefined if nothing moves. */
export function layoutCommand(board: Board, result: LayoutResult): Command | undefined {
  const moves: [string, Move][] = [];
  for (const [id, { x, y }] of result.places) {
    const old = board.layout[id];
    if ((old?.x ?? 0) !== x || (old?.y ?? 0) !== y) {
      moves.push([id, { x, y }]);
    }
  }
  for (const [id, { x, y, width, height }] of result.frames) {
    const old = board.layout[id];
    if (old?.x !== x || old.y !== y || old.width !== width || old.height !== height) {
      moves.push([id, { x, y, width, height }]);
    }
  }
  return moves.length === 0 ? undefined : moveMany(table(moves));
}
