/** The colours of the theme for what is painted instead of styled; asked for once a theme. */

const NAMES = {
  paper: "--paper",
  surface: "--surface",
  line: "--line-strong",
  ink: "--ink",
  signal: "--signal",
  ok: "--ok",
  fail: "--fail",
  event: "--event",
  sand: "--sand",
  exec: "--ink",
  string: "--t-string",
  int: "--t-int",
  float: "--t-float",
  bool: "--t-bool",
  date: "--t-date",
  path: "--t-path",
  struct: "--t-struct",
  byte: "--t-byte",
  generic: "--t-generic",
  fn: "--t-fn",
} as const;

export type ColorName = keyof typeof NAMES;
export type Colors = Readonly<Record<ColorName, string>>;

let known: { readonly theme: string; readonly colors: Colors } | undefined;

/** Colours as an element wears them. */
export function colorsOf(element: HTMLElement): Colors {
  const theme = `${document.documentElement.dataset["theme"] ?? ""} ${globalThis.matchMedia?.("(prefers-color-scheme: dark)").matches}`;
  if (known?.theme !== theme) {
    const found = Object.entries(NAMES).map(([name, variable]) => [name, worn(element, variable)] as const);
    known = { theme, colors: Object.fromEntries(found) as Record<ColorName, string> };
  }
  return known.colors;
}

/** A colour that depends on the scheme is only known once something wears it. */
function worn(element: HTMLElement, variable: string): string {
  const probe = element.ownerDocument.createElement("span");
  probe.style.color = `var(${variable})`;
  probe.hidden = true;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
