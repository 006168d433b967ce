/** What every part of the canvas can reach without being handed it. */
import { createContext, use, useCallback, useSyncExternalStore } from "react";
import { useStore } from "zustand";

import type { Json } from "~/core";

import type { Lives, NodeLife } from "./lives";
import type { Moved } from "./moved";
import type { Stage, StageStore } from "./stage";

/** What a node on the ground may ask for. Each is one step of undo. */
export interface NodeActs {
  /** Writes a literal; undefined takes it away. */
  setLiteral(node: string, key: string, value: Json | undefined): void;
  rename(id: string, name: string): void;
  writeFrame(id: string, content: string): void;
  resizeFrame(id: string, width: number, height: number): void;
  endEdit(): void;
  /** Opens the panel for a long literal, with a text that was already typed. */
  openLiteral(node: string, key: string, start?: string): void;
  /** Goes on to the next literal of the node. */
  editNext(node: string, key: string, direction: 1 | -1): void;
}

export interface CanvasTools {
  readonly stage: StageStore;
  readonly lives: Lives;
  readonly moved: Moved;
  readonly acts: NodeActs;
}

export const CanvasContext = createContext<CanvasTools | null>(null);

export function useTools(): CanvasTools {
  const tools = use(CanvasContext);
  if (tools === null) {
    throw new Error("This part of the canvas stands outside of it.");
  }
  return tools;
}

export function useStage<T>(selector: (stage: Stage) => T): T {
  return useStore(useTools().stage, selector);
}

/** The life of one node in the run that is shown. */
export function useLife(id: string): NodeLife | undefined {
  const { lives } = useTools();
  const subscribe = useCallback((listener: () => void) => lives.watch(id, listener), [lives, id]);
  return useSyncExternalStore(subscribe, () => lives.get(id));
}

/** True while nodes are drawn as titled boxes. */
export const FarContext = createContext(false);
