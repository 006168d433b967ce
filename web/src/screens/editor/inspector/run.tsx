import { duration } from "~/canvas/nodes/life";
import { Button } from "~/ui";
import { registry } from "~/ui/shortcuts";

import { RunState } from "../../parts/run-state";
import { useDesk } from "../desk/context";
import { RunErrorNote } from "../parts/run-error";
import { ValueView } from "../parts/value-view";
import { useSurroundings } from "../place";
import { useRun } from "../runs/use-run";

const ANY = { type: "Generic", value_type: "Normal" } as const;

/** The run that is shown, as a whole: how it went and what came of it. Nothing while there is none. */
export function RunSection() {
  const desk = useDesk();
  const { place, go } = useSurroundings();
  const run = useRun((view) => view);
  if (run.phase !== "ended" && run.phase !== "looking") {
    return null;
  }
  const result = run.output === undefined ? run.story.output : { form: "inline", shape: "", size: 0, data: run.output };
  const { error } = run;
  return (
    <section className="sec stack" aria-label="Run">
      <div className="row">
        <h3 className="grow">Run {run.id.slice(-4).toUpperCase()}</h3>
        {run.status !== "" && <RunState run={run} />}
      </div>
      <p className="dim">
        {run.steps} {run.steps === 1 ? "step" : "steps"}
        {run.endedAt > run.startedAt && <> in {duration((run.endedAt - run.startedAt) * 1000)}</>}
      </p>
      {error !== undefined && <RunErrorNote error={error} />}
      {result !== undefined && <ValueView name="Result" pin={ANY} content={result} />}
      {run.story.rounds.size > 0 && !desk.readOnly && (
        <Button small icon="pin" onClick={() => registry.run("run.pin-all")}>
          Pin all that came out
        </Button>
      )}
      {run.id !== "" && (
        <button type="button" className="link start" onClick={() => go(`/apps/${place.app.id}/runs/${run.id}`)}>
          Open the page of this run
        </button>
      )}
    </section>
  );
}
