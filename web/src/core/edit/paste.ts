/** Pastes a fragment with fresh ids. Secret values, packages and import notes are left out. */
import type { NodeDefinition } from "../definition";
import { isExecution, keyOf } from "../definition";
import type { Comment, Input, Layer, Node, Output, Place } from "../document";
import type { Table } from "../json";
import { table } from "../json";
import { splitEnd } from "../pins";
import type * as commands from "./commands";
import { innerLayer, innerNode, variableOf, withoutValue } from "./copy";
import type { Draft } from "./draft";
import { FUNCTION_PIN, followLiterals } from "./follow";
import { checkOwnPins } from "./pins";
import { CommandRefused, refusal } from "./refusal";
import { tidyComment, tidyLayer, tidyNode } from "./tidy";
import { checkId, checkName, checkPlace, checkValue } from "./values";
import { connect } from "./wires";

/** The parts of a fragment, none missing. */
interface Parts {
  readonly nodes: Table<Node>;
  readonly layers: Table<Layer>;
  readonly comments: Table<Comment>;
}

/** Inserts a fragment into a layer with its wires and, if asked, those that entered it. */
export function paste(draft: Draft, command: commands.Paste): void {
  const { fragment, ids } = command;
  checkValue(fragment, { path: "fragment" });
  const layer = command.layer ?? "";
  draft.checkLayer(layer);
  const parts = { nodes: fragment.nodes ?? {}, layers: fragment.layers ?? {}, comments: fragment.comments ?? {} };
  checkIds(draft, parts, ids);
  const known = bringTypes(draft, parts, fragment.types ?? {});
  bringVariables(draft, fragment, ids);
  const home = (of: string | undefined) => (of !== undefined && own(parts.layers, of) ? (ids[of] ?? "") : layer);
  const inside = new Set([...Object.keys(parts.nodes), ...Object.keys(parts.layers)]);
  for (const [id, each] of Object.entries(parts.layers)) {
    const fresh = ids[id] ?? "";
    checkName(each.name, { node: fresh });
    checkOwnPins([...(each.pins?.in ?? []), ...(each.pins?.out ?? [])], fresh);
    const pasted = tidyLayer({ ...innerLayer(each, inside), parent: home(each.parent) });
    draft.put("layer", fresh, tidyLayer({ ...pasted, out: renamed(pasted.out, ids) }));
  }
  for (const [id, node] of Object.entries(parts.nodes)) {
    const clean = innerNode(node, known.get(node.type), inside);
    const pasted = { ...clean, layer: home(node.layer), package: "", out: renamed(clean.out, ids) };
    draft.put("node", ids[id] ?? "", redirected(draft, pasted, known, ids));
  }
  for (const [id, comment] of Object.entries(parts.comments)) {
    draft.put("comment", ids[id] ?? "", tidyComment({ ...comment, layer: home(comment.layer), origin: null }));
  }
  placeAll(draft, command, parts);
  for (const id of Object.keys(parts.nodes)) {
    followLiterals(draft, ids[id] ?? "");
  }
  if (command.incoming === true) {
    keepIncoming(draft, fragment.incoming ?? {}, ids);
  }
}

function own(entities: object, id: string): boolean {
  return Object.hasOwn(entities, id);
}

function checkIds(draft: Draft, parts: Parts, ids: Table<string>): void {
  const entities = Object.values(parts).flatMap((part) => Object.keys(part as object));
  const fresh = entities.map((id) => (own(ids, id) ? (ids[id] ?? "") : ""));
  for (const id of fresh) {
    draft.fresh(id);
  }
  if (new Set(fresh).size < fresh.length || new Set(entities).size < entities.length) {
    throw refusal("command.id-taken", "An id is given twice.");
  }
  for (const start of Object.keys(parts.layers)) {
    const passed = new Set<string>();
    for (let step = start; own(parts.layers, step); step = parts.layers[step]?.parent ?? "") {
      if (passed.has(step)) {
        throw refusal("command.layer-cycle", `Layer ${step} lies inside itself.`, { node: step });
      }
      passed.add(step);
    }
  }
}

/** Definitions of the pasted nodes; the fragment gives those that are not known. */
function bringTypes(draft: Draft, parts: Parts, types: Table<NodeDefinition>): Map<string, NodeDefinition> {
  const known = new Map<string, NodeDefinition>();
  for (const node of Object.values(parts.nodes)) {
    let definition = draft.definition(node);
    if (definition === undefined) {
      definition = own(types, node.type) ? types[node.type] : undefined;
      if (definition === undefined || keyOf(definition) !== node.type) {
        throw refusal("command.unknown-type", `The fragment does not say what ${node.type} is.`);
      }
      draft.put("type", node.type, definition);
    }
    known.set(node.type, definition);
  }
  return known;
}

function bringVariables(draft: Draft, fragment: commands.Fragment, ids: Table<string>): void {
  for (const [id, variable] of Object.entries(fragment.variables ?? {})) {
    const fresh = own(ids, id) ? (ids[id] ?? id) : id;
    const path = `variables.${fresh}`;
    if (draft.variables[fresh] !== undefined) {
      if (fresh !== id) {
        throw refusal("command.id-taken", `The id ${fresh} is taken.`, { path });
      }
      continue;
    }
    checkId(fresh);
    checkName(variable.name, { path });
    draft.put("variable", fresh, withoutValue(variable));
  }
}

function placeAll(draft: Draft, command: commands.Paste, parts: Parts): void {
  const [dx, dy] = command.offset ?? [0, 0];
  for (const [id, place] of Object.entries(command.fragment.layout ?? {})) {
    const node = own(parts.nodes, id) ? parts.nodes[id] : undefined;
    const layer = own(parts.layers, id) ? parts.layers[id] : undefined;
    const comment = own(parts.comments, id) ? parts.comments[id] : undefined;
    if (node === undefined && layer === undefined && comment === undefined) {
      continue;
    }
    const home = layer === undefined ? (node ?? comment)?.layer : layer.parent;
    const isInside = home !== undefined && own(parts.layers, home);
    const moved: Place = isInside ? place : { ...place, x: (place.x ?? 0) + dx, y: (place.y ?? 0) + dy };
    const fresh = command.ids[id] ?? "";
    draft.put("place", fresh, checkPlace(moved, fresh));
  }
}

/**
 * Wires that entered the fragment come again where their source still stands. Execution wires are
 * left out: a second successor would change what the source does.
 */
function keepIncoming(draft: Draft, incoming: Table<readonly string[]>, ids: Table<string>): void {
  const fresh = new Set(Object.values(ids));
  for (const [source, ends] of Object.entries(incoming)) {
    const [id, key] = splitEnd(source);
    if (!draft.isWired(id) || fresh.has(id)) {
      continue;
    }
    const pin = draft.outputTable(id).get(key);
    if (pin === undefined || isExecution(pin)) {
      continue;
    }
    for (const end of ends) {
      const [target, targetKey] = splitEnd(end);
      const renamedTarget = own(ids, target) ? (ids[target] ?? "") : "";
      tryConnect(draft, source, `${renamedTarget}.${targetKey}`);
    }
  }
}

/** A wire that no longer fits, or came from a forged fragment, is left out. */
function tryConnect(draft: Draft, source: string, target: string): void {
  try {
    connect(draft, { command: "connect", source, target });
  } catch (error) {
    if (!(error instanceof CommandRefused)) {
      throw error;
    }
  }
}

function renamed(outputs: Table<Output> | undefined, ids: Table<string>): Table<Output> {
  return table(
    Object.entries(outputs ?? {}).map(([key, output]): [string, Output] => {
      const to = (output.to ?? []).map((end) => {
        const [entity, pin] = splitEnd(end);
        return `${ids[entity] ?? ""}.${pin}`;
      });
      return [key, to.length > 0 ? { to } : {}];
    }),
  );
}

/** The node with its references to pasted nodes and variables led to their new ids. */
function redirected(draft: Draft, node: Node, known: Map<string, NodeDefinition>, ids: Table<string>): Node {
  const functions = (node.functions ?? [])
    .filter((ref) => own(ids, ref) || draft.isNode(ref))
    .map((ref) => (own(ids, ref) ? (ids[ref] ?? ref) : ref));
  const item = variableOf(node, known.get(node.type)) ?? node.in?.[FUNCTION_PIN];
  let inputs = node.in ?? {};
  const value = item?.value;
  if (typeof value === "string" && own(ids, value)) {
    inputs = table(
      Object.entries(inputs).map(([key, input]): [string, Input] => [
        key,
        input === item ? { value: ids[value] ?? value } : input,
      ]),
    );
  }
  return tidyNode({ ...node, functions, in: inputs });
}
