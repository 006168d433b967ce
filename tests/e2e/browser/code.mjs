// Every kind of value in the field for JSON can be read: in each theme, also on the line one is on.
import { card } from "./editing.mjs";
import { api, assert, test, until, violations } from "./harness.mjs";

const LEAST = 4.5;
const VALUE = { text: "words", number: -1.5, no: null, yes: true, list: [1, { deep: "x" }] };
/** As many colours as there are kinds: names, texts, numbers, what is true or nothing, and marks between. */
const KINDS = 5;

async function boardWithJson() {
  const app = (await api("POST", "/apps", { name: "Code" })).id;
  const nodes = { part: { type: "struct_get@1", name: "Part", in: { struct: { value: VALUE } } } };
  const board = { format: "flowlike.board/1", id: "code", name: "Code", nodes, layout: { part: { x: 0, y: 0 } } };
  await api("POST", `/apps/${app}/boards`, { name: "Code", id: "code", board });
  return app;
}

/** The contrast of each piece of text with what lies behind it, worst first, as WCAG counts it. */
function contrasts() {
  const field = document.querySelector(".code-field > div").shadowRoot;
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const painted = (colors) => {
    context.clearRect(0, 0, 1, 1);
    for (const color of colors) {
      context.fillStyle = color;
      context.fillRect(0, 0, 1, 1);
    }
    return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = (rgb) => {
    const [red, green, blue] = rgb.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const behind = (element) => {
    const colors = [];
    for (let at = element; at !== null; at = at.parentElement ?? at.getRootNode().host ?? null) {
      colors.unshift(getComputedStyle(at).backgroundColor);
    }
    return colors;
  };
  const pieces = [...field.querySelectorAll(".cm-line span, .cm-gutterElement")].filter(({ textContent, children }) => textContent.trim() !== "" && children.length === 0);
  return pieces
    .map((piece) => {
      const { color } = getComputedStyle(piece);
      const [front, back] = [light(painted([...behind(piece), color])), light(painted(behind(piece)))];
      const ratio = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
      return { text: piece.textContent, color, line: piece.classList.contains("cm-gutterElement") ? "gutter" : "line", ratio };
    })
    .sort((one, two) => one.ratio - two.ratio);
}

await test(async (visit) => {
  const app = await boardWithJson();
  for (const theme of ["light", "dark", "contrast"]) {
    const page = await visit.open({ path: `/apps/${app}/boards/code`, theme });
    await card(page, "Part").locator(".well.code").first().click();
    const field = page.getByRole("dialog").locator(".cm-content");
    await field.waitFor();
    for (let line = 0; line < Object.keys(VALUE).length + 2; line += 1) {
      // What is read is coloured a moment after it is shown.
      const seen = await until(`${KINDS} colours in ${theme}`, async () => {
        const pieces = await page.evaluate(contrasts);
        const colors = new Set(pieces.filter(({ line: at }) => at === "line").map(({ color }) => color));
        return colors.size >= KINDS && pieces;
      });
      assert.ok(seen[0].ratio >= LEAST, `${theme}: ${JSON.stringify(seen[0])}`);
      await field.press("ArrowDown");
    }
    await field.press("Control+f");
    await page.getByRole("textbox", { name: "Find" }).fill("words");
    assert.deepEqual(await violations(page), [], `${theme}, with its search open`);
    await page.context().close();
  }
});
