/** A desk for tests: the small board of the core, a session in memory, a camera that writes down. */
import type { Viewport } from "@xyflow/react";

import type { Board, Types } from "~/core";
import { sampleBoard, TYPES } from "~/core/testing/boards";
import type { PinPlace, Spot } from "~/canvas";

import { addFrame, writeFrame } from "~/screens/editor/acts/comments";
import { Desk } from "~/screens/editor/desk/desk";
import { MemorySession } from "./memory-session";

export interface DeskForTests {
  readonly desk: Desk;
  readonly session: MemorySession;
  /** What the person was told did not work: title and detail. */
  readonly complaints: [string, string?][];
  /** Where the view went. */
  readonly views: Viewport[];
}

export interface TestDeskOptions {
  readonly types?: Types;
  readonly readOnly?: boolean;
  readonly layer?: string;
}

const SIZE = { width: 1000, height: 800 };

/** Opens a board on a desk whose view is 1000 by 800, at zoom 1 from the origin. */
export function deskFor(board: Board = sampleBoard(), { types = TYPES, readOnly = false, layer = "" }: TestDeskOptions = {}): DeskForTests {
  const session = new MemorySession(board, types);
  const complaints: [string, string?][] = [];
  const desk = new Desk({
    session,
    readOnly,
    layer,
    complain: (title, detail) => complaints.push(detail === undefined ? [title] : [title, detail]),
  });
  const views: Viewport[] = [];
  bindCamera(desk, views);
  return { desk, session, complaints, views };
}

function bindCamera(desk: Desk, views: Viewport[]): void {
  let view: Viewport = { x: 0, y: 0, zoom: 1 };
  const go = (next: Viewport) => {
    view = next;
    views.push(next);
    return Promise.resolve(true);
  };
  desk.camera.bind({
    flow: {
      screenToFlowPosition: ({ x, y }) => ({ x: (x - view.x) / view.zoom, y: (y - view.y) / view.zoom }),
      flowToScreenPosition: ({ x, y }) => ({ x: x * view.zoom + view.x, y: y * view.zoom + view.y }),
      zoomTo: (zoom) => go({ ...view, zoom }),
      setViewport: go,
      setCenter: (x, y, options) => {
        const zoom = options?.zoom ?? view.zoom;
        return go({ x: SIZE.width / 2 - x * zoom, y: SIZE.height / 2 - y * zoom, zoom });
      },
    },
    size: () => SIZE,
    viewport: () => view,
    onMove: () => () => {},
  });
}

/** A place of the ground, with the screen beneath it. */
export function spot(x: number, y: number): Spot {
  return { client: { x, y }, ground: { x, y } };
}

/** A pin, written `node.key`. */
export function input(end: string): PinPlace {
  return placeOf(end, "in");
}

export function output(end: string): PinPlace {
  return placeOf(end, "out");
}

function placeOf(end: string, side: "in" | "out"): PinPlace {
  const dot = end.indexOf(".");
  return { node: end.slice(0, dot), side, key: end.slice(dot + 1) };
}

/** The ends of all wires of a board, as `a.b>c.d`, in order. */
export function wiresIn(desk: Desk): string[] {
  return [...desk.scene.wires.keys()].toSorted();
}

/** What the live region said last. */
export function saidBy(desk: Desk): string {
  return desk.stage.getState().said.trimEnd();
}

/** Draws a frame around the nodes that are selected, with a text if one is given. Returns its id. */
export function framed(desk: Desk, text?: string): string {
  addFrame(desk);
  const [frame = ""] = desk.selected;
  if (text !== undefined) {
    writeFrame(desk, frame, text);
  }
  return frame;
}
