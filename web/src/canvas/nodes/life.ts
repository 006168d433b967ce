/** What the tag under a node says about its run. */
import type { IconName } from "~/ui/icon";

import type { NodeLife, RunState } from "../state/lives";

export interface TagText {
  readonly tone: "ok" | "run" | "wait" | "fail" | "idle";
  readonly icon: IconName;
  readonly word: string;
  readonly more: string;
}

const LOOKS: Readonly<Record<RunState, Pick<TagText, "tone" | "icon" | "word">>> = {
  queued: { tone: "idle", icon: "queued", word: "Queued" },
  running: { tone: "run", icon: "running", word: "Running" },
  done: { tone: "ok", icon: "check", word: "Done" },
  failed: { tone: "fail", icon: "close", word: "Failed" },
  skipped: { tone: "idle", icon: "skip", word: "Skipped" },
  waiting: { tone: "wait", icon: "clock", word: "Waiting" },
};

export function tagText(life: NodeLife): TagText {
  return { ...LOOKS[life.state], more: moreOf(life) };
}

function moreOf(life: NodeLife): string {
  const parts: string[] = [];
  if (life.of !== undefined && life.state === "running") {
    parts.push(`${life.count} of ${life.of}`);
  } else if (life.count > 1) {
    parts.push(`${life.count.toLocaleString("en")}×`);
  }
  if (life.totalUs > 0 && life.state !== "queued" && life.state !== "skipped") {
    parts.push(duration(life.totalUs));
  }
  return parts.join(" · ");
}

/** A span of time as people read it, from microseconds. */
export function duration(us: number): string {
  if (us < 1000) {
    return `${Math.max(1, Math.round(us))} µs`;
  }
  const ms = us / 1000;
  if (ms < 1000) {
    return ms < 10 ? `${trim(ms.toFixed(1))} ms` : `${Math.round(ms)} ms`;
  }
  const seconds = ms / 1000;
  if (seconds < 60) {
    return `${trim(seconds.toFixed(1))} s`;
  }
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function trim(text: string): string {
  return text.endsWith(".0") ? text.slice(0, -2) : text;
}
