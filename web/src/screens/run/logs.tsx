import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";

import { fetchLogs, type LogLine, type Run } from "~/api";
import { Empty, Select, Status, TextField, type Tone } from "~/ui";

import { length } from "../parts/format";
import { Loaded } from "../parts/loaded";

const ROW = 26;

const LEVELS: readonly { readonly value: string; readonly label: string }[] = [
  { value: "", label: "All levels" },
  { value: "1", label: "Info and above" },
  { value: "2", label: "Warnings and above" },
  { value: "3", label: "Errors only" },
];

interface LevelLook {
  readonly tone: Tone;
  readonly icon: "note" | "info" | "warn" | "close";
  readonly word: string;
}

const DEBUG: LevelLook = { tone: "idle", icon: "note", word: "Debug" };
const LOOKS: readonly LevelLook[] = [
  DEBUG,
  { tone: "idle", icon: "info", word: "Info" },
  { tone: "wait", icon: "warn", word: "Warning" },
  { tone: "fail", icon: "close", word: "Error" },
  { tone: "fail", icon: "close", word: "Fatal" },
];

/** What a run said, by level and by text. */
export function Logs({ app, run }: { readonly app: string; readonly run: Run }) {
  const { level, q } = useSearch({ from: "/shell/apps/$app/runs/$run" });
  const navigate = useNavigate({ from: "/apps/$app/runs/$run" });
  const put = (change: { readonly level?: string | undefined; readonly q?: string | undefined }) =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace: true, resetScroll: false });
  const lines = useInfiniteQuery({
    queryKey: ["apps", app, "runs", run.run_id, "logs", level, q],
    queryFn: ({ pageParam, signal }) => fetchLogs(app, run.run_id, { level, q }, { cursor: pageParam, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: (old) => old,
  });
  const rows = lines.data?.pages.flatMap(({ items }) => items) ?? [];
  const filtered = level !== undefined || (q ?? "") !== "";
  return (
    <div className="logs">
      <search className="filters">
        <TextField
          label="Find in the log"
          bare
          type="search"
          icon="search"
          placeholder="Find in the log"
          value={q ?? ""}
          onChange={(text) => put({ q: text === "" ? undefined : text })}
        />
        <Select label="Level" bare value={level ?? ""} options={LEVELS} onChange={(next) => put({ level: next === "" ? undefined : next })} />
      </search>
      <Loaded from={lines}>
        {() =>
          rows.length === 0 ? (
            <Empty icon="note" title={filtered ? "No line fits" : "The run said nothing"}>
              {filtered ? "Try another level or fewer letters." : "Nodes of the category Logging write lines here."}
            </Empty>
          ) : (
            <Lines rows={rows} more={lines.hasNextPage} onMore={() => void lines.fetchNextPage()} />
          )
        }
      </Loaded>
    </div>
  );
}

interface LinesProps {
  readonly rows: readonly LogLine[];
  readonly more: boolean;
  readonly onMore: () => void;
}

function Lines({ rows, more, onMore }: LinesProps) {
  const scroller = useRef<HTMLDivElement>(null);
  // The list moves by itself; what it gives must not be kept from one rendering to the next.
  // oxlint-disable-next-line react/incompatible-library
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 20,
  });
  const items = list.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last >= rows.length - 20) {
      onMore();
    }
  }, [last, more, onMore, rows.length]);
  return (
    // The log scrolls, so it takes the focus: then the keys scroll it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div ref={scroller} className="log-body" tabIndex={0} role="log" aria-live="off" aria-label="Log lines">
      <ol style={{ height: list.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const line = rows[index];
          return line !== undefined && <Line key={index} line={line} top={start} measure={list.measureElement} index={index} />;
        })}
      </ol>
    </div>
  );
}

interface LineProps {
  readonly line: LogLine;
  readonly top: number;
  readonly index: number;
  readonly measure: (element: HTMLElement | null) => void;
}

function Line({ line, top, index, measure }: LineProps) {
  const { tone, icon, word } = LOOKS[line.level] ?? DEBUG;
  const fields = line.fields === null || line.fields === undefined ? "" : JSON.stringify(line.fields);
  return (
    <li ref={measure} data-index={index} className="log-line" style={{ top }}>
      <span className="mono faint">{length(line.at_us / 1000)}</span>
      <Status tone={tone} icon={icon} light>
        {word}
      </Status>
      <span className="mono faint cut">{line.node ?? ""}</span>
      <span className="log-text">
        {line.message}
        {fields !== "" && fields !== "{}" && <span className="mono faint"> {fields}</span>}
      </span>
    </li>
  );
}
