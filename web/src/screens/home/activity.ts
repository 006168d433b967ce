/** Runs by hour, as the server counts them, put together for people: this day's hours, the last days. */
import { useQueries } from "@tanstack/react-query";

import { activityQuery, type App } from "~/api";

export interface Bar {
  readonly runs: number;
  readonly failed: number;
}

export const DAYS = 14;
const HOUR_MS = 3_600_000;
const AGAIN_MS = 60_000;
const NONE: Bar = { runs: 0, failed: 0 };

/** When the first of the last days begins, in the zone of the person. */
export function firstDay(now: Date): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - DAYS + 1);
}

/** How many hours there are from the first day's beginning to the end of this one; days of 23 and 25 count. */
export function hoursFrom(first: Date, now: Date): number {
  const end = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1);
  return Math.round((end.getTime() - first.getTime()) / HOUR_MS);
}

/** Hours from the first day on as days. */
export function byDay(hours: readonly Bar[], first: Date): readonly Bar[] {
  const days = Array.from({ length: DAYS }, () => NONE);
  for (const [index, bar] of hours.entries()) {
    const at = new Date(first.getTime() + index * HOUR_MS);
    const day = Math.round((new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime() - first.getTime()) / (24 * HOUR_MS));
    days[day] = plus(days[day] ?? NONE, bar);
  }
  return days.slice(0, DAYS);
}

/** The hours of this day, 23 to 25 of them. */
export function ofToday(hours: readonly Bar[], first: Date, now: Date): readonly Bar[] {
  const today = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  return hours.slice(Math.round((today.getTime() - first.getTime()) / HOUR_MS));
}

export function plus(one: Bar, other: Bar): Bar {
  return { runs: one.runs + other.runs, failed: one.failed + other.failed };
}

export function sum(bars: readonly Bar[]): Bar {
  return bars.reduce(plus, NONE);
}

/** The same hours of several apps as one. */
export function together(all: readonly (readonly Bar[])[]): readonly Bar[] {
  const [first = [], ...rest] = all;
  return first.map((bar, hour) => rest.reduce((so, bars) => plus(so, bars[hour] ?? NONE), bar));
}

export interface Activity {
  /** By the app's id; an app whose figures are not there yet, or not for this person, is missing. */
  readonly days: ReadonlyMap<string, readonly Bar[]>;
  /** The hours of this day, of all apps. */
  readonly today: readonly Bar[];
}

/** What the last days were like. Asked again every minute. */
export function useActivity(apps: readonly App[], now: Date): Activity {
  const first = firstDay(now);
  const count = hoursFrom(first, now);
  const answers = useQueries({
    queries: apps.map(({ id }) => ({ ...activityQuery(id, first.toISOString(), count), refetchInterval: AGAIN_MS, retry: false })),
  });
  const known = apps.flatMap(({ id }, index) => {
    const hours = answers[index]?.data?.items;
    return hours === undefined ? [] : [[id, hours] as const];
  });
  return {
    days: new Map(known.map(([id, hours]) => [id, byDay(hours, first)])),
    today: ofToday(together(known.map(([, hours]) => hours)), first, now),
  };
}
