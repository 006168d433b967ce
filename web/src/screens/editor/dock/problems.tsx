import { Icon, type IconName } from "~/ui";

import { ordered, showFinding } from "../acts/findings";
import { useBoard, useDesk, useDeskState } from "../desk/context";
import type { Finding } from "../desk/desk";

const LOOKS: Readonly<Record<Finding["severity"], readonly [string, IconName, string]>> = {
  error: ["c-fail", "close", "Error"],
  warning: ["c-wait", "warn", "Warning"],
  info: ["c-idle", "info", "Note"],
};

/** What keeps the board from running, and what may be meant otherwise. F8 goes from one to the next. */
export function ProblemsPanel() {
  const desk = useDesk();
  useDeskState((state) => state.findings);
  const findings = ordered(desk);
  if (findings.length === 0) {
    return (
      <p className="panel-hint faint">
        <Icon name="check" size={14} className="c-ok" /> No problems found.
      </p>
    );
  }
  return (
    <ul className="problems">
      {findings.map((finding) => (
        <Row key={`${finding.code} ${finding.where?.node} ${finding.where?.pin} ${finding.message}`} finding={finding} />
      ))}
    </ul>
  );
}

function Row({ finding }: { readonly finding: Finding }) {
  const desk = useDesk();
  const board = useBoard();
  const [tone, icon, word] = LOOKS[finding.severity];
  const id = finding.where?.node ?? "";
  const name = board.nodes[id]?.name || desk.session.types.get(board.nodes[id]?.type ?? "")?.title || board.layers[id]?.name || id;
  return (
    <li>
      <button type="button" onClick={() => showFinding(desk, finding)}>
        <Icon name={icon} size={14} label={word} className={tone} />
        <b className="cut">{name === "" ? "Board" : name}</b>
        <span className="cut">
          {finding.message} {finding.remedy !== undefined && <span className="faint">{finding.remedy}</span>}
        </span>
        <span className="mono faint">{finding.code}</span>
      </button>
    </li>
  );
}
