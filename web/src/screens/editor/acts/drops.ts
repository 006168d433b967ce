/** What is dropped onto the ground from beside it: a variable, a node type, a file. */
import type { Spot } from "~/canvas";

import type { Desk } from "../desk/desk";
import { paste, readClip } from "./clipboard";
import { insert } from "./nodes";
import { placeVariable } from "./variables";

/** Kinds of what is dragged within the editor. */
export const DRAG = { variable: "application/x-flowlike-variable", type: "application/x-flowlike-type" } as const;

const MOST_BYTES = 8 * 1024 * 1024;

export function dropData(desk: Desk, data: DataTransfer, spot: Spot, alt: boolean): void {
  if (desk.readOnly) {
    return;
  }
  const variable = data.getData(DRAG.variable);
  const type = data.getData(DRAG.type);
  const [file] = data.files;
  if (variable !== "") {
    placeVariable(desk, variable, alt ? "variable_set" : "variable_get", spot);
  } else if (type !== "") {
    insert(desk, { type }, { spot });
  } else if (file !== undefined) {
    void dropFile(desk, file, spot);
  } else {
    dropText(desk, data.getData("text/plain"), spot);
  }
}

async function dropFile(desk: Desk, file: File, spot: Spot): Promise<void> {
  if (file.size > MOST_BYTES) {
    desk.complain("This file is too large to drop here", "Import it on the page of the app.");
    return;
  }
  dropText(desk, await file.text(), spot);
}

function dropText(desk: Desk, text: string, spot: Spot): void {
  const pasting = readClip(desk, text);
  if (typeof pasting === "string") {
    desk.complain("Nothing to place here", "Drop nodes that were copied as text. A whole board is imported on the page of the app.");
    return;
  }
  paste(desk, pasting, spot.ground, false);
}
