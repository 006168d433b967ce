/**
 * How wide a text stands, told from tables instead of being measured: cards are laid out before
 * they are drawn, and in a worker too. The widths are those of common sans-serif faces, a little
 * generous, in thousandths of the font size.
 */

const NARROW = new Set("ijl|!.,:;'`IJ()[]{}/\\-ft r\"");
const WIDE = new Set("mwMW@%—…");
const NARROW_WIDTH = 330;
const USUAL_WIDTH = 560;
const UPPER_WIDTH = 680;
const WIDE_WIDTH = 880;
/** Chinese, Japanese and Korean characters, and pictures, take a whole square. */
const SQUARE_WIDTH = 1000;
const SQUARE_FROM = 0x1100;
const MONO_WIDTH = 600;
const BOLD = 1.06;

const known = new Map<string, number>();
const MOST_KNOWN = 20_000;

/** Font of a text: size in pixels, and what makes it wider. */
export interface Font {
  readonly size: number;
  readonly bold?: boolean;
  readonly mono?: boolean;
}

/** Width of one character in pixels. */
export type CharacterWidth = (character: string, font: Font) => number;

let measured: CharacterWidth | undefined;

/**
 * Tells widths by what a page measures of its own faces, instead of by the tables. Without an
 * argument the tables count again.
 */
export function measureBy(width?: CharacterWidth): void {
  measured = width;
  known.clear();
}

/** Width of one line of text in pixels, rounded up. */
export function textWidth(text: string, font: Font): number {
  const key = `${font.size}${font.bold === true ? "b" : ""}${font.mono === true ? "m" : ""}${text}`;
  let width = known.get(key);
  if (width === undefined) {
    width = Math.ceil(measured === undefined ? byTables(text, font) : sumOf(text, font, measured));
    if (known.size >= MOST_KNOWN) {
      known.clear();
    }
    known.set(key, width);
  }
  return width;
}

function sumOf(text: string, font: Font, width: CharacterWidth): number {
  let sum = 0;
  for (const character of text) {
    sum += width(character, font);
  }
  return sum;
}

function byTables(text: string, font: Font): number {
  return (units(text, font) * font.size * (font.bold === true ? BOLD : 1)) / 1000;
}

function units(text: string, font: Font): number {
  let sum = 0;
  for (const character of text) {
    sum += font.mono === true ? monoUnits(character) : characterUnits(character);
  }
  return sum;
}

function monoUnits(character: string): number {
  return isSquare(character) ? 2 * MONO_WIDTH : MONO_WIDTH;
}

function characterUnits(character: string): number {
  if (NARROW.has(character)) {
    return NARROW_WIDTH;
  }
  if (WIDE.has(character)) {
    return WIDE_WIDTH;
  }
  if (isSquare(character)) {
    return SQUARE_WIDTH;
  }
  return character >= "A" && character <= "Z" ? UPPER_WIDTH : USUAL_WIDTH;
}

function isSquare(character: string): boolean {
  return (character.codePointAt(0) ?? 0) >= SQUARE_FROM && character !== "…" && character !== "—";
}

/** The text cut so that it is at most so wide, with an ellipsis where it was cut. */
export function cutText(text: string, width: number, font: Font): string {
  if (textWidth(text, font) <= width) {
    return text;
  }
  const characters = Array.from(text.slice(0, 400));
  let [low, high] = [0, characters.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (textWidth(`${characters.slice(0, middle).join("")}…`, font) <= width) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return `${characters.slice(0, low).join("").trimEnd()}…`;
}
