/** Copy and paste as text: between boards, apps and tabs, and through a chat. */
import {
  type Board,
  boundsOf,
  type Box,
  copyPart,
  type Fragment,
  homeOf,
  isObject,
  JsonError,
  parse,
  type Point,
  readFragment,
  snapped,
  stringify,
} from "~/core";
import { isEnd } from "~/canvas";
import { select } from "~/canvas/state/stage";

import type { Desk } from "../desk/desk";
import { freshId } from "../desk/ids";
import { boxOf } from "./layers";

/** The envelope: says what the text is to whoever finds it in a chat, and which version wrote it. */
interface Envelope {
  readonly flowlike: "fragment/1";
  readonly fragment: Fragment;
  /** Upper left corner of what was copied. */
  readonly at: readonly [number, number];
}

/** The selection as text; undefined if nothing can be copied. */
export function copyText(desk: Desk): string | undefined {
  const ids = desk.selected.filter((id) => !isEnd(id));
  if (ids.length === 0) {
    return undefined;
  }
  const around = boundsOf(ids.flatMap((id) => boxOf(desk, id) ?? []));
  const fragment = copyPart(desk.board, ids, desk.session.types);
  const envelope: Envelope = { flowlike: "fragment/1", fragment, at: [around?.x ?? 0, around?.y ?? 0] };
  return stringify(envelope);
}

export interface Pasting {
  readonly fragment: Fragment;
  readonly at: Point;
  /** Node types that are neither installed here nor stored in what was copied. */
  readonly missing: readonly string[];
}

/** What a text from the clipboard holds, or why it cannot be pasted. */
export function readClip(desk: Desk, text: string): Pasting | string {
  const start = text.indexOf("{");
  if (start < 0 || !text.includes('"flowlike"')) {
    return "The clipboard holds no nodes.";
  }
  try {
    const found = parse(text.slice(start, text.lastIndexOf("}") + 1));
    if (!isObject(found) || found["flowlike"] !== "fragment/1" || !isObject(found["fragment"])) {
      return "The clipboard holds nodes of another version.";
    }
    const fragment = readFragment(found["fragment"]);
    const at = found["at"];
    const corner = Array.isArray(at) ? { x: Number(at[0]), y: Number(at[1]) } : { x: 0, y: 0 };
    return { fragment, at: corner, missing: missingTypes(desk, fragment) };
  } catch (error) {
    if (error instanceof JsonError) {
      return "The clipboard holds nodes, but the text is damaged.";
    }
    throw error;
  }
}

/** All of another board, to be placed beside what is here. */
export function wholeOf(desk: Desk, board: Board): Pasting {
  const ids = [...Object.keys(board.nodes), ...Object.keys(board.layers), ...Object.keys(board.comments)];
  const fragment = copyPart(board, ids, desk.session.types);
  const outer = ids.filter((id) => homeOf(board, id) === "").map((id) => board.layout[id]);
  const at = { x: Math.min(...outer.map((place) => place?.x ?? 0)), y: Math.min(...outer.map((place) => place?.y ?? 0)) };
  return { fragment, at, missing: missingTypes(desk, fragment) };
}

function missingTypes(desk: Desk, fragment: Fragment): string[] {
  const types = new Set(Object.values(fragment.nodes ?? {}).map((node) => node.type));
  return [...types].filter((type) => desk.session.types.get(type) === undefined && fragment.types?.[type] === undefined);
}

/** Pastes with its upper left corner at a point. What was pasted is selected. */
export function paste(desk: Desk, pasting: Pasting, at: Point, incoming: boolean): boolean {
  const { fragment } = pasting;
  const ids: Record<string, string> = {};
  for (const table of [fragment.nodes, fragment.layers, fragment.comments]) {
    for (const id of Object.keys(table ?? {})) {
      ids[id] = freshId(id.replace(/-[a-z2-9]{7}$/u, ""));
    }
  }
  for (const id of Object.keys(fragment.variables ?? {})) {
    if (desk.board.variables[id] === undefined) {
      ids[id] = id;
    }
  }
  const offset: [number, number] = [snapped(at.x - pasting.at.x), snapped(at.y - pasting.at.y)];
  const count = Object.keys(fragment.nodes ?? {}).length;
  const done = desk.edit(
    [{ command: "paste", fragment, ids, offset, ...(desk.layer === "" ? {} : { layer: desk.layer }), ...(incoming ? { incoming } : {}) }],
    { label: count === 1 ? "1 node pasted" : `${count} nodes pasted` },
  );
  if (done) {
    const inner = new Set(Object.keys(fragment.layers ?? {}));
    const outside = (home: string | undefined) => home === undefined || !inner.has(home);
    const shown = Object.keys(ids).filter((id) => {
      const home = fragment.nodes?.[id]?.layer ?? fragment.layers?.[id]?.parent ?? fragment.comments?.[id]?.layer;
      return fragment.variables?.[id] === undefined && outside(home);
    });
    select(desk.stage, shown.map((id) => ids[id] as string));
  }
  return done;
}

const BESIDE = 32;

/** Copies the selection beside itself, without the clipboard. */
export function duplicate(desk: Desk): boolean {
  const text = copyText(desk);
  const pasting = text === undefined ? undefined : readClip(desk, text);
  if (pasting === undefined || typeof pasting === "string") {
    return false;
  }
  return paste(desk, pasting, { x: pasting.at.x + BESIDE, y: pasting.at.y + BESIDE }, false);
}

/** Where to paste: at the pointer if it is over the ground, else in the middle of the view. */
export function pastePoint(desk: Desk, pointer: Point | undefined, pasting: Pasting): Point {
  if (pointer !== undefined) {
    return pointer;
  }
  const size = sizeOf(pasting.fragment);
  const middle = desk.camera.middle();
  return { x: middle.x - size.width / 2, y: middle.y - size.height / 2 };
}

function sizeOf(fragment: Fragment): { width: number; height: number } {
  const boxes = Object.values(fragment.layout ?? {}).map(
    (place): Box => ({ x: place.x ?? 0, y: place.y ?? 0, width: place.width ?? 176, height: place.height ?? 96 }),
  );
  return boundsOf(boxes) ?? { width: 0, height: 0 };
}
