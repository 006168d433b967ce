import { useState } from "react";

import { IconButton } from "~/ui";
import { classes } from "~/ui/classes";

import { Grip } from "../bar/panel";
import { useDesk, useDeskState, useSurface } from "../desk/context";
import type { DockTab } from "../desk/surface";
import { useRun } from "../runs/use-run";
import { ALL_LINES, LogPanel, LogTools } from "./log";
import { ProblemsPanel } from "./problems";
import { RunsPanel } from "./runs";

const HIGHEST = 520;
const LOWEST = 96;

/** What a run said, what is wrong, what ran before. */
export function Dock() {
  const desk = useDesk();
  const open = useSurface((surface) => surface.dock);
  const height = useSurface((surface) => surface.dockHeight);
  const tab = useSurface((surface) => surface.dockTab);
  const problems = useDeskState((state) => state.findings.filter((finding) => finding.severity !== "info").length);
  const logs = useRun((run) => run.logs.length);
  const [filter, setFilter] = useState(ALL_LINES);
  const choose = (dockTab: DockTab) => desk.surface.setState({ dock: !(open && tab === dockTab), dockTab });
  return (
    <section className="dock" aria-label="Runs, log and problems" data-region="" style={open ? { height } : undefined}>
      {open && (
        <Grip
          label="Height of the dock"
          axis="y"
          value={height}
          least={LOWEST}
          most={HIGHEST}
          reversed
          onChange={(dockHeight) => desk.surface.setState({ dockHeight })}
        />
      )}
      <div className="bar" role="tablist" aria-label="Dock">
        <DockTabButton id="runs" label="Runs" on={open && tab === "runs"} onChoose={choose} />
        <DockTabButton id="log" label="Log" count={logs} on={open && tab === "log"} onChoose={choose} />
        <DockTabButton id="problems" label="Problems" count={problems} warn on={open && tab === "problems"} onChoose={choose} />
        <span className="grow" />
        {open && tab === "log" && <LogTools filter={filter} onFilter={setFilter} />}
        <IconButton
          icon={open ? "down" : "up"}
          label={open ? "Close the dock" : "Open the dock"}
          side="top"
          onClick={() => desk.surface.setState({ dock: !open })}
        />
      </div>
      {open && (
        <div role="tabpanel" id="dock-panel" aria-labelledby={`dock-${tab}`} className="dock-body">
          {tab === "log" ? <LogPanel filter={filter} /> : tab === "problems" ? <ProblemsPanel /> : <RunsPanel />}
        </div>
      )}
    </section>
  );
}

interface DockTabButtonProps {
  readonly id: DockTab;
  readonly label: string;
  readonly count?: number;
  readonly warn?: boolean;
  readonly on: boolean;
  readonly onChoose: (id: DockTab) => void;
}

function DockTabButton({ id, label, count = 0, warn = false, on, onChoose }: DockTabButtonProps) {
  return (
    <button type="button" role="tab" id={`dock-${id}`} aria-selected={on} aria-controls="dock-panel" className={classes("tab", on && "on")} onClick={() => onChoose(id)}>
      {label}
      {count > 0 && <span className={classes("n", warn && "w")}>{count > 999 ? "999+" : count}</span>}
    </button>
  );
}
