/** Parts of the editor on a page of tests, around a desk in memory. */
import { render } from "@testing-library/react";
import type { ReactNode } from "react";

import type { Board } from "~/core";
import { CanvasContext } from "~/canvas/state/context";

import type { BoardLink } from "~/screens/editor/desk/board-link";
import { DeskContext } from "~/screens/editor/desk/context";
import { nodeActs } from "~/screens/editor/desk/ground-hooks";
import { SurroundingsContext } from "~/screens/editor/place";
import { type RunLink, RunRoom } from "~/screens/editor/runs/room";
import { deskFor, type TestDeskOptions } from "./desk";
import { noBoardLink, playedRuns } from "./links";

export interface PageOptions extends TestDeskOptions {
  readonly board?: Board;
  readonly link?: Partial<BoardLink>;
  readonly runs?: Partial<RunLink>;
}

/** Draws a part of the editor. `went` are the addresses it led to. */
export function renderPart(part: ReactNode, { board, link, runs, ...options }: PageOptions = {}) {
  const all = deskFor(board, options);
  const { desk } = all;
  const rooms = new RunRoom(desk, { ...playedRuns(() => Object.keys(desk.board.nodes), 20, 0), ...runs });
  const went: string[] = [];
  const around = {
    place: { app: { id: "app", name: "App" }, board: { id: desk.board.id, name: desk.board.name ?? "" } },
    rooms,
    link: { ...noBoardLink, ...link },
    go: (path: string) => void went.push(path),
  };
  const tools = { stage: desk.stage, lives: desk.lives, moved: desk.moved, acts: nodeActs(desk) };
  const page = render(
    <DeskContext value={desk}>
      <SurroundingsContext value={around}>
        <CanvasContext value={tools}>{part}</CanvasContext>
      </SurroundingsContext>
    </DeskContext>,
  );
  return { ...all, rooms, went, page };
}
