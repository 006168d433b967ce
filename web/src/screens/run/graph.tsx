import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";

import { boardText, isOver, nodeTotalsQuery, type Run, traceQuery } from "~/api";
import { measureByPage } from "~/canvas/look/measure";
import { type Json, parse, readBoard, typesOf } from "~/core";
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
  const version = run.version === "" ? undefined : run.version;
  const board = useQuery({
    queryKey: ["apps", app, "boards", run.board, "frozen", version ?? "draft"],
    queryFn: async ({ signal }) => {
      measureByPage();
      const answer = parse(await boardText(app, run.board, { version, signal })) as { readonly board: Json };
      return readBoard(answer.board);
    },
  });
  return (
    <Loaded from={board} skeleton={<Skeleton lines={4} />}>
      {(data) => <Frozen key={version ?? "draft"} app={app} run={run} board={data} draft={version === undefined} />}
    </Loaded>
  );
}

function Frozen({ app, run, board, draft }: GraphProps & { readonly board: ReturnType<typeof readBoard>; readonly draft: boolean }) {
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
        {draft && (
          <p className="frozen-note small">
            <Icon name="info" size={12} />
            It ran as a draft; this is the board as it is now.
          </p>
        )}
      </div>
    </DeskContext>
  );
}
