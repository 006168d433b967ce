import { ViewportPortal } from "@xyflow/react";
import { useSyncExternalStore } from "react";

import { curveOf, pointAt } from "~/core";
import { Icon } from "~/ui/icon";

import type { SceneView } from "../view/scene";
import type { GroundHooks } from "./hooks";
import type { Hover } from "./hovering";
import { pointOf } from "./wiring";

export interface HoverLayerProps {
  readonly scene: SceneView;
  readonly hooks: GroundHooks;
  readonly readOnly: boolean;
  readonly hover: Hover;
  readonly lastValue: ((wire: string) => string | undefined) | undefined;
}

/** What shows on a wire under the pointer: a plus to put a node into it, and the value it last carried. */
export function HoverLayer({ scene, hooks, readOnly, hover, lastValue }: HoverLayerProps) {
  const wire = scene.wires.get(useSyncExternalStore(hover.subscribe, hover.get));
  const from = wire && pointOf(scene, wire.from);
  const to = wire && pointOf(scene, wire.to);
  if (wire === undefined || from === undefined || to === undefined) {
    return null;
  }
  const middle = pointAt(curveOf(from, to), 0.5);
  const value = wire.kind === "data" ? lastValue?.(wire.id) : undefined;
  const words = wire.bad === "" ? value : wire.bad;
  return (
    <ViewportPortal>
      {words !== undefined && (
        <div className="wire-value" style={{ transform: `translate(${middle.x}px, ${middle.y + 16}px) translateX(-50%)` }}>
          {words}
        </div>
      )}
      {!readOnly && (
        <button
          type="button"
          tabIndex={-1}
          className="wire-plus nodrag nopan"
          aria-label="Insert a node here"
          style={{ transform: `translate(${middle.x - 12}px, ${middle.y - 12}px)` }}
          onMouseEnter={() => hover.enter(wire.id)}
          onMouseLeave={hover.leave}
          onClick={(event) => {
            hover.end();
            hooks.insertIn(wire.id, { client: { x: event.clientX, y: event.clientY }, ground: middle });
          }}
        >
          <Icon name="plus" size={14} />
        </button>
      )}
    </ViewportPortal>
  );
}
