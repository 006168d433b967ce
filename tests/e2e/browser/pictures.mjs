// Takes the pictures of the README and the docs: the sample app as a newcomer sees it.
import { card } from "./editing.mjs";
import { BASE, sample, test } from "./harness.mjs";

const FOLDER = process.env.FLOWLIKE_E2E_PICTURES ?? ".";
const WANTED = { light: ["home", "editor", "run"], dark: ["editor", "event"] };
const SIZE = { width: 1360, height: 850 };

await test(async (visit) => {
  const { at, board, event, data } = await sample();
  const addresses = {
    home: "/",
    editor: `${at}/boards/${board}?run=${data}&node=price`,
    run: `${at}/runs/${data}`,
    event: `${at}/events/${event}`,
  };
  for (const [theme, names] of Object.entries(WANTED)) {
    const page = await visit.open({ theme, viewport: SIZE, path: "/" });
    for (const name of names) {
      await page.goto(BASE + addresses[name]);
      await page.waitForLoadState("networkidle", { timeout: 5000 }).catch(() => undefined);
      await page.waitForFunction(() => document.querySelector('[aria-label="Loading"]') === null);
      await page.mouse.move(0, 0);
      if (name === "editor") {
        await card(page, "Price").waitFor();
        await page.waitForTimeout(600);
      }
      if (name === "run") {
        await page.getByRole("button", { name: /^Line total/ }).click();
      }
      await page.screenshot({ path: `${FOLDER}/${name}-${theme}.png` });
    }
  }
});
