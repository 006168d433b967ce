/** What people can do, and the keys for it. */
export type { Chord, KeyPress, Platform } from "./keys";
export { chordText, isSingleLetter, matches, parseKeys, shownKeys } from "./keys";
export type { Action, Clash, RegistryOptions, Remapped } from "./registry";
export { Registry } from "./registry";
