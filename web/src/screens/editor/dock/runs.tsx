import { useCallback, useEffect, useState } from "react";

import type { Run } from "~/api";
import { duration } from "~/canvas/nodes/life";
import { FailureNote, SkeletonRows } from "~/ui";

import { lookOf, RunState } from "../../parts/run-state";
import { Way } from "../bar/way";
import { wordsOf } from "../parts/words-of";
import { useSurroundings } from "../place";
import { useRun } from "../runs/use-run";
import { when } from "./when";

type Loaded = { readonly runs: readonly Run[] } | { readonly failed: string } | undefined;

/** The last runs of this board; one that is chosen is shown on it. */
export function RunsPanel() {
  const { rooms, place } = useSurroundings();
  const phase = useRun((run) => run.phase);
  const shown = useRun((run) => run.id);
  const [loaded, setLoaded] = useState<Loaded>();
  const load = useCallback(() => {
    rooms.link.recent().then(
      (runs) => setLoaded({ runs }),
      (error: unknown) => setLoaded({ failed: wordsOf(error) }),
    );
  }, [rooms]);
  useEffect(() => {
    if (phase !== "starting" && phase !== "running") {
      load();
    }
  }, [phase, load]);
  if (loaded === undefined) {
    return <SkeletonRows rows={3} height={26} />;
  }
  if ("failed" in loaded) {
    return <FailureNote trouble={{ title: "The runs could not be fetched", detail: loaded.failed }} onRetry={load} />;
  }
  if (loaded.runs.length === 0) {
    return <p className="panel-hint faint">This board has not run yet.</p>;
  }
  return (
    <table className="runs">
      <caption className="vh">The last runs of this board</caption>
      <thead className="vh">
        <tr>
          <th>State</th>
          <th>Run</th>
          <th>Started</th>
          <th>By</th>
          <th>Version</th>
          <th>Took</th>
          <th>Says</th>
        </tr>
      </thead>
      <tbody>
        {loaded.runs.map((run) => (
          <RunRow key={run.run_id} run={run} on={run.run_id === shown} app={place.app.id} />
        ))}
      </tbody>
    </table>
  );
}

function RunRow({ run, on, app }: { readonly run: Run; readonly on: boolean; readonly app: string }) {
  const { rooms } = useSurroundings();
  return (
    <tr className={on ? "on" : undefined}>
      <td>
        <button type="button" className="run-look" aria-label={`${lookOf(run.status).word}: show on the board`} aria-pressed={on} onClick={() => void rooms.look(run.run_id)}>
          <RunState run={run} />
        </button>
      </td>
      <td className="mono">
        <Way to={`/apps/${encodeURIComponent(app)}/runs/${encodeURIComponent(run.run_id)}`} className="link">
          {run.run_id.slice(-4).toUpperCase()}
        </Way>
      </td>
      <td>{when(run.started_at)}</td>
      <td>{run.event_name ?? (run.trigger === "editor" ? "Editor" : run.trigger)}</td>
      <td>{run.version || "draft"}</td>
      <td className="num">{run.duration_ms === undefined || run.duration_ms === null ? "" : duration(run.duration_ms * 1000)}</td>
      <td className="dim cut">{(run.error?.message ?? "").slice(0, 200)}</td>
    </tr>
  );
}
