import { describe, expect, it } from "vitest";

import { characterWidths } from "./measure";

describe("widths of characters", () => {
  it("are asked for once a character and face", () => {
    const asked: string[] = [];
    const context = {
      font: "",
      measureText(text: string) {
        asked.push(`${text} in ${context.font}`);
        return { width: context.font.startsWith("600") ? 9 : 7 } as TextMetrics;
      },
    };
    const width = characterWidths(context, { sans: "Sans", mono: "Mono" });
    expect(width("a", { size: 12 })).toBeCloseTo(7.15);
    expect(width("a", { size: 12 })).toBeCloseTo(7.15);
    expect(width("a", { size: 12, bold: true })).toBeCloseTo(9.15);
    width("a", { size: 11, mono: true });
    expect(asked).toEqual(["a in 400 12px Sans", "a in 600 12px Sans", "a in 400 11px Mono"]);
  });
});
