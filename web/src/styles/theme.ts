/** The look a person chose for this browser: theme and motion, and what the wheel does on a board. */
import { useSyncExternalStore } from "react";

export type Theme = "system" | "light" | "dark" | "contrast";
export type Motion = "system" | "reduced";

export type Wheel = "zooms" | "pans";

export interface Look {
  readonly theme: Theme;
  readonly motion: Motion;
  readonly wheel: Wheel;
}

/** Also read by `at-load.js`, before anything is painted. */
const KEY = "flowlike.look";
const USUAL: Look = { theme: "system", motion: "system", wheel: "zooms" };
const THEMES: ReadonlySet<string> = new Set(["light", "dark", "contrast"]);

let look: Look | undefined;
const listeners = new Set<() => void>();

function read(): Look {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Record<string, unknown>;
    return {
      theme: THEMES.has(String(kept["theme"])) ? (kept["theme"] as Theme) : "system",
      motion: kept["motion"] === "reduced" ? "reduced" : "system",
      wheel: kept["wheel"] === "pans" ? "pans" : "zooms",
    };
  } catch {
    return USUAL;
  }
}

function show({ theme, motion }: Look): void {
  const { dataset } = document.documentElement;
  if (theme !== "system") {
    dataset["theme"] = theme;
  } else if (window.matchMedia("(prefers-contrast: more)").matches) {
    dataset["theme"] = "contrast";
  } else {
    delete dataset["theme"];
  }
  if (motion === "reduced") {
    dataset["motion"] = "reduced";
  } else {
    delete dataset["motion"];
  }
}

export function currentLook(): Look {
  look ??= read();
  return look;
}

/** Changes the look at once and for the next visit; other tabs follow. */
export function chooseLook(change: Partial<Look>): void {
  look = { ...currentLook(), ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(look));
  } catch {
    // A browser without storage forgets it with the tab.
  }
  show(look);
  tell();
}

function tell(): void {
  for (const listener of listeners) {
    listener();
  }
}

function whenElsewhere(event: StorageEvent): void {
  if (event.key === KEY) {
    look = read();
    show(look);
    tell();
  }
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("storage", whenElsewhere);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("storage", whenElsewhere);
  };
}

export function useLook(): Look {
  return useSyncExternalStore(listen, currentLook);
}
