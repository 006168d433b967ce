/** Copies a part of a board as a fragment. Secret values never travel. */
import type { NodeDefinition, Types } from "../definition";
import { outputsOf } from "../definition";
import type { Board, Input, Layer, Node, Output, Variable } from "../document";
import { ERROR_PIN, ERROR_TEXT_PIN } from "../document";
import type { Json, Table } from "../json";
import { table } from "../json";
import { inputPins, outputPins, splitEnd } from "../pins";
import { byCodePoints } from "./change";
import type { Fragment } from "./commands";
import { beyondCount, Draft, sortedWires } from "./draft";
import { VARIABLE_PIN } from "./follow";
import { tidyComment, tidyLayer, tidyNode, tidySettings } from "./tidy";

const VARIABLE_KINDS = new Set(["variable_get", "variable_set", "variable_update"]);

/**
 * The selection as a fragment, with all inside selected layers and the variables it names.
 * Literals of sensitive pins, pinned values of sensitive outputs and defaults of secret variables
 * stay behind. Throws CommandRefused for an id that is not there.
 */
export function copyPart(board: Board, ids: Iterable<string>, types: Types): Fragment {
  const draft = new Draft(board, types);
  const chosen = [...new Set(ids)];
  for (const id of chosen) {
    draft.kindOf(id);
  }
  const inside = new Set([...chosen, ...draft.members(chosen.filter((id) => board.layers[id] !== undefined))]);
  const among = <T>(entities: Table<T>): [string, T][] =>
    [...inside]
      .filter((id) => entities[id] !== undefined)
      .sort(byCodePoints)
      .map((id) => [id, entities[id] as T]);
  const nodes = among(board.nodes).map(([id, node]): [string, Node] => {
    return [id, innerNode(node, draft.definition(node), inside)];
  });
  const stored = table<NodeDefinition>();
  for (const [, node] of nodes) {
    const definition = draft.definition(node);
    if (definition !== undefined) {
      stored[node.type] = definition;
    }
  }
  const fragment: { -readonly [field in keyof Fragment]: Fragment[field] } = {
    types: stored,
    variables: namedVariables(board, nodes, stored),
    nodes: table(nodes),
    layers: table(among(board.layers).map(([id, layer]) => [id, innerLayer(layer, inside)])),
    comments: table(among(board.comments).map(([id, comment]) => [id, tidyComment({ ...comment, origin: null })])),
    layout: table(among(board.layout)),
    incoming: incomingOf(draft, inside),
  };
  for (const field of Object.keys(fragment) as (keyof Fragment)[]) {
    if (Object.keys(fragment[field] ?? {}).length === 0) {
      delete fragment[field];
    }
  }
  return fragment;
}

function namedVariables(board: Board, nodes: [string, Node][], stored: Table<NodeDefinition>): Table<Variable> {
  const named = new Set(nodes.map(([, node]) => variableOf(node, stored[node.type])?.value));
  return table(
    Object.keys(board.variables)
      .filter((id) => named.has(id))
      .sort(byCodePoints)
      .map((id) => [id, withoutValue(board.variables[id] as Variable)]),
  );
}

function incomingOf(draft: Draft, inside: ReadonlySet<string>): Table<readonly string[]> {
  const incoming = table<string[]>();
  for (const [source, key, target] of sortedWires(draft.wiresInto(inside))) {
    if (!inside.has(source)) {
      const output = `${source}.${key}`;
      incoming[output] = [...(incoming[output] ?? []), target];
    }
  }
  return incoming;
}

/** The layer with only its wires to the inside. */
export function innerLayer(layer: Layer, inside: ReadonlySet<string>): Layer {
  const outputs = Object.entries(layer.out ?? {}).flatMap(([key, output]): [string, Output][] => {
    const to = keptEnds(output, inside);
    return to.length > 0 ? [[key, { to }]] : [];
  });
  return tidyLayer({ ...layer, out: table(outputs), origin: null });
}

/** The node without secrets and with only its wires to the inside. */
export function innerNode(node: Node, definition: NodeDefinition | undefined, inside: ReadonlySet<string>): Node {
  const outputs = Object.entries(node.out ?? {}).flatMap(([key, output]): [string, Output][] => {
    const to = keptEnds(output, inside);
    const isListed =
      key === ERROR_PIN ||
      key === ERROR_TEXT_PIN ||
      (definition !== undefined && beyondCount(key, outputsOf(definition)));
    return to.length > 0 ? [[key, { to }]] : isListed ? [[key, {}]] : [];
  });
  return tidyNode({ ...withoutSecrets(node, definition), out: table(outputs), origin: null });
}

function keptEnds(output: Output, inside: ReadonlySet<string>): string[] {
  return (output.to ?? []).filter((end) => inside.has(splitEnd(end)[0]));
}

/** The literal by which a variable node names its variable. */
export function variableOf(node: Node, definition: NodeDefinition | undefined): Input | undefined {
  return VARIABLE_KINDS.has(definition?.kind ?? "") ? node.in?.[VARIABLE_PIN] : undefined;
}

/** A variable without the value of a secret. */
export function withoutValue(variable: Variable): Variable {
  if (variable.secret !== true) {
    return variable;
  }
  const { default: _, ...rest } = variable;
  return rest;
}

function withoutSecrets(node: Node, definition: NodeDefinition | undefined): Node {
  if (definition === undefined) {
    return node;
  }
  const pins = inputPins(node, definition);
  const inputs = Object.entries(node.in ?? {}).map(([key, item]): [string, Input] => {
    return [key, pins.get(key)?.sensitive === true ? {} : item];
  });
  const pinned = node.settings?.pinned ?? undefined;
  if (pinned === undefined || Object.keys(pinned).length === 0) {
    return { ...node, in: table(inputs) };
  }
  const outputs = outputPins(node, definition);
  const open = Object.entries(pinned).filter(([key]) => outputs.has(key) && outputs.get(key)?.sensitive !== true);
  const left = open.length > 0 ? table<Json>(open) : null;
  return { ...node, in: table(inputs), settings: tidySettings({ ...node.settings, pinned: left }) };
}
