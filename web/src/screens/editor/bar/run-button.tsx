import { useEffect, useState } from "react";

import { duration } from "~/canvas/nodes/life";
import { Icon } from "~/ui";
import { registry } from "~/ui/shortcuts";

import { useRun } from "../runs/use-run";
import { useKeys } from "./keys-for";

/** Run, or while something runs, Stop with the time it has taken. */
export function RunButton() {
  const keysFor = useKeys();
  const phase = useRun((run) => run.phase);
  const startedAt = useRun((run) => run.startedAt);
  if (phase !== "starting" && phase !== "running") {
    return (
      <button type="button" className="btn sm go" onClick={() => registry.run("run.start")}>
        <Icon name="play" size={14} />
        Run <span className="btn-keys">{keysFor("run.start")}</span>
      </button>
    );
  }
  return (
    <button type="button" className="btn sm stop" onClick={() => registry.run("run.stop")}>
      <Icon name="stop" size={14} />
      Stop <Ticking since={startedAt} />
    </button>
  );
}

const TICK_MS = 100;

/** The time since a moment, counting. */
export function Ticking({ since }: { readonly since: number }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), TICK_MS);
    return () => window.clearInterval(timer);
  }, []);
  return <span className="mono ticking">{duration(Math.max(0, now - since) * 1000)}</span>;
}
