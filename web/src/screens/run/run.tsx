import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";

import { appQuery, cancelRun, isOver, rerun, type Run, runQuery, traceQuery } from "~/api";
import { Button, buttonClass, classes, FailureNote, Icon, Skeleton, Tabs } from "~/ui";

import { useDeed } from "../parts/deed";
import { exactTime, shortId } from "../parts/format";
import { Loaded } from "../parts/loaded";
import { lookOf, runName } from "../parts/run-state";
import { Took } from "../parts/time";
import { useTitle } from "../parts/title";
import { triggerWord } from "../runs/words";
import { Live } from "./live";
import { Logs } from "./logs";
import { PayloadTab, RunAgain } from "./payload";
import { Timeline } from "./waterfall";

const Graph = lazy(async () => ({ default: (await import("./graph")).Graph }));

const TABS = ["timeline", "graph", "log", "payload"] as const;
type TabName = (typeof TABS)[number];

/** One run: how it went, when what ran, on which board, what it said, what it was given. */
export function RunDetail() {
  const { app, run: id } = useParams({ from: "/shell/apps/$app/runs/$run" });
  const run = useQuery(runQuery(app, id));
  return (
    <main className="run-page">
      <Loaded from={run} skeleton={<Skeleton lines={5} />}>
        {(data) => <Detail app={app} run={data} />}
      </Loaded>
    </main>
  );
}

function Detail({ app, run }: { readonly app: string; readonly run: Run }) {
  const search = useSearch({ from: "/shell/apps/$app/runs/$run" });
  const navigate = useNavigate({ from: "/apps/$app/runs/$run" });
  const appName = useQuery(appQuery(app)).data?.name;
  const tab = TABS.find((name) => name === search.tab) ?? "timeline";
  const { icon, tone, word } = lookOf(run.status);
  useTitle(`${word}: ${runName(run)}`, appName);
  const tabs = [
    { id: "timeline", label: "Timeline" },
    { id: "graph", label: "Graph" },
    { id: "log", label: "Log", count: run.logs },
    { id: "payload", label: "Input and output" },
  ] as const;
  return (
    <>
      <header className="run-head">
        <nav className="crumbs small" aria-label="Where this is">
          <Link to="/apps/$app" params={{ app }}>
            {appName ?? app}
          </Link>
          <span aria-hidden="true">/</span>
          <Link to="/apps/$app/runs" params={{ app }}>
            Runs
          </Link>
          <span aria-hidden="true">/</span>
          <span className="mono faint" title={run.run_id}>
            {shortId(run.run_id)}
          </span>
        </nav>
        <div className="row wrap run-title">
          <span className={`c-${tone}`}>
            <Icon name={icon} />
          </span>
          <h1 className="title">
            {word}: {runName(run)}
          </h1>
          <span className="grow" />
          <RunDeeds app={app} run={run} />
        </div>
        <Facts app={app} run={run} />
        {run.error !== null && run.error !== undefined && <WhatFailed app={app} run={run} />}
      </header>
      <Tabs<TabName>
        label="Parts of the run"
        className="run-tabs"
        tabs={tabs}
        value={tab}
        onChange={(next) => void navigate({ search: (old) => ({ ...old, tab: next === "timeline" ? undefined : next }), replace: true })}
      >
        <TabBody app={app} run={run} tab={tab} />
      </Tabs>
    </>
  );
}

function TabBody({ app, run, tab }: { readonly app: string; readonly run: Run; readonly tab: TabName }) {
  if (!isOver(run)) {
    return <Live key={run.run_id} app={app} run={run} />;
  }
  switch (tab) {
    case "timeline":
      return <Timeline app={app} run={run} />;
    case "graph":
      return (
        <Suspense fallback={<Skeleton lines={4} />}>
          <Graph app={app} run={run} />
        </Suspense>
      );
    case "log":
      return <Logs app={app} run={run} />;
    default:
      return <PayloadTab app={app} run={run} />;
  }
}

function RunDeeds({ app, run }: { readonly app: string; readonly run: Run }) {
  const [asking, setAsking] = useState(false);
  const navigate = useNavigate();
  const stop = useDeed({
    does: () => cancelRun(app, run.run_id),
    renews: [["apps", app, "runs"]],
    failure: "The run was not stopped",
  });
  const again = useDeed({
    does: () => rerun(app, run.run_id),
    renews: [["apps", app, "runs"]],
    failure: "It was not run again",
    done: ({ run_id }) => void navigate({ to: "/apps/$app/runs/$run", params: { app, run: run_id } }),
  });
  return (
    <>
      <Link
        to="/apps/$app/boards/$board"
        params={{ app, board: run.board }}
        search={{ run: run.run_id }}
        className={buttonClass("plain", true)}
      >
        Open on board
      </Link>
      {isOver(run) ? (
        <>
          <Button small onClick={() => setAsking(true)}>
            With other input…
          </Button>
          <Button small icon="repeat" busy={again.isPending} onClick={() => again.mutate()}>
            Run again
          </Button>
        </>
      ) : (
        <Button small kind="stop" icon="stop" busy={stop.isPending} onClick={() => stop.mutate()}>
          Stop
        </Button>
      )}
      {asking && <RunAgain app={app} run={run} onClose={() => setAsking(false)} />}
    </>
  );
}

function Facts({ app, run }: { readonly app: string; readonly run: Run }) {
  const by = run.actor_name ?? run.actor;
  return (
    <dl className="facts">
      <div>
        <dt>Took</dt>
        <dd>
          <Took from={run.started_at} ms={run.duration_ms} />
        </dd>
      </div>
      <div>
        <dt>Started</dt>
        <dd>{exactTime(run.started_at)}</dd>
      </div>
      <div>
        <dt>Board</dt>
        <dd>
          {run.board_name ?? run.board} <span className="faint">{version(run)}</span>
        </dd>
      </div>
      <div>
        <dt>Started by</dt>
        <dd>
          {triggerWord(run.trigger)} {by !== "" && <span className="faint">{by}</span>}
        </dd>
      </div>
      <div>
        <dt>Steps</dt>
        <dd>
          {run.steps.toLocaleString("en")}
          {run.handled_errors > 0 && <span className="faint"> {run.handled_errors} errors handled</span>}
        </dd>
      </div>
      {run.event !== undefined && run.event !== "" && (
        <div>
          <dt>Event</dt>
          <dd>
            <Link to="/apps/$app/events/$event" params={{ app, event: run.event }} className="link">
              {run.event_name}
            </Link>
          </dd>
        </div>
      )}
    </dl>
  );
}

function version(run: Run): string {
  return run.version === undefined || run.version === "" ? "draft" : `@ ${run.version}`;
}

/** What ended the run, from its trace if it says more. */
function WhatFailed({ app, run }: { readonly app: string; readonly run: Run }) {
  const trace = useQuery({ ...traceQuery(app, run.run_id), enabled: isOver(run) }).data;
  const told = trace?.errors.findLast(({ code }) => code === run.error?.code);
  const error = told ?? run.error;
  const node = trace?.program.nodes.find(({ id }) => id === error?.node)?.title ?? error?.node;
  const remedy = told?.remedy === "" ? undefined : told?.remedy;
  return (
    <div className={classes("run-error")}>
      <FailureNote
        trouble={{
          title: node === undefined || node === "" ? (error?.message ?? "") : `${node}: ${error?.message ?? ""}`,
          detail: remedy,
        }}
      />
    </div>
  );
}
