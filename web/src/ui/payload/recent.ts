/** The last payloads a person ran something with, in this browser. */
const KEY = "flowlike.payloads";
const EACH = 5;
const STARTS = 40;
const LONGEST = 16_384;

type Kept = Readonly<Record<string, readonly string[]>>;

function read(): Kept {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return typeof kept === "object" && kept !== null ? (kept as Kept) : {};
  } catch {
    return {};
  }
}

/** Payloads of one start, as JSON text, the last one first. `start` names it: `app/board/node`. */
export function recentPayloads(start: string): readonly string[] {
  const kept = read()[start];
  return Array.isArray(kept) ? kept.filter((one): one is string => typeof one === "string") : [];
}

export function rememberPayload(start: string, text: string): void {
  if (text.length > LONGEST) {
    return;
  }
  const { [start]: own = [], ...others } = read();
  const list = [text, ...own.filter((one) => one !== text)].slice(0, EACH);
  const entries = [[start, list] as const, ...Object.entries(others)].slice(0, STARTS);
  try {
    localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(entries)));
  } catch {
    // No room, or no storage: then nothing is remembered.
  }
}
