/** Comments: frames behind nodes, with a text. */
import { boundsOf, type Comment, grown, snapped } from "~/core";
import { isEnd, type Spot } from "~/canvas";
import { select } from "~/canvas/state/stage";

import type { Desk } from "../desk/desk";
import { freshId } from "../desk/ids";
import { boxOf } from "./layers";

const MARGIN = 24;
const HEAD = 24;
const ALONE = { width: 320, height: 160 } as const;

/** Wraps the selection in a frame, or puts an empty one at a spot. Its text is typed at once. */
export function addFrame(desk: Desk, spot?: Spot): boolean {
  const around = boundsOf(desk.selected.filter((id) => !isEnd(id)).flatMap((id) => boxOf(desk, id) ?? []));
  const at = spot?.ground ?? desk.camera.middle();
  const box =
    around === undefined
      ? { x: at.x - ALONE.width / 2, y: at.y - ALONE.height / 2, ...ALONE }
      : withHead(grown(around, MARGIN));
  const id = freshId("note");
  const comment: Comment = desk.layer === "" ? { content: "" } : { content: "", layer: desk.layer };
  const place = {
    x: snapped(box.x, 8),
    y: snapped(box.y, 8),
    z: -1,
    width: snapped(box.width, 8),
    height: snapped(box.height, 8),
  };
  const done = desk.edit([{ command: "upsert_comment", id, comment, place }], { label: "Comment added" });
  if (done) {
    select(desk.stage, [id]);
    desk.stage.setState({ editing: { kind: "frame", node: id } });
  }
  return done;
}

function withHead(box: { x: number; y: number; width: number; height: number }) {
  return { ...box, y: box.y - HEAD, height: box.height + HEAD };
}

export function writeFrame(desk: Desk, id: string, content: string): boolean {
  return change(desk, id, { content }, "Comment written");
}

export function colorFrame(desk: Desk, id: string, color: string): boolean {
  return change(desk, id, { color }, "Colour changed");
}

export function lockFrame(desk: Desk, id: string, locked: boolean): boolean {
  return change(desk, id, { locked }, locked ? "Comment locked" : "Comment unlocked");
}

function change(desk: Desk, id: string, fields: Partial<Comment>, label: string): boolean {
  const comment = desk.board.comments[id];
  return comment === undefined
    ? false
    : desk.edit([{ command: "upsert_comment", id, comment: { ...comment, ...fields } }], { label });
}

export function resizeFrame(desk: Desk, id: string, width: number, height: number): boolean {
  return desk.edit([{ command: "move_many", moves: { [id]: { width, height } } }], { label: "Comment resized" });
}
