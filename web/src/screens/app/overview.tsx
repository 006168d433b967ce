import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";

import { type App, appQuery, boardsQuery, eventsQuery, runsQuery } from "~/api";
import { Button, buttonClass, Empty, Icon, Skeleton } from "~/ui";

import { AppMenu } from "../apps/app-menu";
import { eventGlyph, eventName, eventWay } from "../events/words";
import { AppMark } from "../parts/app-mark";
import { Loaded } from "../parts/loaded";
import { runName, RunState } from "../parts/run-state";
import { Thumb } from "../parts/thumb";
import { Ago, Took } from "../parts/time";
import { useTitle } from "../parts/title";
import { EditApp } from "./edit-app";

const SOME = 6;
const AGAIN_MS = 4000;

/** An app at a glance: what it is, its boards, its events, what ran last. */
export function Overview() {
  const { app: id } = useParams({ from: "/shell/apps/$app/" });
  const app = useQuery(appQuery(id));
  useTitle(app.data?.name);
  return (
    <div className="page">
      <Loaded from={app} skeleton={<Skeleton lines={3} />}>
        {(data) => <About app={data} />}
      </Loaded>
      <div className="overview">
        <div className="stack gap-28">
          <SomeBoards app={id} />
          <SomeEvents app={id} />
        </div>
        <SomeRuns app={id} />
      </div>
    </div>
  );
}

function About({ app }: { readonly app: App }) {
  const [editing, setEditing] = useState(false);
  return (
    <div className="about">
      <AppMark id={app.id} large />
      <div className="grow">
        <h1 className="title">{app.name}</h1>
        <p className="dim">{app.description === "" ? "No description yet." : app.description}</p>
      </div>
      <Button small icon="edit" onClick={() => setEditing(true)}>
        Edit
      </Button>
      <AppMenu app={app} />
      {editing && <EditApp app={app} onClose={() => setEditing(false)} />}
    </div>
  );
}

function SomeBoards({ app }: { readonly app: string }) {
  const boards = useQuery(boardsQuery(app));
  return (
    <section aria-labelledby="o-boards">
      <div className="heading heading-2">
        <h2 className="head" id="o-boards">
          Boards
        </h2>
        <span className="grow" />
        <Link to="/apps/$app/boards" params={{ app }} className={buttonClass("quiet", true)}>
          All boards
        </Link>
      </div>
      <Loaded from={boards}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty
              icon="branch"
              title="No boards yet"
              action={
                <Link to="/apps/$app/boards" params={{ app }} className={buttonClass("prime")}>
                  Make one
                </Link>
              }
            />
          ) : (
            <ul className="thumbs">
              {items.slice(0, SOME).map((board) => (
                <li key={board.id} className="thumb-item">
                  <Thumb app={app} board={board.id} revision={board.revision} nodes={board.nodes} />
                  <Icon name="branch" size={14} className="faint" />
                  <Link to="/apps/$app/boards/$board" params={{ app, board: board.id }} className="cover cut" data-tour="board">
                    <b>{board.name}</b>
                  </Link>
                  <small className="faint cut">
                    {board.version ?? "draft"} · <Ago time={board.updated_at} />
                  </small>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </section>
  );
}

function SomeEvents({ app }: { readonly app: string }) {
  const events = useQuery(eventsQuery(app));
  return (
    <section aria-labelledby="o-events">
      <div className="heading heading-2">
        <h2 className="head" id="o-events">
          Events
        </h2>
        <span className="grow" />
        <Link to="/apps/$app/events" params={{ app }} className={buttonClass("quiet", true)}>
          All events
        </Link>
      </div>
      <Loaded from={events}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="faint">Nothing starts this app from outside yet. Publish a board to make it an event.</p>
          ) : (
            <ul>
              {items.slice(0, SOME).map(({ event, active, live_board_version: live }) => (
                <li key={event.id} className="job">
                  <span className="row gap-12">
                    <Icon name={eventGlyph(event)} />
                    <span className="two grow">
                      <Link to="/apps/$app/events/$event" params={{ app, event: event.id }} className="cover">
                        <b>{eventName(event)}</b>
                      </Link>
                      <small>{eventWay(event)}</small>
                    </span>
                    <span className="small faint">{live === null || live === undefined ? "Never published" : active ? `Live, ${live}` : "Off"}</span>
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </section>
  );
}

function SomeRuns({ app }: { readonly app: string }) {
  const runs = useQuery({ ...runsQuery(app, {}, 12), refetchInterval: AGAIN_MS });
  return (
    <section aria-labelledby="o-runs">
      <div className="heading heading-2">
        <h2 className="head" id="o-runs">
          Latest runs
        </h2>
        <span className="grow" />
        <Link to="/apps/$app/runs" params={{ app }} className={buttonClass("quiet", true)}>
          All runs
        </Link>
      </div>
      <Loaded from={runs}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="faint">Nothing has run yet. Open a board and press Run.</p>
          ) : (
            <ul>
              {items.map((run) => (
                <li key={run.run_id} className="job">
                  <span className="row">
                    <RunState run={run} light />
                    <Link to="/apps/$app/runs/$run" params={{ app, run: run.run_id }} className="cover cut">
                      <b>{runName(run)}</b>
                    </Link>
                  </span>
                  <span className="row small faint">
                    <Ago time={run.started_at} />
                    <span className="end">
                      <Took from={run.started_at} ms={run.duration_ms} />
                    </span>
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </section>
  );
}
