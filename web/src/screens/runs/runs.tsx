import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";

import { appQuery } from "~/api";
import { Button, Empty, Heading, Icon } from "~/ui";

import { useNow } from "../parts/format";
import { Loaded } from "../parts/loaded";
import { useTitle } from "../parts/title";
import { filterOf, Filters } from "./filters";
import { RunTable } from "./table";
import { useRuns } from "./use-runs";

const MINUTE_MS = 60_000;

/** All runs of an app: filtered by the address, live, as long as they are. */
export function Runs() {
  const { app } = useParams({ from: "/shell/apps/$app/runs" });
  const search = useSearch({ from: "/shell/apps/$app/runs" });
  const navigate = useNavigate({ from: "/apps/$app/runs" });
  const name = useQuery(appQuery(app)).data?.name;
  const minute = Math.floor(useNow() / MINUTE_MS) * MINUTE_MS;
  // A span moves with the clock; without one the clock must not begin the list anew.
  const now = search.since === undefined ? 0 : minute;
  const filter = useMemo(() => filterOf(search, now), [search, now]);
  const runs = useRuns(app, filter);
  const filtered = Object.keys(search).length > 0;
  useTitle("Runs", name);
  return (
    <div className="page wide runs-page">
      <Heading title="Runs" />
      <Filters app={app} value={search} onChange={(next) => void navigate({ search: next, replace: true })} />
      <Loaded from={runs.pages}>
        {() =>
          runs.rows.length === 0 ? (
            <NoRuns filtered={filtered} onClear={() => void navigate({ search: {} })} />
          ) : (
            <>
              {runs.gap && (
                <div className="note" role="status">
                  <Icon name="info" size={14} />
                  <span className="grow">Many new runs came in.</span>
                  <Button small onClick={() => void runs.restart()}>
                    Show them
                  </Button>
                </div>
              )}
              <RunTable app={app} rows={runs.rows} more={runs.more} onMore={runs.fetchMore} />
            </>
          )
        }
      </Loaded>
    </div>
  );
}

function NoRuns({ filtered, onClear }: { readonly filtered: boolean; readonly onClear: () => void }) {
  return filtered ? (
    <Empty icon="filter" title="No run fits these filters" action={<Button onClick={onClear}>Clear the filters</Button>} />
  ) : (
    <Empty icon="play" title="Nothing has run yet">
      Open a board and press Run, or publish it and call it. Every run is then listed here, with all it did.
    </Empty>
  );
}
