/** Puts things in order, from left to right, in a worker; one step of undo. */
import { layoutCommand, layoutInput, type LayoutPort, Layouts } from "~/core";
import { isEnd } from "~/canvas";

import type { Desk } from "../desk/desk";
import { fitAll } from "./layers";

const layouts = new Layouts(
  () =>
    new Worker(new URL("../../../core/layout/layout.worker.ts", import.meta.url), {
      type: "module",
      name: "layout",
    }) as unknown as LayoutPort,
);

/** Tidies the selection if there are several things in it, else all of the open layer. */
export async function tidy(desk: Desk): Promise<boolean> {
  const selected = desk.selected.filter((id) => !isEnd(id));
  const only = selected.length > 1 ? new Set(selected) : undefined;
  const { board, layer } = desk;
  const cards = (id: string) => {
    const view = desk.scene.things.get(id);
    return view === undefined || view.kind === "frame"
      ? undefined
      : {
          width: view.width,
          height: view.height,
          moreY: view.foldY,
          pins: view.pins.map((pin) => ({ key: pin.key, side: pin.side, x: pin.side === "in" ? 0 : view.width, y: pin.y, well: 0 })),
        };
  };
  try {
    const result = await layouts.run(layoutInput(board, desk.session.types, layer, only, cards));
    const command = layoutCommand(desk.board, result);
    const done = command !== undefined && desk.edit([command], { label: "Tidied" });
    if (done && only === undefined) {
      fitAll(desk);
    }
    return done;
  } catch (error) {
    desk.complain("The board could not be tidied", error instanceof Error ? error.message : undefined);
    return false;
  }
}
