import { type PointerEvent, useEffect, useRef } from "react";

import { boundsOf, type Box, grown } from "~/core";

import { boxOf } from "../acts/layers";
import { useDesk, useDeskState, useSurface } from "../desk/context";
import type { Desk } from "../desk/desk";

const WIDTH = 168;
const HEIGHT = 92;
const PAD = 8;

interface Fit {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/** The whole layer, small, and what of it is in view. Painted, so that thousands of nodes cost nothing. */
export function MiniMap() {
  const desk = useDesk();
  const shown = useSurface((surface) => surface.minimap);
  const few = useDeskState((state) => state.scene.things.size < 2);
  const canvas = useRef<HTMLCanvasElement>(null);
  const fit = useRef<Fit>({ scale: 1, x: 0, y: 0 });

  useEffect(() => {
    if (!shown || few) {
      return undefined;
    }
    let frame = 0;
    const paint = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => {
        if (canvas.current !== null) {
          fit.current = draw(desk, canvas.current);
        }
      });
    };
    paint();
    const stops = [
      desk.subscribe(paint),
      desk.camera.subscribe(paint),
      desk.stage.subscribe(paint),
      desk.lives.watchAll(paint),
    ];
    return () => {
      cancelAnimationFrame(frame);
      for (const stop of stops) {
        stop();
      }
    };
  }, [desk, shown, few]);

  if (!shown || few) {
    return null;
  }
  const go = (event: PointerEvent<HTMLCanvasElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const { scale, x, y } = fit.current;
    const zoom = desk.camera.zoom();
    const size = desk.camera.size();
    if (size !== undefined) {
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
    </div>
  );
}

function draw(desk: Desk, canvas: HTMLCanvasElement): Fit {
  const context = canvas.getContext("2d");
  const seen = viewBox(desk);
  const boxes = [...desk.scene.things.keys()].flatMap((id): [string, Box][] => {
    const box = boxOf(desk, id);
    return box === undefined ? [] : [[id, box]];
  });
  const around = boundsOf([...boxes.map(([, box]) => box), ...(seen === undefined ? [] : [seen])]);
  if (context === null || around === undefined) {
    return { scale: 1, x: 0, y: 0 };
  }
  const all = grown(around, 24);
  const scale = Math.min((WIDTH - 2 * PAD) / all.width, (HEIGHT - 2 * PAD) / all.height);
  const fit = { scale, x: WIDTH / 2 - (all.x + all.width / 2) * scale, y: HEIGHT / 2 - (all.y + all.height / 2) * scale };
  const colors = colorsOf(canvas);
  const { selected } = desk.stage.getState();
  context.setTransform(2, 0, 0, 2, 0, 0);
  context.clearRect(0, 0, WIDTH, HEIGHT);
  for (const [id, box] of boxes) {
    const frame = desk.scene.things.get(id)?.kind === "frame";
    const state = desk.lives.get(id)?.state;
    context.fillStyle = selected.has(id) || state === "running" ? colors.signal : state === "failed" ? colors.fail : frame ? colors.frame : colors.node;
    context.globalAlpha = frame ? 0.7 : selected.has(id) ? 1 : 0.6;
    context.beginPath();
    context.roundRect(box.x * scale + fit.x, box.y * scale + fit.y, Math.max(2, box.width * scale), Math.max(2, box.height * scale), 1.5);
    context.fill();
  }
  if (seen !== undefined) {
    context.globalAlpha = 1;
    context.strokeStyle = colors.signal;
    context.lineWidth = 1.5;
    context.strokeRect(seen.x * scale + fit.x, seen.y * scale + fit.y, seen.width * scale, seen.height * scale);
  }
  return fit;
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

interface Colors {
  readonly node: string;
  readonly signal: string;
  readonly fail: string;
  readonly frame: string;
}

let known: { readonly theme: string; readonly colors: Colors } | undefined;

/** The colours of the theme, asked for once a theme. */
function colorsOf(canvas: HTMLCanvasElement): Colors {
  const theme = `${document.documentElement.dataset["theme"] ?? ""} ${matchMedia("(prefers-color-scheme: dark)").matches}`;
  if (known?.theme !== theme) {
    const [node, signal, fail, frame] = ["--line-strong", "--signal", "--fail", "--sand"].map(
      (name) => resolved(canvas, name) ?? "#888",
    ) as [string, string, string, string];
    known = { theme, colors: { node, signal, fail, frame } };
  }
  return known.colors;
}

/** A colour that depends on the scheme is only known once something wears it. */
function resolved(canvas: HTMLCanvasElement, name: string): string | undefined {
  const parent = canvas.parentElement;
  if (parent === null) {
    return undefined;
  }
  const before = parent.style.color;
  parent.style.color = `var(${name})`;
  const { color } = getComputedStyle(parent);
  parent.style.color = before;
  return color;
}
