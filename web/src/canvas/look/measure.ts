/** Card widths by the page's own faces. Each character is measured once, before anything is drawn. */
import { type CharacterWidth, type Font, measureBy } from "~/core";

const SLACK = 0.15;

/** Lets geometry measure with the fonts of this page. Nothing happens where a page cannot draw. */
export function measureByPage(): void {
  const context = globalThis.document?.createElement("canvas").getContext?.("2d") ?? null;
  if (context === null) {
    return;
  }
  const style = getComputedStyle(document.documentElement);
  const sans = style.getPropertyValue("--sans") || "sans-serif";
  const mono = style.getPropertyValue("--mono") || "monospace";
  measureBy(characterWidths(context, { sans, mono }));
}

type Drawing = Pick<CanvasRenderingContext2D, "font" | "measureText">;

/** Widths as a drawing context has them, kept by character. */
export function characterWidths(context: Drawing, faces: { readonly sans: string; readonly mono: string }): CharacterWidth {
  const known = new Map<string, number>();
  return (character, font) => {
    const face = faceOf(font, faces);
    const key = character + face;
    let width = known.get(key);
    if (width === undefined) {
      context.font = face;
      width = context.measureText(character).width + SLACK;
      known.set(key, width);
    }
    return width;
  };
}

function faceOf(font: Font, faces: { readonly sans: string; readonly mono: string }): string {
  return `${font.bold === true ? 600 : 400} ${font.size}px ${font.mono === true ? faces.mono : faces.sans}`;
}
