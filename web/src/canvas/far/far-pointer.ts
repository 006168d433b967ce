/** What the pointer does to a painted board: choose things, carry them, draw a box around them. */
import { type Box, boxBetween, type Point, snap } from "~/core";

import type { Camera } from "../ground/camera";
import { type Carried, carriedBy, type Dragged, withCarried } from "../ground/dragging";
import type { Moved } from "../state/moved";
import { deselect, select, type StageStore, toggle } from "../state/stage";
import { thingAt, thingsIn } from "./hit";

const THRESHOLD_PX = 3;
const NOTHING_MOVED: ReadonlyMap<string, Point> = new Map();

export interface Pressed {
  readonly clientX: number;
  readonly clientY: number;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

export interface FarGround extends Dragged {
  readonly camera: Pick<Camera, "toGround">;
  readonly readOnly: boolean;
}

interface Held {
  readonly client: Point;
  readonly ground: Point;
  readonly thing: string | undefined;
  readonly more: boolean;
  readonly before: ReadonlySet<string>;
  carried: readonly Carried[];
  ids: readonly string[];
  moving: boolean;
}

export class FarPointer {
  readonly #ground: { readonly current: FarGround };
  readonly #stage: StageStore;
  readonly #moved: Moved;
  #held: Held | undefined;
  #box: Box | undefined;

  constructor(ground: { readonly current: FarGround }, stage: StageStore, moved: Moved) {
    this.#ground = ground;
    this.#stage = stage;
    this.#moved = moved;
  }

  /** The box that is being drawn, on the ground. */
  get box(): Box | undefined {
    return this.#box;
  }

  down(event: Pressed): void {
    const { scene, camera } = this.#ground.current;
    const client = { x: event.clientX, y: event.clientY };
    const ground = camera.toGround(client);
    this.#held = {
      client,
      ground,
      thing: thingAt(scene, ground),
      more: event.shiftKey || event.ctrlKey || event.metaKey,
      before: this.#stage.getState().selected,
      carried: [],
      ids: [],
      moving: false,
    };
  }

  /** Whether something moved that must be painted. */
  move(event: Pressed): boolean {
    const held = this.#held;
    if (held === undefined) {
      return false;
    }
    const far = Math.max(Math.abs(event.clientX - held.client.x), Math.abs(event.clientY - held.client.y)) >= THRESHOLD_PX;
    if (!held.moving && !far) {
      return false;
    }
    if (!held.moving) {
      held.moving = true;
      this.#begin(held, event);
    }
    const at = this.#ground.current.camera.toGround({ x: event.clientX, y: event.clientY });
    if (held.thing === undefined) {
      this.#draw(held, at);
    } else if (held.ids.length > 0) {
      this.#moved.set(this.#places(held, at, event.altKey));
    }
    return true;
  }

  up(event: Pressed): void {
    const held = this.#held;
    this.#held = undefined;
    this.#box = undefined;
    if (held === undefined) {
      return;
    }
    if (!held.moving) {
      this.#click(held);
    } else if (held.ids.length > 0) {
      const at = this.#ground.current.camera.toGround({ x: event.clientX, y: event.clientY });
      this.#ground.current.hooks.move(this.#places(held, at, event.altKey), "");
      this.#moved.set(NOTHING_MOVED);
    }
  }

  /** The pointer was taken away: nothing moves. */
  cancel(): void {
    this.#held = undefined;
    this.#box = undefined;
    this.#moved.set(NOTHING_MOVED);
  }

  #click({ thing, more }: Held): void {
    if (thing === undefined) {
      deselect(this.#stage, more);
    } else if (more) {
      toggle(this.#stage, thing);
    } else {
      select(this.#stage, [thing]);
    }
  }

  #begin(held: Held, event: Pressed): void {
    const { readOnly, scene } = this.#ground.current;
    if (held.thing === undefined || readOnly) {
      return;
    }
    if (!held.before.has(held.thing)) {
      select(this.#stage, [...(held.more ? held.before : []), held.thing]);
    }
    held.ids = [...this.#stage.getState().selected];
    const frames = held.ids.filter((id) => scene.things.get(id)?.kind === "frame");
    held.carried = event.ctrlKey ? [] : carriedBy(frames, this.#ground.current);
  }

  #draw(held: Held, at: Point): void {
    this.#box = boxBetween(held.ground, at);
    select(this.#stage, [...(held.more ? held.before : []), ...thingsIn(this.#ground.current.scene, this.#box)]);
  }

  #places(held: Held, at: Point, free: boolean): Map<string, Point> {
    const { places } = this.#ground.current.scene;
    const [dx, dy] = [at.x - held.ground.x, at.y - held.ground.y];
    const own = new Map<string, Point>();
    for (const id of held.ids) {
      const from = places.get(id);
      if (from !== undefined) {
        const to = { x: from.x + dx, y: from.y + dy };
        own.set(id, free ? to : snap(to));
      }
    }
    return withCarried(own, held.carried, places);
  }
}
