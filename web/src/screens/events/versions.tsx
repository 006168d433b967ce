import { useQuery } from "@tanstack/react-query";

import { type EventRow, eventVersionsQuery, rollbackEvent } from "~/api";
import { Button, Chip, confirm } from "~/ui";

import { useDeed } from "../parts/deed";
import { Loaded } from "../parts/loaded";
import { Ago } from "../parts/time";
import { eventName } from "./words";

/** The published versions, and the way back to one of them. */
export function VersionsPart({ app, row }: { readonly app: string; readonly row: EventRow }) {
  const versions = useQuery(eventVersionsQuery(app, row.event.id));
  const back = useDeed({
    does: (version: string) => rollbackEvent(app, row.event.id, version),
    renews: [["apps", app]],
    failure: "It stays on the version it was on",
  });
  const ask = async (version: string, board: string) => {
    const yes = await confirm({
      title: `Go back to ${board}?`,
      body: <p>From the next call on, {eventName(row.event)} runs version {board} of the board again.</p>,
      yes: "Go back",
    });
    if (yes) {
      back.mutate(version);
    }
  };
  return (
    <Loaded from={versions}>
      {({ items }) =>
        items.length === 0 ? (
          <span className="faint">None yet.</span>
        ) : (
          <ul className="versions">
            {items.map((one) => (
              <li key={one.event_version}>
                <span className="two grow">
                  <span>
                    <b className="mono">{one.board_version}</b> {one.message}
                  </span>
                  <small>
                    {one.actor_name ?? one.actor}, <Ago time={one.created_at} />
                  </small>
                </span>
                {one.event_version === row.live && <Chip tone="ok">live</Chip>}
                {one.event_version === row.canary?.event_version && (
                  <Chip tone="run">{Math.round(row.canary.weight * 100)} %</Chip>
                )}
                {one.event_version !== row.live && (
                  <Button small kind="quiet" busy={back.isPending && back.variables === one.event_version} onClick={() => void ask(one.event_version, one.board_version)}>
                    Go back to it
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )
      }
    </Loaded>
  );
}
