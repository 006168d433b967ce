/** Problems: from one to the next. */
import type { Desk, Finding } from "../desk/desk";
import { jumpTo } from "./layers";

const RANK: Readonly<Record<Finding["severity"], number>> = { error: 0, warning: 1, info: 2 };

/** Findings in the order people go through them: errors first, then from left to right. */
export function ordered(desk: Desk): readonly Finding[] {
  const x = (finding: Finding) => desk.board.layout[finding.where?.node ?? ""]?.x ?? 0;
  return desk
    .state()
    .findings.toSorted((one, two) => RANK[one.severity] - RANK[two.severity] || x(one) - x(two));
}

let at = -1;

/** Goes to the next (or previous) problem and says it. */
export function nextProblem(desk: Desk, direction: 1 | -1): void {
  const findings = ordered(desk);
  if (findings.length === 0) {
    desk.say("No problems");
    return;
  }
  at = (at + direction + findings.length) % findings.length;
  const finding = findings[at];
  desk.surface.setState({ dock: true, dockTab: "problems" });
  if (finding !== undefined) {
    showFinding(desk, finding);
  }
}

export function showFinding(desk: Desk, finding: Finding): void {
  const id = finding.where?.node;
  if (id !== undefined) {
    jumpTo(desk, id);
  }
  desk.say(`${finding.severity}: ${finding.message}`);
}
