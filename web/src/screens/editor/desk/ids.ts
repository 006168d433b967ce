/** Ids of what the editor adds: told apart by chance, read by people in a diff. */

const LETTERS = "abcdefghijkmnpqrstuvwxyz23456789";
const RANDOM = 7;
const LONGEST = 24;

/** A fresh id that begins with what the thing is: `int_add-k3f9x2a`. */
export function freshId(what: string): string {
  const start = what
    .toLowerCase()
    .replaceAll(/[^a-z0-9_]+/gu, "_")
    .replaceAll(/^_+|_+$/gu, "")
    .slice(0, LONGEST);
  const chance = crypto.getRandomValues(new Uint8Array(RANDOM));
  return `${start === "" ? "n" : start}-${[...chance].map((byte) => LETTERS[byte % LETTERS.length]).join("")}`;
}
