/** The board handed out as a file: as a picture of the open layer, or as what it is kept in. */
import { parse, stringify } from "~/core";
import { colorsOf } from "~/canvas";
import { pretty } from "~/canvas/literals/values";

import { saveAs } from "../../parts/save-as";
import type { Desk } from "../desk/desk";

export type Form = "svg" | "png" | "json";

export async function exportBoard(desk: Desk, form: Form): Promise<void> {
  const name = fileName(desk);
  if (form === "json") {
    saveAs(new Blob([`${textOf(desk)}\n`], { type: "application/json" }), `${name}.board.json`);
    return;
  }
  const [{ pictureOf }, { pngOf }] = await Promise.all([import("~/canvas/picture/svg"), import("~/canvas/picture/png")]);
  const picture = pictureOf(desk.scene, colorsOf(document.body));
  if (picture === undefined) {
    desk.complain("There is nothing to draw", "This layer is empty.");
    return;
  }
  try {
    saveAs(form === "png" ? await pngOf(picture) : new Blob([picture.svg], { type: "image/svg+xml" }), `${name}.${form}`);
  } catch (error) {
    desk.complain("The picture was not made", error instanceof Error ? error.message : undefined);
  }
}

/** What a file of the board holds: sorted, so that two of them can be compared line by line. */
function textOf(desk: Desk): string {
  return pretty(parse(stringify(desk.board, { sorted: true })));
}

function fileName({ board }: Desk): string {
  return (board.name ?? board.id).replaceAll(/[^\p{L}\p{N}._-]+/gu, "-").slice(0, 80) || "board";
}
