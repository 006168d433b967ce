// A small screen: the outline stands in place of the canvas; one looks, edits values and runs.
import { eachOnItsBoard, kept } from "./boards.mjs";
import { assert, until } from "./harness.mjs";

const FEATURES = {
  async "the outline is there at once, leads to values, and gives way to the canvas"(page, at) {
    const outline = page.getByRole("treegrid", { name: "Outline of the board" });
    await outline.getByText("One").tap();
    const inspector = page.getByRole("complementary", { name: "Inspector" });
    const field = inspector.getByLabel("Message");
    await field.fill("from a phone");
    await field.blur();
    await until("the value", async () => (await kept(at)).nodes.one.in.message.value === "from a phone");
    const { scrollWidth, width } = await page.evaluate(() => ({ scrollWidth: document.documentElement.scrollWidth, width: innerWidth }));
    assert.equal(scrollWidth, width);
    await page.getByRole("button", { name: "Close outline" }).tap();
    await outline.waitFor({ state: "detached" });
    assert.ok(await page.locator('.react-flow__node[data-id="start"]').isVisible());
  },

  async "it runs, and says what came of it"(page) {
    await page.getByRole("button", { name: /^Run/ }).tap();
    await page.getByRole("tab", { name: /^Log/ }).waitFor();
    await page.getByText("first words").first().waitFor();
    await page.getByText("SECOND WORDS").first().waitFor();
  },
};

await eachOnItsBoard("Phone", FEATURES, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
