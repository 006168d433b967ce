/** The desk, for everything on the editor screen. */
import { createContext, use, useSyncExternalStore } from "react";
import { useStore } from "zustand";

import type { Board, Snapshot } from "~/core";
import type { Stage } from "~/canvas";

import type { Desk, DeskState } from "./desk";
import type { Surface } from "./surface";

export const DeskContext = createContext<Desk | null>(null);

export function useDesk(): Desk {
  const desk = use(DeskContext);
  if (desk === null) {
    throw new Error("This stands outside of the editor.");
  }
  return desk;
}

/** A part of what the desk shows. `select` gives the same object until that part changes. */
export function useDeskState<T>(select: (state: DeskState) => T): T {
  const desk = useDesk();
  return useSyncExternalStore(desk.subscribe, () => select(desk.state()));
}

export function useBoard(): Board {
  return useDeskState((state) => state.snapshot.board);
}

export function useSnapshot(): Snapshot {
  return useDeskState((state) => state.snapshot);
}

export function useStageOf<T>(select: (stage: Stage) => T): T {
  return useStore(useDesk().stage, select);
}

export function useSurface<T>(select: (surface: Surface) => T): T {
  return useStore(useDesk().surface, select);
}
