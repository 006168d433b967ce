import { type PointerEvent, type RefObject, useEffect, useRef } from "react";

import { colorsOf } from "~/canvas";
import { type Box, boundsOf, contains, grown } from "~/core";

import { boxOf } from "../acts/layers";
import { useDesk, useDeskState, useSurface } from "../desk/context";
import type { Desk } from "../desk/desk";

const WIDTH = 168;
const HEIGHT = 92;
const PAD = 8;
const MARGIN = 24;
const ROOM = 0.15;

/** How the ground is laid on the map, and what of the ground that is. */
interface Fit {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
  readonly area: Box;
}

/**
 * The whole layer, small, and what of it is in view. The things are painted only when they change;
 * while the view moves, a frame moves over the picture.
 */
export function MiniMap() {
  const desk = useDesk();
  const shown = useSurface((surface) => surface.minimap);
  const few = useDeskState((state) => state.scene.things.size < 2);
  const canvas = useRef<HTMLCanvasElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const fit = useRef<Fit | undefined>(undefined);
  useDrawing(desk, shown && !few, canvas, frame, fit);

  if (!shown || few) {
    return null;
  }
  const go = (event: PointerEvent<HTMLCanvasElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const size = desk.camera.size();
    if (size !== undefined && fit.current !== undefined) {
      const { scale, x, y } = fit.current;
      const zoom = desk.camera.zoom();
      const at = { x: (event.clientX - box.left - x) / scale, y: (event.clientY - box.top - y) / scale };
      desk.camera.go({ x: size.width / 2 - at.x * zoom, y: size.height / 2 - at.y * zoom, zoom });
    }
  };
  return (
    <div className="mini" aria-hidden="true">
      <canvas
        ref={canvas}
        width={WIDTH * 2}
        height={HEIGHT * 2}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          go(event);
        }}
        onPointerMove={(event) => event.buttons === 1 && go(event)}
      />
      <div ref={frame} className="mini-view" />
    </div>
  );
}

function useDrawing(
  desk: Desk,
  on: boolean,
  canvas: RefObject<HTMLCanvasElement | null>,
  frame: RefObject<HTMLDivElement | null>,
  fit: RefObject<Fit | undefined>,
): void {
  useEffect(() => {
    if (!on) {
      return undefined;
    }
    let asked = 0;
    let stale = true;
    const draw = () => {
      const seen = viewBox(desk);
      if (canvas.current !== null && (stale || (seen !== undefined && !isOn(fit.current, seen)))) {
        stale = false;
        fit.current = paint(desk, canvas.current, seen);
      }
      if (frame.current !== null && fit.current !== undefined && seen !== undefined) {
        place(frame.current, seen, fit.current);
      }
    };
    const soon = () => {
      cancelAnimationFrame(asked);
      asked = requestAnimationFrame(draw);
    };
    const anew = () => {
      stale = true;
      soon();
    };
    soon();
    const stops = [desk.subscribe(anew), desk.lives.watchAll(anew), desk.camera.subscribe(soon)];
    return () => {
      cancelAnimationFrame(asked);
      for (const stop of stops) {
        stop();
      }
    };
  }, [desk, on, canvas, frame, fit]);
}

/** Whether the view is on the map. */
function isOn(fit: Fit | undefined, seen: Box): boolean {
  return fit !== undefined && contains(fit.area, seen);
}

function place(frame: HTMLElement, seen: Box, { scale, x, y }: Fit): void {
  frame.style.transform = `translate(${seen.x * scale + x}px, ${seen.y * scale + y}px)`;
  frame.style.width = `${seen.width * scale}px`;
  frame.style.height = `${seen.height * scale}px`;
}

function paint(desk: Desk, canvas: HTMLCanvasElement, seen: Box | undefined): Fit | undefined {
  const context = canvas.getContext("2d");
  const boxes = [...desk.scene.things.keys()].flatMap((id): [string, Box][] => {
    const box = boxOf(desk, id);
    return box === undefined ? [] : [[id, box]];
  });
  const things = boundsOf(boxes.map(([, box]) => box));
  if (context === null || things === undefined) {
    return undefined;
  }
  const area = areaOf(grown(things, MARGIN), seen);
  const scale = Math.min((WIDTH - 2 * PAD) / area.width, (HEIGHT - 2 * PAD) / area.height);
  const x = WIDTH / 2 - (area.x + area.width / 2) * scale;
  const y = HEIGHT / 2 - (area.y + area.height / 2) * scale;
  const colors = colorsOf(canvas);
  const { selected } = desk.stage.getState();
  context.setTransform(2, 0, 0, 2, 0, 0);
  context.clearRect(0, 0, WIDTH, HEIGHT);
  for (const [id, box] of boxes) {
    const frame = desk.scene.things.get(id)?.kind === "frame";
    const state = desk.lives.get(id)?.state;
    const marked = selected.has(id) || state === "running";
    context.fillStyle = marked ? colors.signal : state === "failed" ? colors.fail : frame ? colors.sand : colors.line;
    context.globalAlpha = frame ? 0.7 : marked ? 1 : 0.6;
    context.beginPath();
    context.roundRect(box.x * scale + x, box.y * scale + y, Math.max(2, box.width * scale), Math.max(2, box.height * scale), 1.5);
    context.fill();
  }
  return { scale, x, y, area };
}

/** What of the ground is on the map: all things, and the view with room to move on if it sticks out. */
function areaOf(things: Box, seen: Box | undefined): Box {
  if (seen === undefined || contains(things, seen)) {
    return things;
  }
  return boundsOf([things, grown(seen, ROOM * Math.max(seen.width, seen.height))]) ?? things;
}

function viewBox(desk: Desk): Box | undefined {
  const viewport = desk.camera.viewport();
  const size = desk.camera.size();
  if (viewport === undefined || size === undefined) {
    return undefined;
  }
  const { x, y, zoom } = viewport;
  return { x: -x / zoom, y: -y / zoom, width: size.width / zoom, height: size.height / zoom };
}
