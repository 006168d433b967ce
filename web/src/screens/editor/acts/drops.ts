/** What is dropped onto the ground from beside it: a variable, a node type, a file. */
import type { Spot } from "~/canvas";
import { type Board, FORMAT, isObject, JsonError, parse, readBoard } from "~/core";

import type { Desk } from "../desk/desk";
import { pastePart } from "./clip";
import { readClip } from "./clipboard";
import type { Dropped } from "./dropped";
import { insert } from "./nodes";
import { placeVariable } from "./variables";

const MOST_BYTES = 8 * 1024 * 1024;

export function dropData(desk: Desk, { variable, type, text, file }: Dropped, spot: Spot, alt: boolean): void {
  if (desk.readOnly) {
    return;
  }
  if (variable !== "") {
    placeVariable(desk, variable, alt ? "variable_set" : "variable_get", spot);
  } else if (type !== "") {
    insert(desk, { type }, { spot });
  } else if (file !== undefined) {
    void dropFile(desk, file, spot);
  } else {
    dropText(desk, text, spot);
  }
}

async function dropFile(desk: Desk, file: File, spot: Spot): Promise<void> {
  if (file.size > MOST_BYTES) {
    desk.complain("This file is too large to drop here", "Import it on the page of the app.");
    return;
  }
  const text = await file.text();
  const board = boardIn(text);
  if (board === undefined) {
    dropText(desk, text, spot);
  } else {
    desk.surface.setState({ sheet: "import", incoming: { name: file.name, board, spot } });
  }
}

/** The board that the text of a file is; undefined if it is none. */
export function boardIn(text: string): Board | undefined {
  try {
    const found = parse(text);
    return isObject(found) && found["format"] === FORMAT ? readBoard(found) : undefined;
  } catch (error) {
    if (error instanceof JsonError) {
      return undefined;
    }
    throw error;
  }
}

function dropText(desk: Desk, text: string, spot: Spot): void {
  const pasting = readClip(desk, text);
  if (typeof pasting === "string") {
    desk.complain("Nothing to place here", "Drop the file of a board, or nodes that were copied as text. An app is imported on the page of apps.");
    return;
  }
  pastePart(desk, pasting, spot.ground, false);
}
