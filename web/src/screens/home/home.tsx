import { Link } from "@tanstack/react-router";
import { useState } from "react";

import { type App, type BoardRow, type EventRow, isOver, type Run } from "~/api";
import { Button, buttonClass, Empty, Heading, Icon, SkeletonRows, Status } from "~/ui";

import { ImportButton } from "../apps/import-app";
import { NewApp } from "../apps/new-app";
import { AppCell } from "../parts/app-cell";
import { counted, sinceWhen, useNow } from "../parts/format";
import { Loaded } from "../parts/loaded";
import { lookOf, runName, RunState } from "../parts/run-state";
import { Thumb } from "../parts/thumb";
import { Ago, Took } from "../parts/time";
import { useTitle } from "../parts/title";
import { eventName } from "../events/words";
import { type Activity, type Bar, sum, useActivity } from "./activity";
import { type Failing, type InApp, useAcross } from "./across";
import { Spark, Today } from "./bars";

const RECENT = 4;
const LATEST = 6;
const NUMBERS = ["Nothing needs", "One thing needs", "Two things need", "Three things need", "Four things need"];

export function Home() {
  useTitle("Home");
  const across = useAcross();
  const now = new Date(useNow());
  const activity = useActivity(across.some, now);
  return (
    <main className="home">
      <Loaded from={across.apps} skeleton={<HomeSkeleton />}>
        {({ items }) =>
          items.length === 0 ? (
            <NoApps />
          ) : (
            <>
              <div className="home-left">
                <Needs failing={across.failing} waiting={across.waiting} />
                <Recent boards={across.boards.slice(0, RECENT)} runs={across.runs} waiting={across.waiting} />
                <AppList apps={across.some} runs={across.runs} failing={across.failing} days={activity.days} all={items.length} />
              </div>
              <aside className="home-right" aria-label="Runs">
                <Running runs={across.running} waiting={across.waiting} />
                <Today hours={activity.today} now={now} />
                <Latest runs={across.runs.filter(({ it }) => isOver(it)).slice(0, LATEST)} waiting={across.waiting} />
                <Startable events={across.events} />
              </aside>
            </>
          )
        }
      </Loaded>
    </main>
  );
}

function HomeSkeleton() {
  return (
    <div className="home-left">
      <SkeletonRows rows={3} height={56} />
      <SkeletonRows rows={4} height={48} />
    </div>
  );
}

function NoApps() {
  const [naming, setNaming] = useState(false);
  return (
    <div className="home-left">
      <Empty
        icon="flow"
        title="Make your first app"
        action={
          <>
            <Button kind="prime" icon="plus" onClick={() => setNaming(true)}>
              New app
            </Button>
            <ImportButton />
          </>
        }
      >
        An app holds boards, the events that start them, and what happened when they ran.
      </Empty>
      {naming && <NewApp onClose={() => setNaming(false)} />}
    </div>
  );
}

function Needs({ failing, waiting }: { readonly failing: readonly Failing[]; readonly waiting: boolean }) {
  const now = useNow();
  const count = failing.length;
  const title = waiting && count === 0 ? "Home" : `${NUMBERS[count] ?? `${count} things need`} you`;
  return (
    <section aria-labelledby="needs">
      <h1 className="title" id="needs">
        {title}
      </h1>
      {count > 0 && (
        <ul className="needs">
          {failing.map((one) => (
            <li key={`${one.app.id}/${one.event}`}>
              <span className="c-fail">
                <Icon name="close" />
              </span>
              <div className="two">
                <b>
                  {one.name} {howOften(one)}
                </b>
                <small>{one.last.error?.message ?? `${lookOf(one.last.status).word} in ${one.app.name}`}</small>
              </div>
              <span className="mid">
                <Status tone="fail" icon="clock" light>
                  {one.of === undefined ? `Failing since ${sinceWhen(one.since, now)}` : `Last ${sinceWhen(one.last.started_at, now)}`}
                </Status>
              </span>
              <Link
                to="/apps/$app/runs/$run"
                params={{ app: one.app.id, run: one.last.run_id }}
                className={buttonClass("plain", true)}
              >
                {one.of === undefined ? "Open last run" : "Open last failure"}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function howOften({ times, of }: Failing): string {
  if (of !== undefined) {
    return `failed in ${times} of the last ${of} runs`;
  }
  return times === 1 ? "failed" : `failed ${times} times`;
}

interface RecentProps {
  readonly boards: readonly InApp<BoardRow>[];
  readonly runs: readonly InApp<Run>[];
  readonly waiting: boolean;
}

function Recent({ boards, runs, waiting }: RecentProps) {
  if (boards.length === 0) {
    return waiting ? <SkeletonRows rows={2} /> : null;
  }
  return (
    <section aria-labelledby="recent">
      <h2 className="head" id="recent">
        Where you left off
      </h2>
      <ul className="thumbs">
        {boards.map(({ app, it: board }) => (
          <li key={`${app.id}/${board.id}`} className="thumb-item">
            <Thumb app={app.id} board={board.id} revision={board.revision} nodes={board.nodes} />
            <LastState run={runs.find((run) => run.app.id === app.id && run.it.board === board.id)?.it} />
            <Link
              to="/apps/$app/boards/$board"
              params={{ app: app.id, board: board.id }}
              className="cover cut"
              data-tour="board"
            >
              <b>{board.name}</b>
            </Link>
            <small className="faint cut">
              {app.name} · <Ago time={board.updated_at} />
            </small>
          </li>
        ))}
      </ul>
    </section>
  );
}

function LastState({ run }: { readonly run: Run | undefined }) {
  if (run === undefined) {
    return <Icon name="branch" size={14} className="faint" />;
  }
  const { tone, icon, word } = lookOf(run.status);
  return (
    <span className={`c-${tone}`}>
      <Icon name={icon} size={14} label={`Last run: ${word}`} />
    </span>
  );
}

interface AppListProps {
  readonly apps: readonly App[];
  readonly runs: readonly InApp<Run>[];
  readonly failing: readonly Failing[];
  readonly days: Activity["days"];
  readonly all: number;
}

function AppList({ apps, runs, failing, days, all }: AppListProps) {
  const [naming, setNaming] = useState(false);
  return (
    <section aria-labelledby="apps">
      <div className="heading heading-2">
        <h2 className="head" id="apps">
          Apps
        </h2>
        <span className="faint">{all}</span>
        <span className="grow" />
        <ImportButton quiet />
        <Button small icon="plus" onClick={() => setNaming(true)}>
          New app
        </Button>
      </div>
      <table className="tbl">
        <thead>
          <tr>
            <th>App</th>
            <th>Now</th>
            <th className="hide-s">14 days</th>
            <th className="num hide-s">Runs today</th>
            <th className="num hide-s">Boards</th>
            <th className="hide-s">Your role</th>
          </tr>
        </thead>
        <tbody>
          {apps.map((app) => (
            <tr key={app.id}>
              <td>
                <AppCell app={app} />
              </td>
              <td>
                <AppNow app={app} runs={runs} failing={failing} />
              </td>
              <AppDays days={days.get(app.id)} />
              <td className="num dim hide-s">{app.boards}</td>
              <td className="dim hide-s">{capital(app.role)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {apps.length < all && (
        <p className="home-more">
          <Link to="/apps" className="link">
            All {counted(all, "app")}
          </Link>
        </p>
      )}
      {naming && <NewApp onClose={() => setNaming(false)} />}
    </section>
  );
}

function AppDays({ days }: { readonly days: readonly Bar[] | undefined }) {
  const [today] = days?.slice(-1) ?? [];
  return (
    <>
      <td className="hide-s">{days !== undefined && sum(days).runs > 0 && <Spark days={days} />}</td>
      <td className="num dim hide-s">{today?.runs.toLocaleString()}</td>
    </>
  );
}

function AppNow({ app, runs, failing }: Omit<AppListProps, "all" | "apps" | "days"> & { readonly app: App }) {
  const bad = failing.filter((one) => one.app.id === app.id);
  const going = runs.filter((run) => run.app.id === app.id && lookOf(run.it.status).tone === "run").length;
  const [first] = bad;
  if (first !== undefined) {
    return (
      <Status tone="fail" icon="close" light>
        {bad.length === 1 ? `${first.name} ${first.of === undefined ? "failed" : "fails at times"}` : `${bad.length} events failing`}
      </Status>
    );
  }
  if (going > 0) {
    return (
      <Status tone="run" icon="running" light>
        {counted(going, "run")} going
      </Status>
    );
  }
  return runs.some((run) => run.app.id === app.id) ? (
    <Status tone="ok" icon="check" light>
      All fine
    </Status>
  ) : (
    <span className="faint">No runs yet</span>
  );
}

function Running({ runs, waiting }: { readonly runs: readonly InApp<Run>[]; readonly waiting: boolean }) {
  return (
    <section aria-labelledby="running">
      <Heading level={2} title={<span id="running">Running now</span>} count={runs.length > 0 ? runs.length : undefined} />
      {runs.length === 0 && <p className="faint">{waiting ? "…" : "Nothing is running."}</p>}
      <ul>
        {runs.slice(0, LATEST).map(({ app, it }) => (
          <RunLine key={it.run_id} app={app} run={it} />
        ))}
      </ul>
    </section>
  );
}

function Latest({ runs, waiting }: { readonly runs: readonly InApp<Run>[]; readonly waiting: boolean }) {
  return (
    <section aria-labelledby="latest">
      <Heading level={2} title={<span id="latest">Latest runs</span>} />
      {runs.length === 0 && <p className="faint">{waiting ? "…" : "Open a board and press Run."}</p>}
      <ul>
        {runs.map(({ app, it }) => (
          <RunLine key={it.run_id} app={app} run={it} />
        ))}
      </ul>
    </section>
  );
}

function RunLine({ app, run }: { readonly app: App; readonly run: Run }) {
  return (
    <li className="job">
      <span className="row">
        <RunState run={run} light />
        <Link to="/apps/$app/runs/$run" params={{ app: app.id, run: run.run_id }} className="cover cut">
          <b>{runName(run)}</b>
        </Link>
      </span>
      <span className="row small faint">
        <span className="cut">{app.name}</span>
        <span className="end">
          <Ago time={run.started_at} /> · <Took from={run.started_at} ms={run.duration_ms} />
        </span>
      </span>
    </li>
  );
}

function Startable({ events }: { readonly events: readonly InApp<EventRow>[] }) {
  const some = events.filter(({ it }) => it.event.kind !== "http" && it.active).slice(0, LATEST);
  if (some.length === 0) {
    return null;
  }
  return (
    <section aria-labelledby="startable">
      <Heading level={2} title={<span id="startable">Run something</span>} />
      <ul>
        {some.map(({ app, it }) => (
          <li key={`${app.id}/${it.event.id}`}>
            <Link to="/apps/$app/events/$event" params={{ app: app.id, event: it.event.id }} className="row startable">
              <Icon name={it.event.kind === "generic" ? "form" : "play"} />
              <span className="cut">{eventName(it.event)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
