/** Differences as people say them: names instead of ids, pins by their labels. */
import { type Board, isObject, type Json, type NodeDefinition, type PinDefinition, sidesOf, titleOfNode, type Types } from "~/core";

import type { Detail, Difference } from "../desk/board-link";

const SHORT = 120;
const FIELDS: Readonly<Record<string, string>> = {
  name: "Name",
  layer: "Layer",
  note: "Note",
  content: "Text",
  color: "Colour",
  description: "Description",
  "settings.disabled": "Switched off",
  "settings.pinned": "Pinned outputs",
};

/** What a difference is called. */
export function titleOf(board: Board, types: Types, { id, title, kind }: Difference): string {
  const node = board.nodes[id];
  const known = node === undefined ? types.get(title) : types.get(node.type);
  const own = node === undefined ? known?.title : titleOfNode(node, known);
  return own || title || board.layers[id]?.name || id || kind;
}

/** What of a thing differs. */
export function labelOf(board: Board, types: Types, { id }: Difference, { path }: Detail): string {
  const [field, key] = [path.slice(0, path.indexOf(".")), path.slice(path.indexOf(".") + 1)];
  if (field === "in" || field === "out") {
    const label = pinLabel(board, types, id, field, key);
    return field === "out" ? `Wires of ${label}` : label;
  }
  return FIELDS[path] ?? path;
}

/** A value before or after. */
export function valueOf(board: Board, types: Types, { path }: Detail, value: unknown): string {
  if (value === undefined) {
    return "nothing";
  }
  if (path === "layer" && typeof value === "string") {
    return board.layers[value]?.name || value;
  }
  const ends = isObject(value as Json) ? (value as { readonly to?: unknown }).to : undefined;
  if (Array.isArray(ends)) {
    return ends.length === 0 ? "nothing" : ends.map((end) => endWords(board, types, String(end))).join(", ");
  }
  const inner = typeof value === "object" && value !== null && "value" in value ? value.value : value;
  return shortened(typeof inner === "string" ? `"${inner}"` : JSON.stringify(inner));
}

function endWords(board: Board, types: Types, end: string): string {
  const dot = end.indexOf(".");
  const [id, key] = [end.slice(0, dot), end.slice(dot + 1)];
  const node = board.nodes[id];
  const name = node === undefined ? board.layers[id]?.name || id : titleOfNode(node, definitionOf(board, types, id));
  const pin = pinOf(board, types, id, "in", key);
  return pin === undefined || pin.type === "Execution" ? name : `${name} · ${pin.label || pin.name}`;
}

function pinLabel(board: Board, types: Types, id: string, side: "in" | "out", key: string): string {
  const pin = pinOf(board, types, id, side, key);
  return pin === undefined ? key : pin.label || (pin.type === "Execution" && side === "out" ? "the execution" : pin.name);
}

function pinOf(board: Board, types: Types, id: string, side: "in" | "out", key: string): PinDefinition | undefined {
  const node = board.nodes[id];
  if (node === undefined) {
    return undefined;
  }
  const { inputs, outputs } = sidesOf(node, definitionOf(board, types, id));
  return (side === "in" ? inputs : outputs).get(key);
}

function definitionOf(board: Board, types: Types, id: string): NodeDefinition | undefined {
  const type = board.nodes[id]?.type ?? "";
  return types.get(type) ?? board.types[type];
}

function shortened(text: string): string {
  return text.length > SHORT ? `${text.slice(0, SHORT)}…` : text;
}
