/** Checks of what stands on a board: ids, types, layers, variables. */
import { labelledValue } from "./inputs";
import type { Board } from "../document";
import { isId } from "../edit/values";
import { layerPins } from "../pins";
import { valueFault } from "../types/values";
import type { Problem } from "./problem";
import { named, problem } from "./problem";
import type { BoardScene } from "./scene";

const VERSIONS_AHEAD = 8;

/** Ids that no file, wire or address could carry, and ids that mean two things. */
export function* ids({ board }: BoardScene): Iterable<Problem> {
  for (const kind of ["nodes", "layers", "variables", "comments"] as const) {
    for (const id of Object.keys(board[kind])) {
      if (!isId(id)) {
        const where = kind === "nodes" || kind === "layers" ? { node: id } : { path: `${kind}.${id}` };
        const remedy = "Use up to 64 letters, digits, '_' and '-', the first a letter or digit.";
        yield problem("board.bad-id", `${named(id)} cannot be an id.`, remedy, where);
      }
    }
  }
  for (const id of Object.keys(board.nodes)) {
    if (board.layers[id] !== undefined) {
      const message = `A node and a layer share the id ${named(id)}, so wires to it mean two things.`;
      yield problem("board.duplicate-id", message, "Give one of them another id.", { node: id });
    }
  }
}

/** Types that are unknown, not recorded in the board, or older than an installed one. */
export function* types(scene: BoardScene): Iterable<Problem> {
  const { board } = scene;
  for (const id of scene.missing) {
    const message = `The node type ${named(board.nodes[id]?.type ?? "")} is not installed, and the board does not describe it.`;
    yield problem("board.unknown-type", message, "Install the package it comes from, or remove the node.", { node: id });
  }
  const newer = new Map<string, string>();
  for (const [id, { node }] of scene.parts) {
    if (board.types[node.type] === undefined) {
      const message = `The board does not describe the node type ${named(node.type)}.`;
      const remedy = "Format the board with the packages installed; it then opens without them.";
      yield problem("board.type-not-recorded", message, remedy, { node: id });
    }
    if (!newer.has(node.type)) {
      newer.set(node.type, newerOf(scene, node.type));
    }
    const found = newer.get(node.type) ?? "";
    if (found !== "") {
      const message = `${named(found)} is installed; this node is of ${named(node.type)}.`;
      const remedy = "Upgrade the node when it suits you; the upgrade lists what it changes.";
      yield problem("board.outdated-type", message, remedy, { node: id });
    }
  }
}

function newerOf(scene: BoardScene, key: string): string {
  const mark = key.lastIndexOf("@");
  const [name, version] = [key.slice(0, mark), key.slice(mark + 1)];
  if (!/^\d{1,9}$/.test(version)) {
    return "";
  }
  for (let each = Number(version) + VERSIONS_AHEAD; each > Number(version); each -= 1) {
    if (scene.types.get(`${name}@${each}`) !== undefined) {
      return `${name}@${each}`;
    }
  }
  return "";
}

/** Layers that do not exist, contain themselves, or have two pins of one name. */
export function* layers({ board }: BoardScene): Iterable<Problem> {
  const isUnknown = (layer: string | undefined) => (layer ?? "") !== "" && board.layers[layer ?? ""] === undefined;
  for (const [id, { layer }] of Object.entries(board.nodes)) {
    if (isUnknown(layer)) {
      yield unknownLayer(layer ?? "", { node: id });
    }
  }
  for (const [id, { layer }] of Object.entries(board.comments)) {
    if (isUnknown(layer)) {
      yield unknownLayer(layer ?? "", { path: `comments.${id}` });
    }
  }
  for (const [id, layer] of Object.entries(board.layers)) {
    if (isUnknown(layer.parent)) {
      yield unknownLayer(layer.parent ?? "", { node: id });
    }
    yield* duplicatePins(board, id);
  }
  for (const id of recursive(board)) {
    const remedy = "Move it, or the layer around it, to the top of the board.";
    yield problem("board.layer-cycle", "The layer lies inside itself.", remedy, { node: id });
  }
}

function unknownLayer(layer: string, where: Problem["where"]): Problem {
  const message = `There is no layer ${named(layer)} in this board.`;
  return problem("board.unknown-layer", message, "Move it to a layer that exists.", where);
}

function* duplicatePins(board: Board, id: string): Iterable<Problem> {
  const layer = board.layers[id];
  const names = [...(layer?.pins?.in ?? []), ...(layer?.pins?.out ?? [])].map((pin) => pin.name);
  const { inward, outward } = layerPins(layer ?? { name: "" });
  if (names.length === new Set(names).size && names.length === inward.size + outward.size) {
    return;
  }
  for (const name of new Set(names.filter((each, at) => names.indexOf(each) !== at))) {
    const message = `The layer has several pins named ${named(name)}, so wires to it mean several things.`;
    const remedy = "Rename all but one; the names of a layer's inputs and outputs must all differ.";
    yield problem("board.duplicate-pin", message, remedy, { node: id, pin: name });
  }
}

/** Layers on a circle of parents; each layer is visited once. */
function recursive(board: Board): string[] {
  const state = new Map<string, string>();
  const found: string[] = [];
  for (const start of Object.keys(board.layers)) {
    const path: string[] = [];
    let each = start;
    while (board.layers[each] !== undefined && !state.has(each)) {
      state.set(each, start);
      path.push(each);
      each = board.layers[each]?.parent ?? "";
    }
    if (state.get(each) === start && path.includes(each)) {
      found.push(...path.slice(path.indexOf(each)));
    }
  }
  return found;
}

/** Initial values that do not fit, and secrets that stand in the document. */
export function* variables({ board }: BoardScene): Iterable<Problem> {
  for (const [id, variable] of Object.entries(board.variables)) {
    const where = { path: `variables.${id}.default` };
    if (variable.default === undefined) {
      continue;
    }
    if (variable.secret === true) {
      const message = `The secret variable ${named(variable.name)} has a value in the document.`;
      const remedy = "Remove the value and store it as a secret. If the file was shared, replace it.";
      yield problem("board.secret-default", message, remedy, where);
      continue;
    }
    const fault = valueFault(variable.default, variable);
    if (fault !== undefined) {
      const message = `The initial value of the variable ${named(variable.name)} ${fault.message}.`;
      const remedy = `Give it a value of its type, ${variable.type} (${variable.value_type ?? "Normal"}).`;
      yield problem(labelledValue(fault.code), message, remedy, where);
    }
  }
}
