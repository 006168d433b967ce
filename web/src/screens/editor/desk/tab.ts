/**
 * Which tab this is. Edits that wait are kept by tab, so that two tabs never send each other's; a tab
 * that is gone leaves them to the next one that opens the board.
 */

const NAME = "flowlike.tab";
const LOCK = "flowlike.tab.";
/** A page that is being left lets go of its name within this time. */
const PATIENCE_MS = 500;

let name: Promise<string> | undefined;

/** The name of this tab, the same after a reload, never that of another open tab. */
function tabName(): Promise<string> {
  name ??= claim();
  return name;
}

async function claim(): Promise<string> {
  const kept = sessionStorage.getItem(NAME);
  // A duplicated tab brings a copy of the name, which the first one holds.
  if (kept !== null && (await hold(kept, PATIENCE_MS))) {
    return kept;
  }
  const fresh = crypto.randomUUID();
  sessionStorage.setItem(NAME, fresh);
  await hold(fresh, PATIENCE_MS);
  return fresh;
}

/** Holds a name until this page is gone. False if another page holds it. */
function hold(tab: string, patience: number): Promise<boolean> {
  if (navigator.locks === undefined) {
    return Promise.resolve(true);
  }
  return new Promise((resolve) => {
    const forEver = () => {
      resolve(true);
      return new Promise<never>(() => undefined);
    };
    navigator.locks.request(LOCK + tab, { signal: AbortSignal.timeout(patience) }, forEver).catch(() => resolve(false));
  });
}

/** Where this tab keeps the edits of a board that wait; takes over what a tab that is gone left. */
export async function queueKey(app: string, board: string): Promise<string> {
  const prefix = `flowlike.queue.${app}.${board}.`;
  const own = prefix + (await tabName());
  try {
    if (localStorage.getItem(own) === null) {
      await inherit(prefix, own);
    }
  } catch {
    // Without storage nothing waits anywhere.
  }
  return own;
}

async function inherit(prefix: string, own: string): Promise<void> {
  const held = new Set((await navigator.locks?.query())?.held?.map((lock) => lock.name));
  for (const key of Object.keys(localStorage)) {
    const tab = key.slice(prefix.length);
    const text = key.startsWith(prefix) && key !== own && !held.has(LOCK + tab) ? localStorage.getItem(key) : null;
    // Whoever holds the name may take what it left; of two new tabs only one does.
    if (text !== null && (await hold(tab, PATIENCE_MS))) {
      localStorage.setItem(own, text);
      localStorage.removeItem(key);
      return;
    }
  }
}
