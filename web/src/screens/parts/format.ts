/** Times, lengths and counts in words. English for now; all of it stands here. */
import { useSyncExternalStore } from "react";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const EXACT = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});
const DATE = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const DATE_YEAR = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const WEEKDAY = new Intl.DateTimeFormat("en-GB", { weekday: "long" });

/** "just now", "4 min ago", "13:05", "yesterday", "Monday", "18 Nov", "18 Nov 2025". */
export function ago(time: string, now: number): string {
  const then = Date.parse(time);
  if (Number.isNaN(then)) {
    return "";
  }
  const passed = now - then;
  if (passed < 45 * SECOND) {
    return "just now";
  }
  if (passed < HOUR) {
    return `${Math.max(1, Math.round(passed / MINUTE))} min ago`;
  }
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  if (then >= midnight) {
    return TIME.format(then);
  }
  if (then >= midnight - DAY) {
    return "yesterday";
  }
  if (then >= midnight - 6 * DAY) {
    return WEEKDAY.format(then);
  }
  return (new Date(then).getFullYear() === new Date(now).getFullYear() ? DATE : DATE_YEAR).format(then);
}

/** Since when: "14:02", "yesterday", "Monday", "18 Nov". */
export function sinceWhen(time: string, now: number): string {
  const then = Date.parse(time);
  return then >= new Date(now).setHours(0, 0, 0, 0) ? TIME.format(then) : ago(time, now);
}

/** "24 Nov, 14:02:07", in the time zone of the person. */
export function exactTime(time: string): string {
  const then = Date.parse(time);
  return Number.isNaN(then) ? "" : EXACT.format(then);
}

/** "420 µs", "3.1 ms", "208 ms", "1.36 s", "41 min 11 s", "3 h 5 min". */
export function length(ms: number): string {
  if (ms < 1) {
    return `${Math.round(ms * 1000)} µs`;
  }
  if (ms < 10) {
    return `${Number(ms.toFixed(1))} ms`;
  }
  if (ms < SECOND) {
    return `${Math.round(ms)} ms`;
  }
  if (ms < MINUTE) {
    return `${(ms / SECOND).toFixed(ms < 10 * SECOND ? 2 : 1)} s`;
  }
  if (ms < HOUR) {
    return `${Math.floor(ms / MINUTE)} min ${Math.round((ms % MINUTE) / SECOND)} s`;
  }
  return `${Math.floor(ms / HOUR)} h ${Math.round((ms % HOUR) / MINUTE)} min`;
}

export function count(value: number): string {
  return value.toLocaleString("en");
}

/** "1 board", "3 boards". */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

const UNITS = ["B", "kB", "MB", "GB"];

export function bytes(value: number): string {
  let size = value;
  let unit = 0;
  while (size >= 1000 && unit < UNITS.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? size : size.toFixed(1)} ${UNITS[unit]}`;
}

/** The part of a run's id that people read to each other: its end, which differs. */
export function shortId(id: string): string {
  return id.slice(-8).toUpperCase();
}

const TICK_MS = 15_000;
let now = Date.now();
let ticking = 0;
const listeners = new Set<() => void>();

function listen(listener: () => void): () => void {
  listeners.add(listener);
  if (listeners.size === 1) {
    now = Date.now();
    ticking = window.setInterval(() => {
      now = Date.now();
      for (const each of listeners) {
        each();
      }
    }, TICK_MS);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      window.clearInterval(ticking);
    }
  };
}

/** The time, good to a quarter of a minute; one clock for the whole page. */
export function useNow(): number {
  return useSyncExternalStore(listen, () => now);
}
