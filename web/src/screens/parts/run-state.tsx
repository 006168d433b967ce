import type { Run, RunStatus } from "~/api";
import { type IconName, Status, type Tone } from "~/ui";

interface Look {
  readonly tone: Tone;
  readonly icon: IconName;
  readonly word: string;
}

const LOOKS: Readonly<Record<RunStatus, Look>> = {
  pending: { tone: "idle", icon: "queued", word: "Queued" },
  running: { tone: "run", icon: "running", word: "Running" },
  completed: { tone: "ok", icon: "check", word: "Done" },
  failed: { tone: "fail", icon: "close", word: "Failed" },
  cancelled: { tone: "idle", icon: "stop", word: "Cancelled" },
  timeout: { tone: "fail", icon: "clock", word: "Timed out" },
  interrupted: { tone: "wait", icon: "warn", word: "Interrupted" },
};

const UNKNOWN: Look = { tone: "idle", icon: "info", word: "Unknown" };

export function lookOf(status: string): Look {
  return LOOKS[status as RunStatus] ?? UNKNOWN;
}

/** How a run stands, as icon, colour and word. */
export function RunState({ run, light = false }: { readonly run: { readonly status: string }; readonly light?: boolean }) {
  const { tone, icon, word } = lookOf(run.status);
  return (
    <Status tone={tone} icon={icon} light={light}>
      {word}
    </Status>
  );
}

/** States a list can be filtered by, as people read them. */
export const STATES: readonly { readonly value: string; readonly label: string }[] = Object.entries(LOOKS).map(
  ([value, { word }]) => ({ value, label: word }),
);

/** Whether a run ended badly, so that somebody should look. */
export function wentWrong(run: Pick<Run, "status">): boolean {
  return run.status === "failed" || run.status === "timeout" || run.status === "interrupted";
}

/** What a run is called: by its event, else by its board. */
export function runName(run: Pick<Run, "event_name" | "board_name" | "board">): string {
  return [run.event_name, run.board_name].find((name) => name !== undefined && name !== "") ?? run.board;
}
