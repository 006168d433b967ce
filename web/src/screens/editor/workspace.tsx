import "./editor.css";

import { lazy, Suspense, useEffect, useMemo } from "react";

import { useActions } from "~/ui/shortcuts";

import { type Doings, editorActions } from "./actions";
import { pinFrom } from "./acts/pinned";
import { Rail } from "./bar/rail";
import { TopBar } from "./bar/top-bar";
import { CanvasPane } from "./canvas-pane";
import { DeskContext, useDesk, useSurface } from "./desk/context";
import type { Desk } from "./desk/desk";
import { Dock, Inspector, Overlays } from "./later-parts";
import { pointerOver } from "./parts/pointer";
import { setTourPlace } from "../tour/state";
import { type Surroundings, SurroundingsContext, useSurroundings } from "./place";
import { runOrAsk } from "./runs/begin";

const VariablesPanel = lazy(() => import("./panels/variables").then((part) => ({ default: part.VariablesPanel })));
const OutlinePanel = lazy(() => import("./panels/outline").then((part) => ({ default: part.OutlinePanel })));
const HistoryPanel = lazy(() => import("./panels/history").then((part) => ({ default: part.HistoryPanel })));

export interface WorkspaceProps {
  readonly desk: Desk;
  readonly around: Surroundings;
}

/** The editor: bar, rail, panels, ground, inspector, dock, and what opens over them. */
export function Workspace({ desk, around }: WorkspaceProps) {
  return (
    <DeskContext value={desk}>
      <SurroundingsContext value={around}>
        <Actions />
        <div className="editor-screen">
          <TopBar />
          <Parts />
        </div>
        <Overlays />
      </SurroundingsContext>
    </DeskContext>
  );
}

function Parts() {
  const { rooms } = useSurroundings();
  const inspector = useSurface((surface) => surface.inspector);
  return (
    <div className="editor">
      <Rail />
      <LeftPanel />
      <main className="editor-canvas" id="board" data-region="">
        <CanvasPane lastValue={rooms.lastValue} />
        <div ref={setTourPlace} />
      </main>
      {inspector && <Inspector />}
      <Dock />
    </div>
  );
}

function LeftPanel() {
  const desk = useDesk();
  const left = useSurface((surface) => surface.left);
  const close = () => desk.surface.setState({ left: null });
  return (
    <Suspense>
      {left === "variables" && <VariablesPanel onClose={close} />}
      {left === "outline" && <OutlinePanel onClose={close} />}
      {left === "history" && <HistoryPanel onClose={close} />}
    </Suspense>
  );
}

/** Registers what can be done while the editor is shown. */
function Actions() {
  const desk = useDesk();
  const { rooms, link, place, go } = useSurroundings();
  const actions = useMemo(() => {
    const app = `/apps/${encodeURIComponent(place.app.id)}`;
    const doings: Doings = {
      run: () =>
        void runOrAsk(
          desk,
          () => desk.surface.setState({ sheet: "run" }),
          (node) => void rooms.start({ node, payload: "{}" }),
          (node) => link.prerun(node),
          rooms.view().start,
        ),
      stop: () => rooms.stop(),
      running: () => rooms.going,
      shown: () => rooms.view().story.rounds.size > 0 && !rooms.going,
      leaveRun: () => leaveRun(rooms),
      pointer: pointerOver,
      go: (where) => go(`${app}/${where}`),
    };
    return editorActions(desk, doings);
  }, [desk, rooms, link, place, go]);
  useActions(actions);
  useEffect(() => pinFrom(rooms.outputsOf), [rooms]);
  useOpenDockOnRun();
  useOutlineOnPhone(desk);
  useEndTypingOnLeave();
  return null;
}

function leaveRun(rooms: Surroundings["rooms"]): boolean {
  const shown = rooms.view().phase !== "none" && !rooms.going;
  if (shown) {
    rooms.leave();
  }
  return shown;
}

/** What is being typed when the page is left is taken as typed to its end. */
function useEndTypingOnLeave(): void {
  useEffect(() => {
    const end = () => document.activeElement instanceof HTMLElement && document.activeElement.blur();
    window.addEventListener("pagehide", end);
    return () => window.removeEventListener("pagehide", end);
  }, []);
}

const PHONE = "(max-width: 767px)";

/** A small screen begins with the outline in place of the canvas; closing it shows the canvas. */
function useOutlineOnPhone(desk: Desk): void {
  useEffect(() => {
    if (globalThis.matchMedia?.(PHONE).matches === true) {
      desk.surface.setState({ left: "outline" });
    }
  }, [desk]);
}

/** The first time something runs, the log opens: that is where it speaks. */
function useOpenDockOnRun(): void {
  const desk = useDesk();
  const { rooms } = useSurroundings();
  useEffect(() => {
    let before = rooms.view().phase;
    return rooms.subscribe(() => {
      const { phase } = rooms.view();
      if (phase === "starting" && before !== "starting" && !desk.surface.getState().dock) {
        desk.surface.setState({ dock: true, dockTab: "log" });
      }
      before = phase;
    });
  }, [desk, rooms]);
  useEffect(
    () => desk.stage.subscribe((now, earlier) => now.layer !== earlier.layer && rooms.redraw()),
    [desk, rooms],
  );
}
