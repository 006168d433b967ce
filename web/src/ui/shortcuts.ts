/** The keys of the whole page: one register, one listener, and what a person changed about them. */
import { useEffect, useMemo, useSyncExternalStore } from "react";

import { type Action, parseKeys, type Platform, Registry, type Remapped, shownKeys } from "~/core";

/** What a person changed, kept in this browser. */
export interface KeyChoice {
  readonly remapped: Remapped;
  readonly singleLetters: boolean;
}

const KEY = "flowlike.keys";
const USUAL: KeyChoice = { remapped: {}, singleLetters: true };
/** So long a shortcut of several keys waits for the next. */
const WAIT_MS = 1200;

export const platform: Platform = /Mac|iP(?:hone|ad)/.test(navigator.platform) ? "mac" : "other";

/** A written shortcut as this machine's keyboard names it: "Ctrl+K", "⌘K", "G B". */
export function keysText(keys: string): string {
  const joint = platform === "mac" ? "" : "+";
  return shownKeys(parseKeys(keys), platform)
    .map((chord) => chord.join(joint))
    .join(" ");
}

let choice = read();

/** Everything that keys, menus and the help know to do. Screens add to it with `useActions`. */
export const registry = new Registry({ platform, ...choice });

function read(): KeyChoice {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<KeyChoice>;
    return { remapped: kept.remapped ?? {}, singleLetters: kept.singleLetters ?? true };
  } catch {
    return USUAL;
  }
}

export function keyChoice(): KeyChoice {
  return choice;
}

/** Changes keys at once and for the next visit. */
export function chooseKeys(change: Partial<KeyChoice>): void {
  choice = { ...choice, ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(choice));
  } catch {
    // Without storage it holds for this page.
  }
  registry.configure(choice);
}

function inField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) &&
    !(target instanceof HTMLInputElement && /^(?:checkbox|radio|button|range)$/.test(target.type))
  );
}

function press(event: KeyboardEvent): void {
  const modal = document.querySelector("dialog[open]") !== null || document.querySelector('[role="menu"]') !== null;
  if (event.defaultPrevented || event.isComposing || modal) {
    return;
  }
  if (registry.press(event, inField(event.target)) !== "none") {
    event.preventDefault();
    window.clearTimeout(forgetting);
    forgetting = window.setTimeout(() => registry.forget(), WAIT_MS);
  }
}

let forgetting = 0;

/** Listens to the keyboard; once a page. Returns how to stop. */
export function listenToKeys(): () => void {
  window.addEventListener("keydown", press);
  return () => window.removeEventListener("keydown", press);
}

/** Adds actions while a component is shown. They must be the same list until they change. */
export function useActions(actions: readonly Action[]): void {
  useEffect(() => registry.add(actions), [actions]);
}

/** All actions there are now, renewed when they or their keys change. */
export function useRegistered(): readonly Action[] {
  const [subscribe, list] = useMemo(
    () => [(listener: () => void) => registry.subscribe(listener), () => registry.list()] as const,
    [],
  );
  return useSyncExternalStore(subscribe, list);
}
