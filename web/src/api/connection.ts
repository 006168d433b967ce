/** Whether the server can be reached, as every request finds out. Tries again by itself. */
import { useSyncExternalStore } from "react";

export interface Connection {
  readonly online: boolean;
  /** When it was lost, milliseconds of the page's clock; 0 while online. */
  readonly since: number;
}

const PROBE = "/api/v1/health/live";
const FIRST_MS = 1000;
const LONGEST_MS = 15_000;
const PROBE_MS = 5000;

let connection: Connection = { online: true, since: 0 };
let wait = FIRST_MS;
let timer = 0;
const listeners = new Set<() => void>();

function put(next: Connection): void {
  connection = next;
  for (const listener of listeners) {
    listener();
  }
}

export function currentConnection(): Connection {
  return connection;
}

/** A request had an answer, whatever it said. */
export function reached(): void {
  window.clearTimeout(timer);
  wait = FIRST_MS;
  if (!connection.online) {
    put({ online: true, since: 0 });
  }
}

/** A request had none. Asks again, less and less often, until one has. */
export function unreached(): void {
  if (connection.online) {
    put({ online: false, since: performance.now() });
    wait = FIRST_MS;
  }
  window.clearTimeout(timer);
  timer = window.setTimeout(() => void probe(), wait);
  wait = Math.min(wait * 1.7, LONGEST_MS);
}

/** Asks now. */
export async function probe(): Promise<void> {
  window.clearTimeout(timer);
  try {
    const answer = await fetch(PROBE, { cache: "no-store", signal: AbortSignal.timeout(PROBE_MS) });
    if (answer.ok) {
      reached();
      return;
    }
  } catch {
    // Still nobody there.
  }
  unreached();
}

/** Hears of every change; returns how to stop. */
export function onConnection(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export function useConnection(): Connection {
  return useSyncExternalStore(onConnection, currentConnection);
}

const asked = () => void probe();

/** The browser's own word on the network: a hint to ask, not an answer. */
export function watchNetwork(): () => void {
  window.addEventListener("offline", unreached);
  window.addEventListener("online", asked);
  return () => {
    window.removeEventListener("offline", unreached);
    window.removeEventListener("online", asked);
  };
}
