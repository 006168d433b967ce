import { useStore, type Viewport } from "@xyflow/react";
import { type PointerEvent, useEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";

import { useLatest } from "../ground/latest";
import { colorsOf } from "../look/colors";
import { useTools } from "../state/context";
import type { Camera } from "../ground/camera";
import { PAINTING } from "../ground/far";
import type { SceneView } from "../view/scene";
import { type FarGround, FarPointer } from "./far-pointer";
import { paint } from "./paint";

export interface FarCanvasProps extends FarGround {
  readonly camera: Camera;
}

/** The picture of a large board seen from far away, in place of its elements. */
export function FarCanvas(props: FarCanvasProps) {
  // It lies in the pane of the flow, which pans and zooms beneath it.
  const pane = useStore((state) => state.domNode?.querySelector(".react-flow__pane") ?? null);
  return pane === null ? null : createPortal(<Painting {...props} />, pane);
}

function Painting(props: FarCanvasProps) {
  const { scene, camera } = props;
  const tools = useTools();
  const { stage, lives, moved } = tools;
  const latest = useLatest(props);
  const canvas = useRef<HTMLCanvasElement>(null);
  const again = useRef(() => {});
  const [pointer] = useState(() => new FarPointer(latest, stage, moved));

  useEffect(() => {
    let frame = 0;
    let drawn: Viewport | undefined;
    const look = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => {
        if (canvas.current !== null && !shifted(canvas.current, drawn, camera)) {
          drawn = draw(canvas.current, scene, camera, tools, pointer);
        }
      });
    };
    const soon = () => {
      drawn = undefined;
      look();
    };
    again.current = soon;
    soon();
    const stops = [camera.subscribe(look), stage.subscribe(soon), moved.subscribe(soon), lives.watchAll(soon)];
    const changed = new MutationObserver(soon);
    changed.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme", "data-scheme"] });
    return () => {
      cancelAnimationFrame(frame);
      changed.disconnect();
      for (const stop of stops) {
        stop();
      }
    };
  }, [scene, camera, stage, lives, moved, pointer, tools]);

  const on = (act: (event: PointerEvent) => void) => (event: PointerEvent) => {
    act(event);
    again.current();
  };
  return (
    <canvas
      ref={canvas}
      className={PAINTING}
      aria-hidden="true"
      onPointerDown={on((event) => {
        // Other buttons, and Space held down, move the view.
        if (event.button === 0 && event.currentTarget.closest(".react-flow__pane.draggable") === null) {
          event.currentTarget.setPointerCapture(event.pointerId);
          stage.setState({ wiring: null, editing: null });
          pointer.down(event);
        }
      })}
      onPointerMove={(event) => pointer.move(event) && again.current()}
      onPointerUp={on((event) => pointer.up(event))}
      onPointerCancel={on(() => pointer.cancel())}
    />
  );
}

type Tools = ReturnType<typeof useTools>;

/** How far the picture reaches beyond the view, in pixels of the screen: so far it is only moved. */
const MORE = 192;

/** Moves the picture along with the view; false if it does not reach that far or the zoom is another. */
function shifted(element: HTMLCanvasElement, drawn: Viewport | undefined, camera: Camera): boolean {
  const now = camera.viewport();
  if (now === undefined || drawn === undefined || now.zoom !== drawn.zoom) {
    return false;
  }
  const [dx, dy] = [now.x - drawn.x, now.y - drawn.y];
  if (Math.abs(dx) > MORE || Math.abs(dy) > MORE) {
    return false;
  }
  element.style.transform = `translate(${dx}px, ${dy}px)`;
  return true;
}

function draw(element: HTMLCanvasElement, scene: SceneView, camera: Camera, tools: Tools, pointer: FarPointer): Viewport | undefined {
  const viewport = camera.viewport();
  const size = camera.size();
  const brush = element.getContext("2d");
  if (viewport === undefined || size === undefined || brush === null) {
    return undefined;
  }
  const scale = Math.min(2, globalThis.devicePixelRatio || 1);
  const view = { x: viewport.x + MORE, y: viewport.y + MORE, zoom: viewport.zoom, width: size.width + 2 * MORE, height: size.height + 2 * MORE };
  const [width, height] = [Math.round(view.width * scale), Math.round(view.height * scale)];
  if (element.width !== width || element.height !== height) {
    element.width = width;
    element.height = height;
    element.style.width = `${view.width}px`;
    element.style.height = `${view.height}px`;
  }
  element.style.transform = "";
  const { selected, selectedWires, cursor } = tools.stage.getState();
  const painted = { scene, moved: tools.moved.get(), selected, selectedWires, cursor, lives: tools.lives, box: pointer.box };
  paint(brush, painted, view, colorsOf(element.parentElement ?? element), scale);
  return viewport;
}
