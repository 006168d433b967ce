import { useEffect, useMemo, useState } from "react";

import type { Board } from "~/core";
import { Button, Checkbox, Dialog, FailureNote, Skeleton } from "~/ui";

import { jumpTo } from "../acts/layers";
import { useDesk, useSnapshot } from "../desk/context";
import type { Difference } from "../desk/board-link";
import { useSurroundings } from "../place";
import { ChangeSign } from "./change-sign";
import { labelOf, titleOf, valueOf } from "./diff-words";
import { TwoPanes } from "./two-panes";

type Loaded = { readonly differences: readonly Difference[] } | { readonly failed: string } | undefined;

/** What differs between a former state and the board as it is: in words, and side by side. */
export function DiffView({ from, onBack }: { readonly from: string; readonly onBack: () => void }) {
  const { link } = useSurroundings();
  const [loaded, setLoaded] = useState<Loaded>();
  const [layout, setLayout] = useState(false);
  const [panes, setPanes] = useState(false);
  useEffect(() => {
    let current = true;
    link.diff(from, "").then(
      (differences) => current && setLoaded({ differences }),
      (error: unknown) => current && setLoaded({ failed: error instanceof Error ? error.message : "The server did not answer." }),
    );
    return () => {
      current = false;
    };
  }, [link, from]);
  const named = /^\d+\.\d+\.\d+$/u.test(from);
  return (
    <>
      <div className="diff-tools">
        <Button small kind="quiet" icon="left" onClick={onBack}>
          History
        </Button>
        <span className="grow">since {named ? from : `revision ${from}`}</span>
        {named && (
          <Button small icon="compare" onClick={() => setPanes(true)}>
            Side by side
          </Button>
        )}
      </div>
      {loaded === undefined && <Skeleton lines={6} />}
      {loaded !== undefined && "failed" in loaded && <FailureNote trouble={{ title: "The states could not be compared", detail: loaded.failed }} />}
      {loaded !== undefined && "differences" in loaded && (
        <>
          <Checkbox label="Also what only moved" checked={layout} onChange={setLayout} />
          <DifferenceList differences={loaded.differences} layout={layout} />
          {panes && <Panes version={from} differences={loaded.differences} layout={layout} onClose={() => setPanes(false)} />}
        </>
      )}
    </>
  );
}

/** The differences as a list; clicking one goes to it. */
export function DifferenceList({ differences, layout }: { readonly differences: readonly Difference[]; readonly layout: boolean }) {
  const desk = useDesk();
  const { board } = useSnapshot();
  const { types } = desk.session;
  const shown = differences.filter((one) => one.kind !== "type" && (layout || one.what !== "moved"));
  if (shown.length === 0) {
    return <p className="panel-hint faint">{differences.length === 0 ? "Nothing differs." : "Only places differ."}</p>;
  }
  return (
    <ul className="differences">
      {shown.map((one) => (
        <li key={`${one.kind} ${one.id}`}>
          <button type="button" className="row" onClick={() => jumpTo(desk, one.id)}>
            <ChangeSign what={one.what} />
            <b className="cut">{titleOf(board, types, one)}</b>
            <span className="faint small end">{one.kind}</span>
          </button>
          {one.what === "changed" && (
            <dl>
              {one.details.map((detail) => (
                <div key={detail.path}>
                  <dt>{labelOf(board, types, one, detail)}</dt>
                  <dd>
                    {detail.secret === true ? (
                      <span className="faint">changed, not shown</span>
                    ) : (
                      <>
                        <del>{valueOf(board, types, detail, detail.before)}</del> <span aria-hidden="true">→</span>{" "}
                        <ins>{valueOf(board, types, detail, detail.after)}</ins>
                      </>
                    )}
                  </dd>
                </div>
              ))}
            </dl>
          )}
        </li>
      ))}
    </ul>
  );
}

interface PanesProps {
  readonly version: string;
  readonly differences: readonly Difference[];
  readonly layout: boolean;
  readonly onClose: () => void;
}

function Panes({ version, differences, layout, onClose }: PanesProps) {
  const desk = useDesk();
  const { link } = useSurroundings();
  const { board } = useSnapshot();
  const [before, setBefore] = useState<Board>();
  const [failed, setFailed] = useState<string>();
  useEffect(() => {
    link.boardAt(version).then(setBefore, (error: unknown) => setFailed(error instanceof Error ? error.message : "The server did not answer."));
  }, [link, version]);
  const changes = useMemo(
    () => new Map(differences.filter((one) => layout || one.what !== "moved").map((one) => [one.id, one.what] as const)),
    [differences, layout],
  );
  return (
    <Dialog title={`${version} and now`} size="l" className="wide" onClose={onClose}>
      {failed !== undefined && <FailureNote trouble={{ title: "The version could not be opened", detail: failed }} />}
      {before === undefined ? failed === undefined && <Skeleton lines={8} /> : <TwoPanes before={before} after={board} types={desk.session.types} changes={changes} />}
    </Dialog>
  );
}
