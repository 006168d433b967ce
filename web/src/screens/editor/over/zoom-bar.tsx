import { useSyncExternalStore } from "react";

import { IconButton } from "~/ui";

import { fitAll } from "../acts/layers";
import { useDesk } from "../desk/context";

const STEP = 1.25;

/** Nearer, farther, all: the ways for those without a wheel. */
export function ZoomBar() {
  const desk = useDesk();
  const percent = useSyncExternalStore(desk.camera.subscribe, () => Math.round(desk.camera.zoom() * 100));
  return (
    <div className="float zoom" role="group" aria-label="Zoom">
      <IconButton icon="minus" label="Zoom out" keys="-" side="top" onClick={() => desk.camera.zoomBy(1 / STEP)} />
      <button type="button" className="zoom-now" aria-label={`${percent} percent, back to 100`} onClick={() => desk.camera.zoomTo(1)}>
        {percent} %
      </button>
      <IconButton icon="plus" label="Zoom in" keys="+" side="top" onClick={() => desk.camera.zoomBy(STEP)} />
      <IconButton icon="fit" label="Show all" keys="1" side="top" onClick={() => fitAll(desk)} />
    </div>
  );
}
