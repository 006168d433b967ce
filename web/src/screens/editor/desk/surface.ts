/** What is open over and beside the ground. Panels are remembered from one visit to the next. */
import { createStore, type StoreApi } from "zustand/vanilla";

import type { MenuTarget, PinPlace, Spot } from "~/canvas";
import type { Board } from "~/core";

import type { ConversionNode } from "./types";

export type LeftPanel = "variables" | "outline" | "history" | null;
export type DockTab = "runs" | "log" | "problems";
export type InspectorTab = "values" | "settings" | "help";
export type Sheet = "search" | "commands" | "keys" | "run" | "publish" | "version" | "conflicts" | "import" | null;

/** The palette is open: where, and what its choice is wired to. */
export interface PaletteRequest {
  readonly spot: Spot;
  readonly from?: PinPlace;
  /** A wire that the choice is put into. */
  readonly wire?: string;
  /** A wire that was taken off its end and is replaced by the choice. */
  readonly taken?: { readonly source: string; readonly target: string };
}

/** A wire was refused, but a node would convert. */
export interface Offer {
  readonly spot: Spot;
  readonly from: PinPlace;
  readonly to: PinPlace;
  readonly words: string;
  readonly options: readonly ConversionNode[];
}

/** A board from a file, and where it was dropped. */
export interface Incoming {
  readonly name: string;
  readonly board: Board;
  readonly spot: Spot;
}

export interface Surface {
  readonly left: LeftPanel;
  readonly leftWidth: number;
  readonly inspector: boolean;
  readonly inspectorWidth: number;
  readonly inspectorTab: InspectorTab;
  readonly dock: boolean;
  readonly dockHeight: number;
  readonly dockTab: DockTab;
  readonly minimap: boolean;
  readonly sheet: Sheet;
  /** The board in a file that was dropped. */
  readonly incoming: Incoming | null;
  readonly palette: PaletteRequest | null;
  readonly menu: { readonly target: MenuTarget; readonly spot: Spot } | null;
  readonly offer: Offer | null;
  /** A literal that is edited in a panel of its own. */
  readonly literal: { readonly node: string; readonly key: string; readonly start?: string } | null;
  /** The list of pins that the pin under the keyboard can be wired to. */
  readonly targets: PinPlace | null;
}

const REMEMBERED = [
  "left",
  "leftWidth",
  "inspector",
  "inspectorWidth",
  "dock",
  "dockHeight",
  "dockTab",
  "minimap",
] as const satisfies readonly (keyof Surface)[];

const AT_FIRST: Surface = {
  left: null,
  leftWidth: 264,
  inspector: true,
  inspectorWidth: 360,
  inspectorTab: "values",
  dock: false,
  dockHeight: 184,
  dockTab: "log",
  minimap: true,
  sheet: null,
  incoming: null,
  palette: null,
  menu: null,
  offer: null,
  literal: null,
  targets: null,
};

export type SurfaceStore = StoreApi<Surface>;

const KEY = "flowlike.editor.panels";

/** The surface as it was left. `storage` may be missing or refuse: then it begins anew. */
export function createSurface(storage: Pick<globalThis.Storage, "getItem" | "setItem"> | undefined): SurfaceStore {
  const store = createStore<Surface>(() => ({ ...AT_FIRST, ...remembered(storage) }));
  store.subscribe((now, before) => {
    if (REMEMBERED.some((field) => now[field] !== before[field])) {
      try {
        storage?.setItem(KEY, JSON.stringify(Object.fromEntries(REMEMBERED.map((field) => [field, now[field]]))));
      } catch {
        // Private windows may forbid it; then it is not remembered.
      }
    }
  });
  return store;
}

function remembered(storage: Pick<globalThis.Storage, "getItem"> | undefined): Partial<Surface> {
  try {
    const found: unknown = JSON.parse(storage?.getItem(KEY) ?? "{}");
    if (typeof found !== "object" || found === null) {
      return {};
    }
    const kept = Object.entries(found).filter(([field, value]) => isKept(field, value));
    return Object.fromEntries(kept) as Partial<Surface>;
  } catch {
    return {};
  }
}

function isKept(field: string, value: unknown): boolean {
  const usual = (AT_FIRST as unknown as Record<string, unknown>)[field];
  if (!(REMEMBERED as readonly string[]).includes(field)) {
    return false;
  }
  if (field === "left") {
    return value === null || value === "variables" || value === "outline" || value === "history";
  }
  if (field === "dockTab") {
    return value === "runs" || value === "log" || value === "problems";
  }
  return typeof value === typeof usual && (typeof value !== "number" || (value >= 120 && value <= 900));
}

/** Closes whatever floats: palette, menu, offer, list of targets. */
export function closeFloating(store: SurfaceStore): void {
  const now = store.getState();
  if (now.palette !== null || now.menu !== null || now.offer !== null || now.targets !== null) {
    store.setState({ palette: null, menu: null, offer: null, targets: null });
  }
}
