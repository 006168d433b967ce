import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, memo, useEffect, useMemo, useRef, useState } from "react";

import { type Run, type Trace, traceQuery } from "~/api";
import { classes, Empty, Icon } from "~/ui";

import { length } from "../parts/format";
import { Loaded } from "../parts/loaded";
import { nodeGlyph } from "../parts/node-glyph";
import { type Lane, lanesOf, lengthOf, spansOf, ticksOf } from "./timeline";
import { StepPanel } from "./values";

const ROW = 36;
const TICKS = 5;

/** When which node ran: a lane each, and what it read and wrote beside. */
export function Timeline({ app, run }: { readonly app: string; readonly run: Run }) {
  const trace = useQuery(traceQuery(app, run.run_id));
  return (
    <Loaded from={trace}>
      {(data) =>
        data.steps.length === 0 ? (
          <Empty icon="clock" title="This run kept no steps">
            {run.level === "off" || run.level === "errors"
              ? `It was recorded at level “${run.level}”. Level “steps” keeps when each node ran, “data” also its values.`
              : "What it kept may have been removed by now."}
          </Empty>
        ) : (
          <Waterfall trace={data} />
        )
      }
    </Loaded>
  );
}

function Waterfall({ trace }: { readonly trace: Trace }) {
  const lanes = useMemo(() => lanesOf(trace), [trace]);
  const total = useMemo(() => lengthOf(trace), [trace]);
  const { node } = useSearch({ from: "/shell/apps/$app/runs/$run" });
  const navigate = useNavigate({ from: "/apps/$app/runs/$run" });
  const chosen = lanes.find((lane) => lane.node === node);
  const choose = (next: string | undefined) =>
    void navigate({ search: (old) => ({ ...old, node: next }), replace: true, resetScroll: false });
  return (
    <div className={classes("tl-split", chosen !== undefined && "opened")}>
      <Lanes lanes={lanes} total={total} chosen={node} onChoose={choose} />
      {chosen !== undefined && (
        <StepPanel key={chosen.node} trace={trace} lane={chosen} onClose={() => choose(undefined)} />
      )}
    </div>
  );
}

interface LanesProps {
  readonly lanes: readonly Lane[];
  readonly total: number;
  readonly chosen: string | undefined;
  readonly onChoose: (node: string | undefined) => void;
}

function Lanes({ lanes, total, chosen, onChoose }: LanesProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const width = useWidth(scroller);
  // The list moves by itself; what it gives must not be kept from one rendering to the next.
  // oxlint-disable-next-line react/incompatible-library
  const list = useVirtualizer({
    count: lanes.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 10,
  });
  const ticks = ticksOf(total, TICKS);
  return (
    <section className="tl" aria-label="Timeline" style={{ "--tick": `${((ticks[1] ?? total) / total) * 100}%` } as CSSProperties}>
      <div className="tlr hd" aria-hidden="true">
        <span>Node</span>
        <span className="ms">Time</span>
        <div className="lane bare">
          {ticks.map((at) => (
            <span key={at} className="tick" style={{ left: `${(at / total) * 100}%` }}>
              {at === 0 ? "0" : length(at / 1000)}
            </span>
          ))}
        </div>
      </div>
      <div ref={scroller} className="tl-body">
        <ul style={{ height: list.getTotalSize() }}>
          {list.getVirtualItems().map(({ index, start }) => {
            const lane = lanes[index];
            return (
              lane !== undefined && (
                <LaneRow
                  key={lane.node}
                  lane={lane}
                  total={total}
                  width={width}
                  top={start}
                  chosen={lane.node === chosen}
                  onChoose={onChoose}
                />
              )
            );
          })}
        </ul>
      </div>
    </section>
  );
}

interface LaneRowProps {
  readonly lane: Lane;
  readonly total: number;
  readonly width: number;
  readonly top: number;
  readonly chosen: boolean;
  readonly onChoose: (node: string | undefined) => void;
}

const LaneRow = memo(function LaneRow({ lane, total, width, top, chosen, onChoose }: LaneRowProps) {
  const times = lane.steps.length;
  return (
    <li className={classes("tlr", chosen && "sel")} style={{ top, height: ROW }}>
      <span className="nm" style={{ paddingLeft: lane.depth * 18 }}>
        <Icon name={nodeGlyph(lane.type)} size={14} />
        <button type="button" className="cover cut" aria-pressed={chosen} onClick={() => onChoose(chosen ? undefined : lane.node)}>
          {lane.title}
          <span className="vh">
            , {times === 1 ? "once" : `${times} times`}, {length(lane.total / 1000)}
            {lane.errors > 0 && `, ${lane.errors} failed`}
          </span>
        </button>
        {times > 1 && <small aria-hidden="true">×{times.toLocaleString("en")}</small>}
      </span>
      <span className="ms" aria-hidden="true">
        {length(lane.total / 1000)}
      </span>
      <div className="lane" aria-hidden="true">
        {spansOf(lane, total, width).map((span) => (
          <span
            key={span.seq}
            className={classes("span", lane.outer && "grp", span.bad && "bad", chosen && "hit")}
            style={{ left: `${(span.from / total) * 100}%`, width: `${((span.to - span.from) / total) * 100}%` }}
          />
        ))}
      </div>
    </li>
  );
});

/** How wide the lanes are drawn, for how finely spans are told apart. */
function useWidth(element: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(800);
  useEffect(() => {
    if (element.current === null) {
      return undefined;
    }
    const observer = new ResizeObserver(([entry]) => setWidth(Math.max(200, Math.round(entry?.contentRect.width ?? 800))));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
