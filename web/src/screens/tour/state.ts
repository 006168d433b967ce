/** How far a newcomer got with the first steps; kept in this browser. */
import { useSyncExternalStore } from "react";

export const STEPS = ["open", "run", "look", "history"] as const;
export type Step = (typeof STEPS)[number];

export interface TourState {
  readonly closed: boolean;
  readonly done: readonly Step[];
}

const KEY = "flowlike.tour";
const USUAL: TourState = { closed: false, done: [] };

let state = read();
const listeners = new Set<() => void>();

function read(): TourState {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<TourState>;
    return { closed: kept.closed === true, done: STEPS.filter((step) => kept.done?.includes(step) === true) };
  } catch {
    return USUAL;
  }
}

function put(next: TourState): void {
  state = next;
  try {
    localStorage.setItem(KEY, JSON.stringify(next));
  } catch {
    // Without storage the tour begins anew with each visit.
  }
  for (const listener of listeners) {
    listener();
  }
}

export function tourState(): TourState {
  return state;
}

/** A step was taken, wherever it happened. */
export function tourStep(step: Step): void {
  if (!state.closed && !state.done.includes(step)) {
    put({ ...state, done: [...state.done, step] });
  }
}

export function closeTour(): void {
  put({ ...state, closed: true });
}

export function restartTour(): void {
  put(USUAL);
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useTour(): TourState {
  return useSyncExternalStore(listen, tourState);
}

let place: HTMLElement | null = null;

/** A screen that is full of panels says where on it the first steps are in nobody's way. */
export function setTourPlace(element: HTMLElement | null): void {
  place = element;
  for (const listener of listeners) {
    listener();
  }
}

/** That place; null if the screen has none, and they stand in the corner of the window. */
export function useTourPlace(): HTMLElement | null {
  return useSyncExternalStore(listen, () => place);
}
