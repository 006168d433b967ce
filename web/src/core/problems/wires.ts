/** Checks of wires: that they lead from an output to an input that exists and fits. */
import { isExecution, kindOf } from "../definition";
import type { Output } from "../document";
import { VARIABLE_PIN } from "../edit/follow";
import type { Table } from "../json";
import type { PinTable } from "../pins";
import { layerPins, splitEnd } from "../pins";
import { showVerdict } from "../types/wire";
import type { Problem } from "./problem";
import { named, problem } from "./problem";
import type { BoardScene } from "./scene";
import type { ResolvedTypes } from "./unify";

const NO_PINS: PinTable = new Map();

/** Wires as they stand in the document: both ends must exist and be of the right side. */
export function* ends(scene: BoardScene): Iterable<Problem> {
  const { board } = scene;
  for (const [id, node] of Object.entries(board.nodes)) {
    const part = scene.parts.get(id);
    yield* endsOf(scene, id, node.out ?? {}, part && [part.inputs, part.outputs]);
  }
  for (const [id, layer] of Object.entries(board.layers)) {
    const { inward, outward } = layerPins(layer);
    yield* endsOf(scene, id, layer.out ?? {}, [NO_PINS, new Map([...inward, ...outward])]);
  }
}

function* endsOf(
  scene: BoardScene,
  id: string,
  outputs: Table<Output>,
  pins: readonly [PinTable, PinTable] | undefined,
): Iterable<Problem> {
  for (const [key, { to = [] }] of Object.entries(outputs)) {
    if (pins !== undefined && !pins[1].has(key)) {
      yield pins[0].has(key)
        ? problem("board.wire-direction", `${named(key)} is an input; wires leave from outputs.`, "Draw the wire from the other end.", { node: id, pin: key })
        : problem("board.unknown-pin", `There is no output ${named(key)}.`, "Remove the pin and its wires.", { node: id, pin: key });
    }
    for (const end of to) {
      const found = endProblem(scene, id, key, end);
      if (found !== undefined) {
        yield found;
      }
    }
  }
}

function endProblem(scene: BoardScene, id: string, key: string, end: string): Problem | undefined {
  const [target, pin] = splitEnd(end);
  const where = { node: id, pin: key };
  const layer = scene.board.layers[target];
  if (scene.board.nodes[target] !== undefined) {
    const part = scene.parts.get(target);
    if (part === undefined || part.inputs.has(pin)) {
      return undefined;
    }
    if (part.outputs.has(pin)) {
      const message = `The wire leads to ${named(end)}, which is an output.`;
      return problem("board.wire-direction", message, "Let it lead to an input.", where);
    }
  } else if (layer === undefined) {
    const message = `The wire leads to ${named(end)}, but there is no ${named(target)} in this board.`;
    return problem("board.dangling-wire", message, "Remove the wire, or let it lead to a node that exists.", where);
  } else {
    const { inward, outward } = layerPins(layer);
    if (inward.has(pin) || outward.has(pin)) {
      return undefined;
    }
  }
  const message = `The wire leads to ${named(end)}, but ${named(target)} has no such input.`;
  return problem("board.unknown-pin", message, "Remove the wire, or let it lead to a pin that exists.", where);
}

/** Wires between nodes, relays walked through: types must fit, data has one source. */
export function* fits(scene: BoardScene, resolved: ResolvedTypes): Iterable<Problem> {
  for (const [output, targets] of scene.wiring.targets) {
    const [source, key] = splitEnd(output);
    const pin = scene.parts.get(source)?.outputs.get(key);
    for (const target of pin === undefined ? [] : targets) {
      const verdict = resolved.wire(output, target);
      if (verdict !== undefined && !verdict.ok) {
        const [node, targetKey] = splitEnd(target);
        const place = pin !== undefined && isExecution(pin) ? { node: source, pin: key } : { node, pin: targetKey };
        const message = `${output} does not fit ${target}: ${showVerdict(verdict)}.`;
        const remedy = "Convert the value between the two, or connect another pin.";
        const where = verdict.path === "" ? place : { ...place, path: verdict.path };
        yield problem(verdict.code, message, remedy, where);
      }
    }
  }
  for (const [target, sources] of scene.wiring.rivals) {
    const [node, pin] = splitEnd(target);
    const wanted = scene.parts.get(node)?.inputs.get(pin);
    if (wanted !== undefined && !takesControl(scene, resolved, node, pin)) {
      const message = `Several outputs lead into this input: ${sources.slice(0, 4).join(", ")}.`;
      const remedy = "Remove all but one; to choose between values, use a select node.";
      yield problem("board.two-sources", message, remedy, { node, pin });
    }
  }
}

function takesControl(scene: BoardScene, resolved: ResolvedTypes, node: string, key: string): boolean {
  const part = scene.parts.get(node);
  if (part === undefined) {
    return false;
  }
  const pin = part.inputs.get(key);
  return kindOf(part.definition) === "reroute"
    ? resolved.input(node, key).type === "Execution"
    : pin !== undefined && isExecution(pin);
}

/** Layer pins that lead in circles, and layers that do nothing. */
export function* relays({ wiring }: BoardScene): Iterable<Problem> {
  for (const output of wiring.relayLoops) {
    const [node, pin] = splitEnd(output);
    const message = "The layer pins this wire runs through lead back to themselves.";
    yield problem("board.relay-cycle", message, "Disconnect one of the layer pins.", { node, pin });
  }
  for (const node of wiring.emptyLayers) {
    const message = "Nothing is inside this layer; execution passes straight through it.";
    const remedy = "Put nodes inside, or remove the layer and connect its neighbours.";
    yield problem("board.empty-layer", message, remedy, { node });
  }
  if (wiring.isCut) {
    const message = "Wires run through so many layer pins that following them was given up.";
    yield problem("board.too-many-relays", message, "Connect nodes directly, or split the board.");
  }
}

/** Secret values that reach a node which writes a log, directly or through pure nodes. */
export function* secrets(scene: BoardScene, isPure: (node: string) => boolean): Iterable<Problem> {
  const seen = new Set(secretOutputs(scene));
  for (const output of seen) {
    for (const target of scene.wiring.targets.get(output) ?? []) {
      const [node, pin] = splitEnd(target);
      const part = scene.parts.get(node);
      if (part === undefined || !part.inputs.has(pin)) {
        continue;
      }
      if (part.definition.permissions?.includes("log") === true) {
        const message = "A secret value leads into a node that writes the log.";
        const remedy = "Log something else; the value is hidden in traces, not in what a node writes.";
        yield problem("board.secret-logged", message, remedy, { node, pin });
      }
      if (isPure(node) && part.definition.declassifies !== true) {
        for (const key of part.outputs.keys()) {
          seen.add(`${node}.${key}`); // a set that grows while it is walked: its new members come last
        }
      }
    }
  }
}

function* secretOutputs({ board, parts }: BoardScene): Iterable<string> {
  for (const [id, part] of parts) {
    const variable = part.node.in?.[VARIABLE_PIN]?.value;
    const reads = kindOf(part.definition) === "variable_get" && typeof variable === "string";
    const isSecret = reads && board.variables[variable]?.secret === true;
    for (const [key, pin] of part.outputs) {
      if (isSecret || pin.sensitive === true) {
        yield `${id}.${key}`;
      }
    }
  }
}
