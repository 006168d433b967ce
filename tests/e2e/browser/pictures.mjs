// Takes the pictures of the README and the docs: the sample app as a newcomer sees it.
import { BASE, sample, test } from "./harness.mjs";

const FOLDER = process.env.FLOWLIKE_E2E_PICTURES ?? ".";
const SIZE = { width: 1280, height: 800 };

await test(async (visit) => {
  const { at, board, event, done } = await sample();
  const screens = {
    home: "/",
    editor: `${at}/boards/${board}?run=${done.run_id}`,
    run: `${at}/runs/${done.run_id}`,
    runs: `${at}/runs`,
    event: `${at}/events/${event}`,
  };
  for (const theme of ["light", "dark"]) {
    const page = await visit.open({ theme, viewport: SIZE, path: "/" });
    for (const [name, path] of Object.entries(screens)) {
      await page.goto(BASE + path);
      await page.waitForLoadState("networkidle", { timeout: 5000 }).catch(() => undefined);
      await page.waitForFunction(() => document.querySelector('[aria-label="Loading"]') === null);
      await page.mouse.move(0, 0);
      await page.screenshot({ path: `${FOLDER}/${name}-${theme}.png` });
    }
  }
});
