/** The editor on a board that is made here or fetched, without a server: for benches and for looking at it. */
import "~/styles/index.css";

import { createRoot, type Root } from "react-dom/client";

import { measureByPage } from "~/canvas/look/measure";
import { type Board, moveMany, type NodeDefinition, readBoard, typesOf } from "~/core";
import { fitAll } from "~/screens/editor/acts/layers";
import { Desk } from "~/screens/editor/desk/desk";
import { Workspace } from "~/screens/editor/workspace";
import { RunRoom } from "~/screens/editor/runs/room";
import { Questions, Toasts, toast } from "~/ui";
import { listenToKeys } from "~/ui/shortcuts";

import { BENCH_TYPES, rowsOf } from "./boards";
import { noBoardLink, playedRuns } from "~/testing/editor/links";
import { MemorySession } from "~/testing/editor/memory-session";

interface Bench {
  readonly desk: Desk;
  /** Opens a board of so many nodes instead of the one that is open. */
  readonly open: (count: number) => void;
  readonly close: () => void;
  /** Shows all of the board. */
  readonly whole: () => void;
  /** Makes so many edits, to be undone. */
  readonly edits: (count: number) => void;
  readonly run: () => void;
}

declare global {
  interface Window {
    /** For the script that drives the page. */
    bench: Bench;
  }
}

const asked = new URLSearchParams(location.search);
document.documentElement.dataset["theme"] = asked.get("theme") ?? "light";

async function boardOf(): Promise<Board> {
  const file = asked.get("board");
  return file === null ? rowsOf(Number(asked.get("nodes") ?? "1000")) : readBoard(await (await fetch(file)).text());
}

async function catalog(board: Board): Promise<Record<string, NodeDefinition>> {
  const answer = asked.has("catalog") ? await fetch(asked.get("catalog") ?? "") : undefined;
  const listed = answer === undefined ? [] : ((await answer.json()) as NodeDefinition[]);
  const found = listed.map((one) => [`${one.name}@${one.version ?? 1}`, one] as const);
  return { ...board.types, ...BENCH_TYPES, ...Object.fromEntries(found) };
}

measureByPage();
const board = await boardOf();
const types = typesOf(await catalog(board));
let root: Root | undefined;

function show(shown: Board): void {
  close();
  const complain = (title: string, detail?: string) => void toast({ title, detail, kind: "fail" });
  const desk = new Desk({ session: new MemorySession(shown, types), complain });
  const place = document.getElementById("root");
  if (place === null) {
    throw new Error("The page has no root.");
  }
  const rooms = new RunRoom(desk, playedRuns(() => Object.keys(shown.nodes), 600, 4));
  const around = {
    place: { app: { id: "bench", name: "Bench" }, board: { id: shown.id, name: shown.name ?? "" } },
    rooms,
    link: noBoardLink,
    go: () => {},
  };
  root = createRoot(place);
  root.render(
    <>
      <Workspace desk={desk} around={around} />
      <Questions />
      <Toasts />
    </>,
  );
  window.bench = {
    desk,
    open: (count) => show(rowsOf(count)),
    close,
    whole: () => fitAll(desk),
    edits: (count) => {
      for (let turn = 1; turn <= count; turn += 1) {
        desk.edit([moveMany({ n0: { x: turn * 16, y: 0 } })]);
      }
    },
    run: () => void rooms.start({ node: "n0", payload: "{}" }),
  };
}

function close(): void {
  root?.unmount();
  root = undefined;
  window.bench?.desk.close();
}

listenToKeys();
show(board);
