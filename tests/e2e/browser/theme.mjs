// A chosen theme is there before anything is painted, whatever the system says and however late the
// page's own code comes.
import { assert, BASE, test } from "./harness.mjs";

const GROUND = { light: "rgb(250, 249, 247)", dark: "rgb(23, 24, 26)", contrast: "rgb(0, 0, 0)" };

await test(async (visit) => {
  for (const [theme, colorScheme, ground] of [
    ["dark", "light", GROUND.dark],
    ["light", "dark", GROUND.light],
    ["contrast", "light", GROUND.contrast],
    ["system", "dark", GROUND.dark],
    ["system", "light", GROUND.light],
  ]) {
    const page = await visit.open({ theme, colorScheme });
    // The module never comes: what is seen now is what the first paint shows.
    await page.route(/\/assets\/index-.*\.js/, () => undefined);
    await page.goto(`${BASE}/apps`, { waitUntil: "commit" });
    await page.waitForFunction(() => document.querySelector("#root") !== null && document.styleSheets.length > 0);
    const seen = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    assert.equal(seen, ground, `${theme} on a ${colorScheme} system`);
    await page.context().close();
  }
});
