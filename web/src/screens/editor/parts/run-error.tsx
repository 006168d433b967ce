import { Icon } from "~/ui";

import { jumpTo } from "../acts/layers";
import { useDesk } from "../desk/context";
import type { RunError } from "../runs/room";

const LONGEST = 2000;

/** Why a run failed, what to do about it, and the way to the node. */
export function RunErrorNote({ error, loud }: { readonly error: RunError; readonly loud?: boolean }) {
  const desk = useDesk();
  return (
    <div className="note fail" role={loud === true ? "alert" : "note"}>
      <Icon name="warn" size={14} />
      <div className="grow">
        <b>{error.message.slice(0, LONGEST)}</b>
        {error.remedy !== "" && <p>{error.remedy}</p>}
        {desk.board.nodes[error.node] !== undefined && (
          <button type="button" className="link small" onClick={() => jumpTo(desk, error.node)}>
            Go to the node
          </button>
        )}
      </div>
      {loud === true && error.code !== "" && <span className="mono faint">{error.code}</span>}
    </div>
  );
}
