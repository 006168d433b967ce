// A board that is left leaves nothing behind: no element, no listener, however often it was opened.
import { card } from "./editing.mjs";
import { assert, sample, test } from "./harness.mjs";

const OPENINGS = 6;
/** What may differ from one look to the next: a tooltip, a word on the connection. Far less than a board. */
const SLACK = 60;

await test(async (visit) => {
  const { at, board } = await sample();
  const page = await visit.open({ path: `${at}/boards` });
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Performance.enable");

  const open = async (keep) => {
    await page.locator(`a[href$="/boards/${board}"]`).first().click();
    await card(page, "Order arrives").waitFor();
    await page.getByRole("complementary", { name: "Inspector" }).getByRole("heading").first().waitFor();
    if (keep) {
      await page.evaluate(() => (globalThis.kept ??= []).push(document.querySelector(".editor-screen")));
    }
    await page.goBack();
    await page.locator("[data-board]").waitFor({ state: "detached" });
  };
  const several = async (keep = false) => {
    for (let turn = 0; turn < OPENINGS; turn += 1) {
      await open(keep);
    }
  };
  const left = async () => {
    await page.requestGC();
    await devtools.send("HeapProfiler.collectGarbage");
    const { metrics } = await devtools.send("Performance.getMetrics");
    return (wanted) => metrics.find(({ name }) => name === wanted).value;
  };

  await several();
  const before = await left();
  await several();
  const after = await left();
  for (const what of ["Nodes", "JSEventListeners"]) {
    assert.ok(after(what) - before(what) <= SLACK, `${what}: ${before(what)} after ${OPENINGS} openings, ${after(what)} after as many more`);
  }
  await several(true);
  assert.ok((await left())("Nodes") - after("Nodes") > SLACK, "boards that are held are not seen");
});
