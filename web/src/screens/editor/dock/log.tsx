import { useEffect, useMemo, useRef } from "react";

import type { LogLine } from "~/api";
import { duration } from "~/canvas/nodes/life";
import { type IconName, Select, Status, TextField, type Tone } from "~/ui";

import { jumpTo } from "../acts/layers";
import { useBoard, useDesk } from "../desk/context";
import { RunErrorNote } from "../parts/run-error";
import { useRowsInView } from "../parts/rows-in-view";
import { useRun } from "../runs/use-run";

const LEVELS: readonly (readonly [string, Tone, IconName])[] = [
  ["Debug", "idle", "code"],
  ["Info", "idle", "note"],
  ["Warning", "wait", "warn"],
  ["Error", "fail", "close"],
  ["Fatal", "fail", "close"],
];
const CHOICES = [
  { value: "0", label: "All levels" },
  { value: "1", label: "Info and above" },
  { value: "2", label: "Warnings and errors" },
  { value: "3", label: "Errors" },
];
const ROW = 24;
const LONGEST = 2000;

export interface LogFilter {
  readonly level: string;
  readonly query: string;
}

export const ALL_LINES: LogFilter = { level: "0", query: "" };

/** What the run said, line by line, as it comes. */
export function LogPanel({ filter }: { readonly filter: LogFilter }) {
  const logs = useRun((run) => run.logs);
  const phase = useRun((run) => run.phase);
  const error = useRun((run) => run.error);
  const shown = useMemo(
    () => logs.filter((line) => isShown(line, Number(filter.level), filter.query.toLowerCase())),
    [logs, filter],
  );
  return (
    <div className="log-panel">
      {error !== undefined && <RunErrorNote error={error} loud />}
      {shown.length === 0 ? <p className="panel-hint faint">{nothingWords(phase, logs.length)}</p> : <Lines lines={shown} />}
    </div>
  );
}

/** Which lines are shown; stands in the bar of the dock. */
export function LogTools({ filter, onFilter }: { readonly filter: LogFilter; readonly onFilter: (filter: LogFilter) => void }) {
  return (
    <div className="log-tools">
      <TextField bare label="Search the log" icon="search" placeholder="Search" value={filter.query} onChange={(query) => onFilter({ ...filter, query })} />
      <Select bare small label="Level" value={filter.level} options={CHOICES} onChange={(level) => onFilter({ ...filter, level })} />
    </div>
  );
}

function nothingWords(phase: string, all: number): string {
  if (all > 0) {
    return "No line matches.";
  }
  return phase === "none" ? "Run the board to see what it says." : "Nothing was logged.";
}

function levelOf(line: LogLine): number {
  return typeof line.level === "number" ? line.level : 1;
}

function isShown(line: LogLine, level: number, query: string): boolean {
  return levelOf(line) >= level && (query === "" || line.message.toLowerCase().includes(query));
}

function Lines({ lines }: { readonly lines: readonly LogLine[] }) {
  const follow = useRef(true);
  const { scroll, indices, height, show } = useRowsInView(lines.length, ROW);
  useEffect(() => {
    if (follow.current) {
      show(lines.length - 1);
    }
  }, [lines.length, show]);
  return (
    <div
      ref={scroll}
      className="log-scroll"
      tabIndex={0} // oxlint-disable-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls
      role="log"
      aria-label="Log of the run"
      onScroll={(event) => {
        const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
        follow.current = scrollTop + clientHeight >= scrollHeight - ROW;
      }}
    >
      <ol className="log" style={{ height }}>
        {indices.map((index) => {
          const line = lines[index];
          return line && <Line key={index} line={line} top={index * ROW} />;
        })}
      </ol>
    </div>
  );
}

function Line({ line, top }: { readonly line: LogLine; readonly top: number }) {
  const desk = useDesk();
  const board = useBoard();
  const [word, tone, icon] = LEVELS[levelOf(line)] ?? ["Info", "idle", "note"];
  const node = line.node ?? "";
  return (
    <li style={{ transform: `translateY(${top}px)` }}>
      <span className="mono faint">{line.at_us === undefined ? "" : `+${duration(line.at_us)}`}</span>
      <Status tone={tone} icon={icon} light>
        {word}
      </Status>
      {node === "" ? (
        <span />
      ) : (
        <button type="button" className="cut log-node" onClick={() => jumpTo(desk, node)}>
          {board.nodes[node]?.name || desk.session.types.get(board.nodes[node]?.type ?? "")?.title || node}
        </button>
      )}
      <span className="cut" title={line.message.slice(0, LONGEST)}>
        {line.message.slice(0, LONGEST)}
      </span>
    </li>
  );
}
