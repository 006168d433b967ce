import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";

import { ApiError, boardText, isOver, nodeTotalsQuery, type Run, traceQuery } from "~/api";
import { measureByPage } from "~/canvas/look/measure";
import { type Board, type Json, parse, readBoard, typesOf } from "~/core";
import { Icon, Skeleton, toast } from "~/ui";

import { CanvasPane } from "../editor/canvas-pane";
import { DeskContext } from "../editor/desk/context";
import { Desk } from "../editor/desk/desk";
import { frozen } from "../editor/open";
import { Loaded } from "../parts/loaded";
import { livesOf } from "./lives";

interface GraphProps {
  readonly app: string;
  readonly run: Run;
}

/** The board as it was when it ran, with what each node did. */
export function Graph({ app, run }: GraphProps) {
  const ran = run.version === "" ? { revision: run.revision ?? 0 } : { version: run.version };
  const board = useQuery({
    queryKey: ["apps", app, "boards", run.board, "frozen", ran],
    queryFn: async ({ signal }) => {
      measureByPage();
      const known = await boardText(app, run.board, { ...ran, signal }).catch(gone);
      const answer = parse(known ?? (await boardText(app, run.board, { signal }))) as { readonly board: Json };
      return { board: readBoard(answer.board), asItRan: known !== undefined };
    },
  });
  return (
    <Loaded from={board} skeleton={<Skeleton lines={4} />}>
      {(data) => <Frozen key={run.run_id} app={app} run={run} {...data} />}
    </Loaded>
  );
}

/** What a state of the board that is not kept any more stands for; other failures are failures. */
function gone(error: unknown): undefined {
  if (!(error instanceof ApiError && error.status === 404)) {
    throw error;
  }
}

interface FrozenProps extends GraphProps {
  readonly board: Board;
  readonly asItRan: boolean;
}

function Frozen({ app, run, board, asItRan }: FrozenProps) {
  const totals = useQuery({ ...nodeTotalsQuery(app, run.run_id), enabled: isOver(run) }).data?.items;
  const trace = useQuery({ ...traceQuery(app, run.run_id), enabled: isOver(run) }).data;
  const desk = useMemo(
    () =>
      new Desk({
        session: frozen(board, 0, typesOf(board.types)),
        readOnly: true,
        complain: (title, detail) => void toast({ kind: "fail", title, detail }),
      }),
    [board],
  );
  useEffect(() => () => desk.close(), [desk]);
  useEffect(() => {
    desk.lives.clear();
    for (const [node, life] of livesOf(totals ?? [], trace, desk.scene)) {
      desk.lives.put(node, life);
    }
  }, [desk, totals, trace]);
  return (
    <DeskContext value={desk}>
      <div className="frozen">
        <CanvasPane alone />
        {!asItRan && (
          <p className="frozen-note small">
            <Icon name="info" size={12} />
            The board as it ran is not kept; this is the board as it is now.
          </p>
        )}
      </div>
    </DeskContext>
  );
}
