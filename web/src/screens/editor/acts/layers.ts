/** Layers: made of a selection, dissolved, entered, left; and how to get to anything on the board. */
import { boundsOf, homeOf, placedKind, snap, wayTo } from "~/core";
import { isEnd } from "~/canvas";
import { select } from "~/canvas/state/stage";
import { splitEnd } from "~/core";

import type { Desk } from "../desk/desk";
import { freshId } from "../desk/ids";

/** Puts the selection into a new layer. */
export function collapseSelected(desk: Desk): boolean {
  const members = desk.selected.filter((id) => !isEnd(id));
  const around = boundsOf(members.flatMap((id) => boxOf(desk, id) ?? []));
  if (members.length === 0 || around === undefined) {
    return false;
  }
  const id = freshId("layer");
  const place = snap({ x: around.x + around.width / 2 - 96, y: around.y + around.height / 2 - 48 });
  const done = desk.edit([{ command: "collapse", id, members, name: "Layer", place }], {
    label: `${members.length} things collapsed to a layer`,
  });
  if (done) {
    select(desk.stage, [id]);
    desk.stage.setState({ editing: { kind: "title", node: id } });
  }
  return done;
}

/** Dissolves the selected layers. Their members are selected then. */
export function expandSelected(desk: Desk): boolean {
  const layers = desk.selected.filter((id) => desk.board.layers[id] !== undefined);
  const { board } = desk;
  const members = [...Object.keys(board.nodes), ...Object.keys(board.layers), ...Object.keys(board.comments)].filter(
    (id) => layers.includes(homeOf(board, id)),
  );
  const done = desk.edit(
    layers.map((id) => ({ command: "expand", id })),
    { label: "Layer expanded" },
  );
  if (done) {
    select(desk.stage, members);
  }
  return done;
}

export function enterLayer(desk: Desk, layer: string): void {
  desk.stage.setState({ layer, selected: new Set(), selectedWires: new Set(), cursor: "", cursorPin: null, wiring: null, editing: null });
  desk.say(layer === "" ? "The board itself" : `Inside ${desk.board.layers[layer]?.name ?? "a layer"}`);
  fitAll(desk);
}

/** Goes to the layer around; the layer that was left is selected. False if there is none around. */
export function leaveLayer(desk: Desk): boolean {
  const { layer } = desk;
  if (layer === "") {
    return false;
  }
  enterLayer(desk, desk.board.layers[layer]?.parent ?? "");
  select(desk.stage, [layer]);
  return true;
}

/** The way to the open layer, from the board to it. */
export function trail(desk: Desk): readonly { readonly id: string; readonly name: string }[] {
  return wayTo(desk.board, desk.layer).map((id) => ({ id, name: desk.board.layers[id]?.name ?? id }));
}

/** Opens the layer of a thing, brings it into view, selects it and lets it light up. */
export function jumpTo(desk: Desk, id: string): boolean {
  if (placedKind(desk.board, id) === undefined) {
    return false;
  }
  const home = homeOf(desk.board, id);
  if (home !== desk.layer) {
    enterLayer(desk, home);
  }
  select(desk.stage, [id]);
  const box = boxOf(desk, id);
  if (box !== undefined) {
    desk.camera.reveal(box);
  }
  flash(desk, id);
  return true;
}

const FLASH_MS = 1300;

export function flash(desk: Desk, id: string): void {
  desk.stage.setState({ flash: "" });
  desk.stage.setState({ flash: id });
  globalThis.setTimeout(() => {
    if (desk.stage.getState().flash === id) {
      desk.stage.setState({ flash: "" });
    }
  }, FLASH_MS);
}

/** The box of a thing in the open layer. */
export function boxOf(desk: Desk, id: string) {
  const view = desk.scene.things.get(id);
  const place = desk.scene.places.get(id);
  return view === undefined || place === undefined
    ? undefined
    : { x: place.x, y: place.y, width: view.width, height: view.height };
}

export function fitAll(desk: Desk): void {
  desk.camera.fit(boundsOf([...desk.scene.things.keys()].flatMap((id) => boxOf(desk, id) ?? [])));
}

export function fitSelected(desk: Desk): void {
  const { selected } = desk;
  if (selected.length === 0) {
    fitAll(desk);
    return;
  }
  desk.camera.fit(boundsOf(selected.flatMap((id) => boxOf(desk, id) ?? [])), 1.25);
}

/** The node at the other end of a wire endpoint, for lists. */
export function ownerOf(end: string): string {
  return splitEnd(end)[0];
}
