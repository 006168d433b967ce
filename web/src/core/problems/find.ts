/**
 * All that is wrong with a board, told at once and without asking the server: the same codes,
 * severities and places as its checks, held to the same vectors. The server's word counts.
 */
import { isPure } from "../definition";
import type { Types } from "../definition";
import type { Board } from "../document";
import { byCodePoints } from "../edit/change";
import * as entities from "./entities";
import * as flow from "./flow";
import { inputs } from "./inputs";
import type { Problem } from "./problem";
import { rankOf } from "./problem";
import { BoardScene } from "./scene";
import { ResolvedTypes } from "./unify";
import * as wires from "./wires";

/** Problems of a board, the worst first, then by place. */
export function findProblems(board: Board, types: Types): readonly Problem[] {
  return problemsOf(new BoardScene(board, types));
}

/** Problems of a board whose scene is there already. */
export function problemsOf(scene: BoardScene, resolved = new ResolvedTypes(scene)): readonly Problem[] {
  const found = new Map<string, readonly [readonly string[], Problem]>();
  for (const one of all(scene, resolved)) {
    const rank = rankOf(one);
    found.set(rank.join("\0"), [rank, one]);
  }
  return [...found.values()].sort(([one], [other]) => compareRanks(one, other)).map(([, each]) => each);
}

function compareRanks(one: readonly string[], other: readonly string[]): number {
  for (const [index, part] of one.entries()) {
    const order = byCodePoints(part, other[index] ?? "");
    if (order !== 0) {
      return order;
    }
  }
  return 0;
}

function* all(scene: BoardScene, resolved: ResolvedTypes): Iterable<Problem> {
  yield* entities.ids(scene);
  yield* entities.types(scene);
  yield* entities.layers(scene);
  yield* entities.variables(scene);
  yield* wires.ends(scene);
  yield* wires.fits(scene, resolved);
  yield* wires.relays(scene);
  yield* wires.secrets(scene, (id) => {
    const definition = scene.parts.get(id)?.definition;
    return definition !== undefined && isPure(definition);
  });
  yield* inputs(scene, resolved);
  yield* flow.pureCycles(scene);
  yield* flow.references(scene);
  yield* flow.gathers(scene);
  yield* flow.unreachable(scene);
}
