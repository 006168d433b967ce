/**
 * Keys as people write them: `Mod+Shift+Z`, `Tab`, `G B` (one after the other). `Mod` is Ctrl, on
 * a Mac Cmd. What a keyboard event says is matched by the character it makes, so that layouts do
 * not matter; letters by themselves count without regard to Shift only if Shift is not asked for.
 */

/** What of a keyboard event is looked at. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** One combination: modifiers and a key. */
export interface Chord {
  readonly mod: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
  readonly key: string;
}

export type Platform = "mac" | "other";

const NAMES: { readonly [name: string]: string } = {
  del: "delete",
  delete: "delete",
  backspace: "backspace",
  esc: "escape",
  escape: "escape",
  enter: "enter",
  return: "enter",
  tab: "tab",
  space: " ",
  up: "arrowup",
  down: "arrowdown",
  left: "arrowleft",
  right: "arrowright",
  plus: "+",
  minus: "-",
};
const MODIFIERS = new Set(["mod", "alt", "shift"]);
/** Characters that a keyboard makes with Shift anyway, so that asking for Shift means nothing. */
const SHIFTED = /^[^a-z0-9 ]$/;

/** The chords of a written shortcut. Throws RangeError for what is none. */
export function parseKeys(text: string): readonly Chord[] {
  return text
    .trim()
    .split(/\s+/)
    .map((part) => parseChord(part, text));
}

function parseChord(part: string, whole: string): Chord {
  const pieces = part === "+" ? ["plus"] : part.replace(/\+\+$/, "+plus").split("+");
  const key = (pieces.pop() ?? "").toLowerCase();
  const modifiers = pieces.map((piece) => piece.toLowerCase());
  if (key === "" || MODIFIERS.has(key) || !modifiers.every((piece) => MODIFIERS.has(piece))) {
    throw new RangeError(`${JSON.stringify(whole)} is no shortcut`);
  }
  const named = NAMES[key] ?? key;
  return {
    mod: modifiers.includes("mod"),
    alt: modifiers.includes("alt"),
    shift: modifiers.includes("shift"),
    key: named,
  };
}

/** Whether a key press is a chord. */
export function matches(chord: Chord, press: KeyPress, platform: Platform): boolean {
  const [mod, other] = platform === "mac" ? [press.metaKey, press.ctrlKey] : [press.ctrlKey, press.metaKey];
  const key = press.key.toLowerCase();
  return (
    key === chord.key &&
    mod === chord.mod &&
    !other &&
    press.altKey === chord.alt &&
    (press.shiftKey === chord.shift || (SHIFTED.test(chord.key) && !chord.shift))
  );
}

/** A text by which equal chords are equal. */
export function chordText(chord: Chord): string {
  return `${chord.mod ? "mod+" : ""}${chord.alt ? "alt+" : ""}${chord.shift ? "shift+" : ""}${chord.key}`;
}

/** Whether a shortcut is a single letter or sign, which people may switch off (WCAG 2.1.4). */
export function isSingleLetter(chords: readonly Chord[]): boolean {
  return chords.every((chord) => !chord.mod && !chord.alt && /^[^ ]$/.test(chord.key));
}

const MAC: { readonly [key: string]: string } = { mod: "⌘", alt: "⌥", shift: "⇧" };
const OTHER: { readonly [key: string]: string } = { mod: "Ctrl", alt: "Alt", shift: "Shift" };
const SHOWN: { readonly [key: string]: string } = {
  arrowup: "↑",
  arrowdown: "↓",
  arrowleft: "←",
  arrowright: "→",
  delete: "Del",
  backspace: "⌫",
  escape: "Esc",
  enter: "Enter",
  tab: "Tab",
  " ": "Space",
};

/** The parts of a shortcut as they are printed on keys: one list a chord. */
export function shownKeys(chords: readonly Chord[], platform: Platform): readonly (readonly string[])[] {
  const words = platform === "mac" ? MAC : OTHER;
  return chords.map((chord) => {
    const modifiers = (["mod", "alt", "shift"] as const).filter((name) => chord[name]);
    const key = SHOWN[chord.key] ?? (chord.key.length === 1 ? chord.key.toUpperCase() : capital(chord.key));
    return [...modifiers.map((name) => words[name] ?? name), key];
  });
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
