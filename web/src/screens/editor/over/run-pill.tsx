import { duration } from "~/canvas/nodes/life";
import { Button, IconButton, Status } from "~/ui";

import { RunState } from "../../parts/run-state";
import { jumpTo } from "../acts/layers";
import { Ticking } from "../bar/run-button";
import { useDesk, useStageOf } from "../desk/context";
import { useSurroundings } from "../place";
import { roundsOf } from "../runs/story";
import { useRun } from "../runs/use-run";

/** What the run is doing, over the ground; after it, which round is looked at and the way back. */
export function RunPill() {
  const { rooms } = useSurroundings();
  const run = useRun((view) => view);
  if (run.phase === "none") {
    return null;
  }
  if (run.phase === "starting" || run.phase === "running") {
    return (
      <div className="float runpill" role="status">
        <Status tone="run" icon="running">
          {run.phase === "starting" ? "Starting" : "Running"}
        </Status>
        <span className="mono">
          <Ticking since={run.startedAt} />
        </span>
      </div>
    );
  }
  return (
    <div className="float runpill" role="status">
      {run.phase === "looking" && <span className="faint">Looking at</span>}
      {run.id !== "" && <b className="mono">{run.id.slice(-4).toUpperCase()}</b>}
      {run.status !== "" && <RunState run={run} />}
      {run.endedAt > run.startedAt && <span className="mono">{duration((run.endedAt - run.startedAt) * 1000)}</span>}
      {run.error !== undefined && run.error.node !== "" && <FailedNode node={run.error.node} />}
      <Rounds />
      <span className="vr" />
      <Button kind="quiet" small onClick={() => rooms.leave()}>
        Back to editing <kbd>Esc</kbd>
      </Button>
    </div>
  );
}

function FailedNode({ node }: { readonly node: string }) {
  const desk = useDesk();
  const name = desk.board.nodes[node]?.name || node;
  return (
    <button type="button" className="link cut" onClick={() => jumpTo(desk, node)}>
      {name.slice(0, 40)}
    </button>
  );
}

/** The rounds of the node that is selected: one of a loop's body has many. */
function Rounds() {
  const { rooms } = useSurroundings();
  const story = useRun((view) => view.story);
  const round = useRun((view) => view.round);
  const cursor = useStageOf((stage) => stage.cursor);
  const count = roundsOf(story, cursor).length;
  if (count < 2) {
    return null;
  }
  const at = round < 0 || round >= count ? count - 1 : round;
  return (
    <span className="row rounds">
      <IconButton icon="left" label="Round before" disabled={at === 0} onClick={() => rooms.setRound(at - 1)} />
      <b>
        round {at + 1} of {count}
      </b>
      <IconButton icon="right" label="Next round" disabled={at === count - 1} onClick={() => rooms.setRound(at + 1)} />
    </span>
  );
}
