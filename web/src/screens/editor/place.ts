/** Where the editor is, and how to go elsewhere. */
import { createContext, use } from "react";

import type { RunRoom } from "./runs/room";
import type { BoardLink } from "./desk/board-link";

export interface BoardPlace {
  readonly app: { readonly id: string; readonly name: string };
  readonly board: { readonly id: string; readonly name: string };
  /** The published version that is shown; the board as it is if undefined. */
  readonly version?: string | undefined;
}

export interface Surroundings {
  readonly place: BoardPlace;
  readonly rooms: RunRoom;
  readonly link: BoardLink;
  readonly go: (path: string) => void;
}

export const SurroundingsContext = createContext<Surroundings | null>(null);

export function useSurroundings(): Surroundings {
  const around = use(SurroundingsContext);
  if (around === null) {
    throw new Error("This stands outside of the editor.");
  }
  return around;
}
