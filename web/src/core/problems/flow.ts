/** Checks of how a board runs: circles of pure nodes, references, what never runs. */
import { isExecution, isPure, kindOf } from "../definition";
import type { Json } from "../json";
import { FUNCTION_PIN, VARIABLE_PIN } from "../edit/follow";
import { byCodePoints } from "../edit/change";
import { splitEnd } from "../pins";
import { quoted } from "../types/fit";
import type { Problem } from "./problem";
import { named, problem } from "./problem";
import type { BoardScene, Part } from "./scene";

const GATHER = "control_gather";
const VARIABLE_KINDS = new Set(["variable_get", "variable_set", "variable_update"]);

/** Pure nodes that need their own results. One problem a circle, with the nodes in order. */
export function* pureCycles(scene: BoardScene): Iterable<Problem> {
  const needs = new Map<string, string[]>();
  for (const [id, part] of scene.parts) {
    if (isPure(part.definition)) {
      needs.set(id, sourcesOf(scene, part));
    }
  }
  const left = withoutAcyclic(needs);
  const seen = new Map<string, string>();
  for (const start of [...left].sort(byCodePoints)) {
    const path: string[] = [];
    let each = start;
    // Each node left needs another that is left: walking upstream must come back to itself.
    while (!seen.has(each)) {
      seen.set(each, start);
      path.push(each);
      each = needs.get(each)?.find((source) => left.has(source)) ?? each;
    }
    if (seen.get(each) === start) {
      yield cycle(scene, path.slice(path.indexOf(each)).toReversed());
    }
  }
}

/** The nodes that feed a node's inputs, in pin order. */
function sourcesOf(scene: BoardScene, part: Part): string[] {
  return [...part.inputs.keys()].map((key) => splitEnd(scene.wiring.source.get(`${part.id}.${key}`) ?? "")[0]);
}

/** Nodes that can never be computed: those on circles, and what hangs on them. */
function withoutAcyclic(needs: ReadonlyMap<string, readonly string[]>): Set<string> {
  const feeds = new Map<string, string[]>();
  const open = new Map<string, number>();
  for (const [id, sources] of needs) {
    const inner = sources.filter((source) => needs.has(source));
    open.set(id, inner.length);
    for (const source of inner) {
      feeds.set(source, [...(feeds.get(source) ?? []), id]);
    }
  }
  const ready = [...open].filter(([, count]) => count === 0).map(([id]) => id);
  for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
    open.delete(id);
    for (const fed of feeds.get(id) ?? []) {
      const count = (open.get(fed) ?? 0) - 1;
      open.set(fed, count);
      if (count === 0) {
        ready.push(fed);
      }
    }
  }
  return new Set(open.keys());
}

function cycle(scene: BoardScene, circle: readonly string[]): Problem {
  const [least = ""] = circle.toSorted(byCodePoints);
  const start = circle.indexOf(least);
  const ordered = [...circle.slice(start), ...circle.slice(0, start)];
  const names = [...ordered, least].map((id) => `${scene.parts.get(id)?.title ?? ""} (${id})`);
  const shown = names.length <= 12 ? names : [...names.slice(0, 6), "…", ...names.slice(-5)];
  const remedy = "Break the circle; to keep a value from one round to the next, use a variable.";
  return problem("board.pure-cycle", `These nodes need their own results: ${shown.join(" → ")}.`, remedy, { node: least });
}

/** Nodes that name a variable or a function which is not there or not meant for it. */
export function* references(scene: BoardScene): Iterable<Problem> {
  for (const part of scene.parts.values()) {
    const kind = kindOf(part.definition);
    if (VARIABLE_KINDS.has(kind)) {
      yield* variable(scene, part);
    } else if (kind === "call_reference") {
      yield* calledFunction(scene, part);
    }
    for (const name of part.node.functions ?? []) {
      if (!isStart(scene, name)) {
        yield badFunction(part, name, "");
      }
    }
  }
}

function isWired(scene: BoardScene, part: Part, key: string): boolean {
  return scene.wiring.source.has(`${part.id}.${key}`);
}

function referenceOf(part: Part, key: string): Json | undefined {
  return part.node.in?.[key]?.value ?? part.inputs.get(key)?.default;
}

function* variable(scene: BoardScene, part: Part): Iterable<Problem> {
  const { variables } = scene.board;
  const wired = isWired(scene, part, VARIABLE_PIN);
  const name = referenceOf(part, VARIABLE_PIN);
  if (name === undefined && !wired) {
    return; // told as a missing value
  }
  const where = { node: part.id, pin: VARIABLE_PIN };
  const found = typeof name === "string" ? variables[name] : undefined;
  if (wired || found === undefined) {
    const message = wired
      ? "Which variable is meant cannot come over a wire."
      : `There is no variable ${quoted(name as Json).slice(0, 80)} in this board.`;
    yield problem("board.unknown-variable", message, "Choose one of the board's variables on the node.", where);
  } else if (kindOf(part.definition) !== "variable_get" && found.editable === false) {
    const message = `The variable ${named(found.name)} is not editable, but this node writes it.`;
    yield problem("board.variable-not-editable", message, "Make the variable editable, or write another.", where);
  }
}

function* calledFunction(scene: BoardScene, part: Part): Iterable<Problem> {
  const name = referenceOf(part, FUNCTION_PIN);
  const wired = isWired(scene, part, FUNCTION_PIN);
  if (wired || (name !== undefined && !isStart(scene, name))) {
    yield badFunction(part, name ?? "", FUNCTION_PIN);
  }
}

function isStart(scene: BoardScene, name: Json): boolean {
  const part = typeof name === "string" ? scene.parts.get(name) : undefined;
  return part !== undefined && kindOf(part.definition) === "start";
}

function badFunction(part: Part, name: Json, pin: string): Problem {
  const message = `${quoted(name).slice(0, 80)} is not a start node of this board.`;
  const where = pin === "" ? { node: part.id } : { node: part.id, pin };
  return problem("board.bad-function-reference", message, "Refer to the id of an event node in this board.", where);
}

/** Gather nodes that wait for an input nothing leads to. */
export function* gathers(scene: BoardScene): Iterable<Problem> {
  for (const part of scene.parts.values()) {
    for (const [key, pin] of part.definition.name === GATHER ? part.inputs : []) {
      if (isExecution(pin) && !isWired(scene, part, key)) {
        const message = `Nothing leads to ${named(key)}, so this node waits for ever.`;
        yield problem("board.gather-never-fires", message, "Connect the input, or remove it.", { node: part.id, pin: key });
      }
    }
  }
}

/** Nodes that no start node leads to. */
export function* unreachable(scene: BoardScene): Iterable<Problem> {
  const starts = [...scene.parts.keys()].filter((id) => isStart(scene, id));
  if (starts.length === 0) {
    if (Object.keys(scene.board.nodes).length > 0) {
      const remedy = "Add an event node and connect it to what should run.";
      yield problem("board.no-start", "No event starts this board.", remedy);
    }
    return;
  }
  const reached = reachable(scene, starts);
  for (const id of scene.parts.keys()) {
    if (!reached.has(id)) {
      const message = "No event leads to this node, so it never runs.";
      yield problem("board.unreachable-node", message, "Connect it, or remove it.", { node: id });
    }
  }
}

/** Ids of all nodes a run from one of `starts` may need: by control, data or reference. */
export function reachable(scene: BoardScene, starts: readonly string[]): ReadonlySet<string> {
  const seen = new Set(starts);
  for (const id of seen) {
    const node = scene.board.nodes[id];
    const part = scene.parts.get(id);
    const found = [...(node?.functions ?? [])];
    if (part === undefined) {
      for (const key of Object.keys(node?.out ?? {})) {
        found.push(...(scene.wiring.targets.get(`${id}.${key}`) ?? []).map((end) => splitEnd(end)[0]));
      }
    } else {
      found.push(...neighbours(scene, part));
    }
    for (const each of found) {
      if (scene.board.nodes[each] !== undefined) {
        seen.add(each);
      }
    }
  }
  return seen;
}

function takesControl(scene: BoardScene, id: string, key: string): boolean {
  const part = scene.parts.get(id);
  const pin = part?.inputs.get(key);
  return part !== undefined && pin !== undefined && (isExecution(pin) || kindOf(part.definition) === "reroute");
}

function* neighbours(scene: BoardScene, part: Part): Iterable<string> {
  const isRelay = kindOf(part.definition) === "reroute";
  for (const [key, pin] of part.outputs) {
    for (const end of scene.wiring.targets.get(`${part.id}.${key}`) ?? []) {
      const [target, targetKey] = splitEnd(end);
      if (isExecution(pin) || (isRelay && takesControl(scene, target, targetKey))) {
        yield target;
      }
    }
  }
  for (const [key, pin] of part.inputs) {
    if (!isExecution(pin)) {
      yield splitEnd(scene.wiring.source.get(`${part.id}.${key}`) ?? "")[0];
    }
  }
  const name = part.node.in?.[FUNCTION_PIN]?.value;
  if (kindOf(part.definition) === "call_reference" && typeof name === "string") {
    yield name;
  }
}
