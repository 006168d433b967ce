import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";

import { appQuery, boardsQuery, sessionQuery, troubleOf } from "~/api";
import { Failure, SkeletonRows } from "~/ui";

import { jumpTo } from "./acts/layers";
import { boardLink, runLink } from "./desk/api-links";
import type { Desk } from "./desk/desk";
import { openDesk } from "./open";
import type { Surroundings } from "./place";
import { RunRoom } from "./runs/room";
import { useValidation } from "./runs/use-validation";
import { Workspace } from "./workspace";

const ROUTE = "/shell/apps/$app/boards/$board";

type Opened = { readonly desk: Desk } | { readonly failed: unknown } | undefined;

/** The board on its canvas. */
export function Editor() {
  const { app, board } = useParams({ from: ROUTE });
  const { version } = useSearch({ from: ROUTE });
  const [turn, setTurn] = useState(0);
  return (
    <OpenEditor
      key={`${app} ${board} ${version ?? ""} ${turn}`}
      app={app}
      board={board}
      version={version}
      onAgain={() => setTurn(turn + 1)}
    />
  );
}

interface Address {
  readonly app: string;
  readonly board: string;
  readonly version: string | undefined;
}

function OpenEditor({ app, board, version, onAgain }: Address & { readonly onAgain: () => void }) {
  const session = useQuery(sessionQuery);
  const { layer } = useSearch({ from: ROUTE });
  const [first] = useState(layer);
  const [opened, setOpened] = useState<Opened>();
  const actor = session.data?.user.id;
  const known = session.data !== undefined || session.isError;
  useEffect(() => {
    if (!known) {
      return undefined;
    }
    let desk: Desk | undefined;
    let current = true;
    const open = async () => {
      try {
        desk = await openDesk({ app, board, version, layer: first, actor });
        if (current) {
          setOpened({ desk });
        } else {
          desk.close();
        }
      } catch (failed) {
        if (current) {
          setOpened({ failed });
        }
      }
    };
    void open();
    return () => {
      current = false;
      desk?.close();
    };
  }, [app, board, version, first, actor, known]);
  if (opened === undefined) {
    return (
      <main className="page" aria-busy="true">
        <SkeletonRows rows={6} />
      </main>
    );
  }
  if ("failed" in opened) {
    return (
      <main className="page">
        <Failure trouble={troubleOf(opened.failed)} onRetry={onAgain} />
      </main>
    );
  }
  return <OpenBoard desk={opened.desk} app={app} board={board} version={version} />;
}

function OpenBoard({ desk, app, board, version }: Address & { readonly desk: Desk }) {
  const names = useNames(app, board);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [rooms] = useState(() => new RunRoom(desk, runLink(app, board, (query) => queries.fetchQuery(query as never) as never)));
  const around = useMemo(
    (): Surroundings => ({
      place: { app: { id: app, name: names.app }, board: { id: board, name: names.board }, version },
      rooms,
      link: boardLink(app, board),
      go: (path) => void navigate({ to: path }),
    }),
    [app, board, version, names.app, names.board, rooms, navigate],
  );
  useEffect(() => () => rooms.close(), [rooms]);
  useValidation(desk, around.link);
  useAddress(desk, rooms);
  return <Workspace desk={desk} around={around} />;
}

function useNames(app: string, board: string): { readonly app: string; readonly board: string } {
  const found = useQuery(appQuery(app)).data;
  const boards = useQuery(boardsQuery(app)).data;
  return { app: found?.name ?? app, board: boards?.items.find((one) => one.id === board)?.name ?? board };
}

/** What the address asks for beside the board: a node to go to, a run to look at. */
function useAddress(desk: Desk, rooms: RunRoom): void {
  const { node, run } = useSearch({ from: ROUTE });
  useEffect(() => {
    if (run !== undefined) {
      void rooms.look(run);
    }
  }, [run, rooms]);
  useEffect(() => {
    if (node !== undefined) {
      requestAnimationFrame(() => jumpTo(desk, node));
    }
  }, [node, desk]);
}
