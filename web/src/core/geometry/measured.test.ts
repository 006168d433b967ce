import { afterEach, describe, expect, it } from "vitest";

import { measureBy, textWidth } from "./text-width";

describe("widths that a page measures", () => {
  afterEach(() => measureBy());

  it("count instead of the tables, also for texts asked about before", () => {
    const before = textWidth("Order arrives", { size: 12 });
    measureBy((character, font) => (character === "O" ? 20 : font.bold === true ? 9 : 7));
    expect(textWidth("Order arrives", { size: 12 })).toBe(20 + 12 * 7);
    expect(textWidth("Or", { size: 12, bold: true })).toBe(29);
    measureBy();
    expect(textWidth("Order arrives", { size: 12 })).toBe(before);
  });
});
