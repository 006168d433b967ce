import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useState } from "react";

import { followRun, type Run, troubleOf } from "~/api";
import { FailureNote, Icon, Status, type Tone, type Trouble } from "~/ui";

import { length } from "../parts/format";

interface NodeLife {
  readonly state: string;
  readonly count: number;
  readonly total: number;
}

interface Seen {
  readonly nodes: ReadonlyMap<string, NodeLife>;
  readonly logs: readonly { readonly level?: number; readonly message?: string }[];
  readonly lost: boolean;
}

const MOST_LINES = 200;
const NOTHING: Seen = { nodes: new Map(), logs: [], lost: false };
const TONES: Readonly<Record<string, Tone>> = { running: "run", done: "ok", failed: "fail" };

/** A run that goes on: what it does now, as it does it. */
export function Live({ app, run }: { readonly app: string; readonly run: Run }) {
  const [seen, setSeen] = useState<Seen>(NOTHING);
  const [trouble, setTrouble] = useState<Trouble>();
  const queries = useQueryClient();
  const follow = useEffectEvent(async (signal: AbortSignal) => {
    try {
      for await (const { event, data } of followRun(app, run.run_id, signal)) {
        setSeen((old) => after(old, event, data));
      }
    } catch (error) {
      setTrouble(troubleOf(error));
    }
    if (!signal.aborted) {
      await queries.invalidateQueries({ queryKey: ["apps", app, "runs"] });
    }
  });
  useEffect(() => {
    const stop = new AbortController();
    void follow(stop.signal);
    return () => stop.abort();
  }, []);
  return (
    <div className="live">
      {trouble !== undefined && <FailureNote trouble={trouble} />}
      {seen.nodes.size === 0 ? (
        <p className="row dim" role="status">
          <Icon name="running" size={14} />
          {run.status === "pending" ? "Waiting for its turn…" : "Running…"}
        </p>
      ) : (
        <ul>
          {[...seen.nodes].map(([node, life]) => (
            <li key={node} className="job row">
              <Status tone={TONES[life.state] ?? "idle"} icon={life.state === "running" ? "running" : life.state === "failed" ? "close" : "check"} light>
                {life.state}
              </Status>
              <span className="mono">{node}</span>
              <span className="end faint">
                {life.count > 1 && `×${life.count.toLocaleString("en")} · `}
                {length(life.total / 1000)}
              </span>
            </li>
          ))}
        </ul>
      )}
      {seen.logs.length > 0 && (
        <ol className="live-log mono" aria-label="Log">
          {seen.logs.map((line, index) => (
            // Lines are only ever added at the end, and dropped at the front.
            // oxlint-disable-next-line react/no-array-index-key
            <li key={index}>{line.message}</li>
          ))}
        </ol>
      )}
    </div>
  );
}

function after(seen: Seen, event: string, data: string): Seen {
  const body = JSON.parse(data) as Record<string, unknown>;
  if (event === "node" && Array.isArray(body["nodes"])) {
    const nodes = new Map(seen.nodes);
    for (const [node, state, count, total] of body["nodes"] as [string, string, number, number][]) {
      nodes.set(node, { state, count, total });
    }
    return { ...seen, nodes };
  }
  if (event === "log") {
    return { ...seen, logs: [...seen.logs, body as Seen["logs"][number]].slice(-MOST_LINES) };
  }
  return seen;
}
