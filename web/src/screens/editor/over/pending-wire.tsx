import { ViewportPortal } from "@xyflow/react";

import { wirePath } from "~/core";
import { pointOf } from "~/canvas/ground/wiring";
import { pinAt } from "~/canvas/view/scene";

import { useDeskState, useSurface } from "../desk/context";

/** The wire that was dropped on the ground, while the palette asks what it shall lead to. */
export function PendingWire() {
  const request = useSurface((surface) => surface.palette);
  const scene = useDeskState((state) => state.scene);
  const from = request?.from === undefined ? undefined : pointOf(scene, request.from);
  if (request?.from === undefined || from === undefined) {
    return null;
  }
  const { ground } = request.spot;
  const pin = pinAt(scene, request.from);
  const path = request.from.side === "out" ? wirePath(from, ground) : wirePath(ground, from);
  return (
    <ViewportPortal>
      <svg className="pending" aria-hidden="true">
        <path className={`wire ${pin?.shape === "exec" ? "exec done" : "data hot"} t-${pin?.hue ?? "generic"}`} d={path} />
        <circle className={`t-${pin?.hue ?? "generic"}`} cx={ground.x} cy={ground.y} r="4" />
      </svg>
    </ViewportPortal>
  );
}
