import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useParams } from "@tanstack/react-router";
import { useState } from "react";

import { appQuery, type EventRow, eventsQuery, type Run, runsQuery } from "~/api";
import { Button, classes, Empty, Heading, Icon, Status } from "~/ui";

import { Loaded } from "../parts/loaded";
import { lookOf } from "../parts/run-state";
import { Ago } from "../parts/time";
import { useTitle } from "../parts/title";
import { NewEvent } from "./new-event";
import { eventGlyph, eventName, eventWay } from "./words";

const AGAIN_MS = 5000;

/** What starts an app from outside, and one of them beside the list. */
export function Events() {
  const { app, event: open } = useParams({ strict: false });
  const id = app ?? "";
  const name = useQuery(appQuery(id)).data?.name;
  const events = useQuery(eventsQuery(id));
  const [naming, setNaming] = useState(false);
  useTitle("Events", name);
  const create = (
    <Button kind="prime" icon="plus" onClick={() => setNaming(true)}>
      New event
    </Button>
  );
  return (
    <div className={classes("split", open !== undefined && "opened")}>
      <div className="page split-list">
        <Heading title="Events" count={events.data?.items.length}>
          {events.data !== undefined && events.data.items.length > 0 && create}
        </Heading>
        <Loaded from={events}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty icon="bolt" title="Nothing starts this app yet" action={create}>
                An event starts a board from outside: an HTTP call, a form, or a program that knows its name.
              </Empty>
            ) : (
              <EventTable app={id} events={items} open={open} />
            )
          }
        </Loaded>
      </div>
      <Outlet />
      {naming && <NewEvent app={id} taken={(events.data?.items ?? []).map(({ event }) => event.id)} onClose={() => setNaming(false)} />}
    </div>
  );
}

interface EventTableProps {
  readonly app: string;
  readonly events: readonly EventRow[];
  readonly open: string | undefined;
}

function EventTable({ app, events, open }: EventTableProps) {
  const runs = useQuery({ ...runsQuery(app, {}, 100), refetchInterval: AGAIN_MS }).data?.items ?? [];
  return (
    <table className="tbl">
      <thead>
        <tr>
          <th className="pad-12">Event</th>
          <th>Board</th>
          <th className="hide-s">Last result</th>
        </tr>
      </thead>
      <tbody>
        {events.map(({ event, board_name, active, live, live_board_version }) => (
          <tr key={event.id} className={classes(event.id === open && "sel")}>
            <td className="pad-12">
              <div className="row gap-12">
                <Icon name={eventGlyph(event)} />
                <span className="two">
                  <Link to="/apps/$app/events/$event" params={{ app, event: event.id }} className="cover" resetScroll={false}>
                    <b>{eventName(event)}</b>
                  </Link>
                  <small>{eventWay(event)}</small>
                </span>
              </div>
            </td>
            <td>
              <span className="two">
                {board_name ?? event.board}
                <small className="mono">{live_board_version ?? "not published"}</small>
              </span>
            </td>
            <td className="hide-s">
              <LastResult
                active={active}
                live={live !== null && live !== undefined}
                run={runs.find((run) => run.event === event.id)}
              />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function LastResult({ active, live, run }: { readonly active: boolean; readonly live: boolean; readonly run: Run | undefined }) {
  if (!live) {
    return (
      <Status tone="idle" icon="edit" light>
        Draft
      </Status>
    );
  }
  if (!active) {
    return (
      <Status tone="idle" icon="stop" light>
        Off
      </Status>
    );
  }
  if (run === undefined) {
    return <span className="faint">No calls yet</span>;
  }
  const { tone, icon, word } = lookOf(run.status);
  return (
    <Status tone={tone} icon={icon} light>
      {word}, <Ago time={run.started_at} />
    </Status>
  );
}
