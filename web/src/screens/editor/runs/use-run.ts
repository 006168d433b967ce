import { useSyncExternalStore } from "react";

import { useSurroundings } from "../place";
import type { RunView } from "./room";

/** A part of the run that is shown. `select` gives the same value until that part changes. */
export function useRun<T>(select: (run: RunView) => T): T {
  const { rooms } = useSurroundings();
  return useSyncExternalStore(rooms.subscribe, () => select(rooms.view()));
}
