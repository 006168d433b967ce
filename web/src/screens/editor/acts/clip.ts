/** The machine's clipboard, where the browser lets us at it. */
import type { Point } from "~/core";

import type { Desk } from "../desk/desk";
import { copyText, paste, pastePoint, type Pasting, readClip } from "./clipboard";
import { removeSelected } from "./nodes";

export { duplicate } from "./clipboard";

/** Kept beside the clipboard: browsers may forbid reading it back. */
let last = "";

export async function copySelected(desk: Desk): Promise<boolean> {
  const text = copyText(desk);
  if (text === undefined) {
    return false;
  }
  last = text;
  const count = desk.selected.length;
  desk.say(count === 1 ? "Copied" : `${count} things copied`);
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // The page may not write there (no secure origin, no permission): pasting here still works.
  }
  return true;
}

export async function cutSelected(desk: Desk): Promise<void> {
  if (await copySelected(desk)) {
    removeSelected(desk, false);
  }
}

export async function pasteClip(desk: Desk, pointer: Point | undefined, incoming: boolean): Promise<void> {
  pasteText(desk, await clipText(), pointer, incoming);
}

async function clipText(): Promise<string> {
  try {
    const text = await navigator.clipboard.readText();
    return text === "" ? last : text;
  } catch {
    return last;
  }
}

/** Pastes what a text holds, at a point of the screen or in the middle of the view. */
export function pasteText(desk: Desk, text: string, pointer: Point | undefined, incoming: boolean): boolean {
  const pasting = readClip(desk, text);
  if (typeof pasting === "string") {
    desk.complain("Nothing to paste", pasting);
    return false;
  }
  const ground = pointer === undefined ? undefined : desk.camera.toGround(pointer);
  return pastePart(desk, pasting, pastePoint(desk, ground, pasting), incoming);
}

/** Pastes at a point of the ground, or says which packages are missing. */
export function pastePart(desk: Desk, pasting: Pasting, at: Point, incoming: boolean): boolean {
  const { missing } = pasting;
  if (missing.length > 0) {
    desk.complain(
      "These node types are not installed here",
      `${missing.slice(0, 6).join(", ")}${missing.length > 6 ? " and more" : ""}. Install their packages, then paste again.`,
    );
    return false;
  }
  return paste(desk, pasting, at, incoming);
}
