/** What a point or box of the ground meets, where nothing of it is an element of the page. */
import type { Box, Point } from "~/core";
import { holds, overlap } from "~/core";

import type { SceneView } from "../view/scene";

/** The thing at a point: nodes before frames, the last before the first. */
export function thingAt(scene: SceneView, point: Point): string | undefined {
  let node: string | undefined;
  let frame: string | undefined;
  for (const [id, thing] of scene.things) {
    const at = scene.places.get(id);
    if (at !== undefined && holds({ ...at, width: thing.width, height: thing.height }, point)) {
      if (thing.kind === "frame") {
        frame = id;
      } else {
        node = id;
      }
    }
  }
  return node ?? frame;
}

/** Things that a box meets; frames only if it holds them whole. */
export function thingsIn(scene: SceneView, box: Box): string[] {
  const found: string[] = [];
  for (const [id, thing] of scene.things) {
    const at = scene.places.get(id);
    if (at === undefined) {
      continue;
    }
    const own = { ...at, width: thing.width, height: thing.height };
    const whole =
      own.x >= box.x && own.y >= box.y && own.x + own.width <= box.x + box.width && own.y + own.height <= box.y + box.height;
    if (thing.kind === "frame" ? whole : overlap(own, box)) {
      found.push(id);
    }
  }
  return found;
}
