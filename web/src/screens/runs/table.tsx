import { Link, useNavigate } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, memo, useEffect, useRef } from "react";

import { cancelRun, isOver, rerun, type Run } from "~/api";
import { IconButton, Skeleton } from "~/ui";

import { useDeed } from "../parts/deed";
import { shortId } from "../parts/format";
import { runName, RunState } from "../parts/run-state";
import { Ago, Took } from "../parts/time";
import { triggerWord } from "./words";

const ROW = 44;
const AHEAD = 40;
const COLUMNS = ["State", "Run", "What", "Started by", "Started", "Took", "Steps"];

interface RunTableProps {
  readonly app: string;
  readonly rows: readonly Run[];
  readonly more: boolean;
  readonly onMore: () => void;
}

/** The rows in sight of a list of any length. */
export function RunTable({ app, rows, more, onMore }: RunTableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const total = rows.length + (more ? 1 : 0);
  // The list moves by itself; what it gives must not be kept from one rendering to the next.
  // oxlint-disable-next-line react/incompatible-library
  const list = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 12,
    getItemKey: (index) => rows[index]?.run_id ?? "more",
  });
  const items = list.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last >= rows.length - AHEAD) {
      onMore();
    }
  }, [last, more, rows.length, onMore]);

  return (
    // The list scrolls, so it takes the focus: then the keys scroll it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div ref={scroller} role="table" tabIndex={0} aria-label="Runs" aria-rowcount={more ? -1 : rows.length + 1} className="vtable">
      <div role="rowgroup" className="vhead">
        <div role="row" aria-rowindex={1} className="vrow">
          {COLUMNS.map((name) => (
            <span key={name} role="columnheader">
              {name}
            </span>
          ))}
          <span role="columnheader">
            <span className="vh">Do</span>
          </span>
        </div>
      </div>
      <div role="rowgroup" className="vrows" style={{ height: list.getTotalSize() }}>
          {items.map(({ index, start, key }) => {
            const run = rows[index];
            return (
              <div key={key} role="row" aria-rowindex={index + 2} className="vrow" style={{ top: start, height: ROW }}>
                {run === undefined ? <MoreComing /> : <RunCells app={app} run={run} />}
              </div>
            );
          })}
        </div>
    </div>
  );
}

function MoreComing() {
  return (
    <span role="cell" className="vmore">
      <Skeleton height={12} />
    </span>
  );
}

const RunCells = memo(function RunCells({ app, run }: { readonly app: string; readonly run: Run }) {
  return (
    <>
      <span role="cell">
        <RunState run={run} light />
      </span>
      <span role="cell">
        <Link
          to="/apps/$app/runs/$run"
          params={{ app, run: run.run_id }}
          className="cover mono"
          preload={false}
          onKeyDown={toNeighbour}
          title={run.run_id}
        >
          {shortId(run.run_id)}
        </Link>
      </span>
      <span role="cell" className="two">
        <span className="cut">{runName(run)}</span>
        <small className="cut">
          {run.error?.message ?? `${run.board_name ?? run.board} ${run.version === undefined || run.version === "" ? "draft" : run.version}`}
        </small>
      </span>
      <span role="cell" className="cut dim">
        {triggerWord(run.trigger)}
      </span>
      <span role="cell" className="dim">
        <Ago time={run.started_at} />
      </span>
      <span role="cell" className="num">
        <Took from={run.started_at} ms={run.duration_ms} />
      </span>
      <span role="cell" className="num dim">
        {run.steps.toLocaleString("en")}
      </span>
      <span role="cell" className="above">
        <RunDeeds app={app} run={run} />
      </span>
    </>
  );
});

/** Arrow keys go from one run to the next. */
function toNeighbour(event: KeyboardEvent<HTMLElement>): void {
  const row = event.currentTarget.closest('[role="row"]');
  const to = { ArrowDown: row?.nextElementSibling, ArrowUp: row?.previousElementSibling }[event.key];
  const link = to?.querySelector<HTMLElement>("a");
  if (link !== null && link !== undefined) {
    event.preventDefault();
    link.focus();
  }
}

function RunDeeds({ app, run }: { readonly app: string; readonly run: Run }) {
  const navigate = useNavigate();
  const stop = useDeed({
    does: () => cancelRun(app, run.run_id),
    renews: [["apps", app, "runs", "head"]],
    failure: "The run was not stopped",
  });
  const again = useDeed({
    does: () => rerun(app, run.run_id),
    renews: [["apps", app, "runs", "head"]],
    failure: "It was not run again",
    done: ({ run_id }) => void navigate({ to: "/apps/$app/runs/$run", params: { app, run: run_id } }),
  });
  return isOver(run) ? (
    <IconButton icon="repeat" label={`Run ${shortId(run.run_id)} again`} side="left" onClick={() => again.mutate()} />
  ) : (
    <IconButton icon="stop" label={`Stop ${shortId(run.run_id)}`} side="left" onClick={() => stop.mutate()} />
  );
}
