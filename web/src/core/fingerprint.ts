/** One short text for a whole board: equal boards have equal ones. For tests and status, not for security. */
import type { Board } from "./document";
import { stringify } from "./json";

/** A hash of 53 bits over the sorted text of a board, in hexadecimal digits. */
export function fingerprint(board: Board): string {
  return hashText(stringify(board, { sorted: true })).toString(16).padStart(14, "0");
}

/** A hash of 53 bits. Source: cyrb53, public domain. */
export function hashText(text: string): number {
  let [low, high] = [0xdeadbeef, 0x41c6ce57];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    low = Math.imul(low ^ code, 2654435761);
    high = Math.imul(high ^ code, 1597334677);
  }
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  return 4294967296 * (2097151 & high) + (low >>> 0);
}
