import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";

import { boardsQuery, deleteEvent, type EventRow, eventQuery, setEventActive } from "~/api";
import { Button, Chip, confirm, Icon, IconButton, Menu, Skeleton, Switch, toast } from "~/ui";

import { useDeed } from "../parts/deed";
import { Loaded } from "../parts/loaded";
import { useTitle } from "../parts/title";
import { EditEvent } from "./edit-event";
import { PublishPart } from "./publish";
import { TryPart } from "./try";
import { VersionsPart } from "./versions";
import { boardIdOf, eventGlyph, eventName, eventWay } from "./words";

/** One event beside the list: what it starts, what of it is live, how to call it. */
export function EventPanel() {
  const { app, event: id } = useParams({ from: "/shell/apps/$app/events/$event" });
  const event = useQuery(eventQuery(app, id));
  useTitle(event.data === undefined ? undefined : eventName(event.data.event), "Events");
  return (
    <section key={id} className="split-panel" aria-label={event.data === undefined ? "Event" : eventName(event.data.event)}>
      <Loaded from={event} skeleton={<Skeleton lines={6} />}>
        {(row) => <EventDetail app={app} row={row} />}
      </Loaded>
    </section>
  );
}

/** The name of the node a call starts at; its id, if the board has no such start any more. */
function StartName({ app, board, node }: { readonly app: string; readonly board: string; readonly node: string }) {
  const boards = useQuery(boardsQuery(app)).data?.items;
  const name = boards?.find((one) => one.id === board)?.starts.find((one) => one.id === node)?.name ?? "";
  return name === "" ? <span className="mono">{node}</span> : <span>{name}</span>;
}

function EventDetail({ app, row }: { readonly app: string; readonly row: EventRow }) {
  const { event } = row;
  const board = boardIdOf(event.board);
  return (
    <>
      <PanelHead app={app} row={row} />
      <dl className="form">
        <dt>Starts</dt>
        <dd>
          <Link to="/apps/$app/boards/$board" params={{ app, board }} search={{ node: event.node }} className="link">
            {row.board_name ?? board}
          </Link>{" "}
          <span className="faint">at</span> <StartName app={app} board={board} node={event.node} />
        </dd>
        <dt>By</dt>
        <dd className="row wrap">
          <span className="mono">{eventWay(event)}</span>
          {event.kind === "http" && (
            <Chip line icon={event.access === "public" ? "globe" : "lock"}>
              {event.access === "public" ? "anyone" : "people of the app"}
            </Chip>
          )}
        </dd>
        <dt>Answers</dt>
        <dd>
          <ActiveSwitch app={app} row={row} />
        </dd>
        <dt>Publish</dt>
        <dd>
          <PublishPart app={app} row={row} board={board} />
        </dd>
        <dt>Try it</dt>
        <dd>
          <TryPart app={app} row={row} board={board} />
        </dd>
        <dt>Versions</dt>
        <dd>
          <VersionsPart app={app} row={row} />
        </dd>
      </dl>
    </>
  );
}

function PanelHead({ app, row }: { readonly app: string; readonly row: EventRow }) {
  const { event } = row;
  const [editing, setEditing] = useState(false);
  const navigate = useNavigate();
  const remove = useDeed({
    does: () => deleteEvent(app, event.id),
    renews: [["apps"]],
    failure: `${eventName(event)} was not deleted`,
    done: () => {
      toast({ kind: "ok", title: `${eventName(event)} is deleted` });
      void navigate({ to: "/apps/$app/events", params: { app } });
    },
  });
  const ask = async () => {
    const yes = await confirm({
      title: `Delete ${eventName(event)}?`,
      body: <p>Calls to it are no longer answered. Its board and its past runs stay.</p>,
      yes: "Delete event",
      danger: true,
    });
    if (yes) {
      remove.mutate();
    }
  };
  return (
    <header className="panel-head">
      <Icon name={eventGlyph(event)} size={20} />
      <div className="grow">
        <h2 className="head">{eventName(event)}</h2>
        <p className="dim">{event.description === "" || event.description === undefined ? liveWords(row) : event.description}</p>
      </div>
      <Button small icon="edit" onClick={() => setEditing(true)}>
        Edit
      </Button>
      <Menu
        label="More"
        placing={{ align: "end" }}
        items={[
          {
            id: "runs",
            label: "Its runs",
            icon: "list",
            run: () => void navigate({ to: "/apps/$app/runs", params: { app }, search: { event: event.id } }),
          },
          { id: "delete", label: "Delete…", icon: "trash", danger: true, apart: true, run: () => void ask() },
        ]}
      >
        <IconButton icon="more" label="More for this event" />
      </Menu>
      <Link to="/apps/$app/events" params={{ app }} className="ib" aria-label="Close" resetScroll={false}>
        <Icon name="close" />
      </Link>
      {editing && <EditEvent app={app} event={event} onClose={() => setEditing(false)} />}
    </header>
  );
}

function liveWords(row: EventRow): string {
  if (row.live === null || row.live === undefined) {
    return "Not published yet: it answers nobody.";
  }
  const share = row.canary === null || row.canary === undefined ? "" : `, ${Math.round(row.canary.weight * 100)} % to ${row.canary.board_version}`;
  return `Live: ${row.board_name ?? row.event.board} ${row.live_board_version ?? ""}${share}`;
}

function ActiveSwitch({ app, row }: { readonly app: string; readonly row: EventRow }) {
  const turn = useDeed({
    does: (active: boolean) => setEventActive(app, row.event.id, active),
    renews: [["apps", app, "events"]],
    failure: "It could not be switched",
  });
  const on = turn.isPending ? turn.variables : row.active;
  return (
    <Switch
      label={on ? "On" : "Off"}
      checked={on}
      disabled={turn.isPending}
      hint={on ? "Calls start runs" : "Calls are refused"}
      onChange={(active) => turn.mutate(active)}
    />
  );
}
