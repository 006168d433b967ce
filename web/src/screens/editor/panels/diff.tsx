import { useCallback, useMemo, useState } from "react";

import type { Board } from "~/core";
import { Button, Checkbox, Dialog, FailureNote, IconButton, Skeleton } from "~/ui";

import { jumpTo } from "../acts/layers";
import { bringBack } from "../acts/restore";
import { useDesk, useSnapshot } from "../desk/context";
import { type Difference, stateNamed } from "../desk/board-link";
import { useAnswer } from "../parts/answer";
import { useSurroundings } from "../place";
import { ChangeSign } from "./change-sign";
import { labelOf, titleOf, valueOf } from "./diff-words";
import { TwoPanes } from "./two-panes";

/** What differs between a former state and the board as it is: in words, and side by side. */
export function DiffView({ from, onBack }: { readonly from: string; readonly onBack: () => void }) {
  const desk = useDesk();
  const { link } = useSurroundings();
  const loaded = useAnswer(useCallback(() => link.diff(from, ""), [link, from]));
  const [layout, setLayout] = useState(false);
  const [panes, setPanes] = useState(false);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(NONE);
  return (
    <>
      <div className="diff-tools">
        <Button small kind="quiet" icon="left" onClick={onBack}>
          History
        </Button>
        <span className="grow cut">since {titleOfState(from)}</span>
        <IconButton icon="compare" label="Side by side" side="left" onClick={() => setPanes(true)} />
      </div>
      {loaded === undefined && <Skeleton lines={6} />}
      {loaded !== undefined && "failed" in loaded && <FailureNote trouble={{ title: "The states could not be compared", detail: loaded.failed }} />}
      {loaded !== undefined && "value" in loaded && (
        <>
          <Checkbox label="Also what only moved" checked={layout} onChange={setLayout} />
          <DifferenceList differences={loaded.value} layout={layout} chosen={chosen} onChoose={desk.readOnly ? undefined : setChosen} />
          {chosen.size > 0 && <BringBack from={from} ids={[...chosen]} onDone={() => setChosen(NONE)} />}
          {panes && <Panes state={from} differences={loaded.value} layout={layout} onClose={() => setPanes(false)} />}
        </>
      )}
    </>
  );
}

interface BringBackProps {
  readonly from: string;
  readonly ids: readonly string[];
  readonly onDone: () => void;
}

/** Makes the chosen things what they were, and leaves the rest alone. */
function BringBack({ from, ids, onDone }: BringBackProps) {
  const desk = useDesk();
  const { link } = useSurroundings();
  const bring = async () => {
    if (await bringBack(desk, link, stateNamed(from), ids)) {
      onDone();
    }
  };
  return (
    <div className="diff-tools">
      <span className="grow faint">The rest stays as it is.</span>
      <Button small kind="go" icon="undo" onClick={() => void bring()}>
        Bring {ids.length} back
      </Button>
    </div>
  );
}

const NONE: ReadonlySet<string> = new Set();

function titleOfState(name: string): string {
  return name.includes(".") ? name : name === "0" ? "it was made" : `revision ${name}`;
}

interface DifferenceListProps {
  readonly differences: readonly Difference[];
  readonly layout: boolean;
  /** Where things are named that are not on the board that is open. */
  readonly board?: Board;
  readonly chosen?: ReadonlySet<string>;
  /** Absent where nothing can be brought back. */
  readonly onChoose?: ((ids: ReadonlySet<string>) => void) | undefined;
}

/** The differences as a list; clicking one goes to it. */
export function DifferenceList({ differences, layout, board: other, chosen = NONE, onChoose }: DifferenceListProps) {
  const desk = useDesk();
  const { board: open } = useSnapshot();
  const board = other ?? open;
  const { types } = desk.session;
  const shown = differences.filter((one) => one.kind !== "type" && (layout || one.what !== "moved"));
  if (shown.length === 0) {
    return <p className="panel-hint faint">{differences.length === 0 ? "Nothing differs." : "Only places differ."}</p>;
  }
  return (
    <ul className="differences">
      {shown.map((one) => (
        <li key={`${one.kind} ${one.id}`}>
          {onChoose !== undefined && one.kind !== "board" && (
            <input
              type="checkbox"
              aria-label={`Bring ${titleOf(board, types, one)} back`}
              checked={chosen.has(one.id)}
              onChange={() => onChoose(chosen.has(one.id) ? new Set([...chosen].filter((id) => id !== one.id)) : new Set([...chosen, one.id]))}
            />
          )}
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
  readonly state: string;
  readonly differences: readonly Difference[];
  readonly layout: boolean;
  readonly onClose: () => void;
}

function Panes({ state, differences, layout, onClose }: PanesProps) {
  const desk = useDesk();
  const { link } = useSurroundings();
  const { board } = useSnapshot();
  const before = useAnswer(useCallback(() => link.boardAt(state), [link, state]));
  const changes = useMemo(
    () => new Map(differences.filter((one) => layout || one.what !== "moved").map((one) => [one.id, one.what] as const)),
    [differences, layout],
  );
  return (
    <Dialog title={`Since ${titleOfState(state)}`} size="l" className="wide" onClose={onClose}>
      {before === undefined && <Skeleton lines={8} />}
      {before !== undefined && "failed" in before && <FailureNote trouble={{ title: "That state could not be opened", detail: before.failed }} />}
      {before !== undefined && "value" in before && <TwoPanes before={before.value} after={board} types={desk.session.types} changes={changes} />}
    </Dialog>
  );
}
