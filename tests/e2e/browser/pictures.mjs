// Takes the pictures of the README and the docs: the sample app as a newcomer sees it.
import { api, BASE, test, until } from "./harness.mjs";

const FOLDER = process.env.FLOWLIKE_E2E_PICTURES ?? ".";
const SIZE = { width: 1280, height: 800 };

/** Some runs to look at: mostly good ones, one that is refused. */
async function runs(app, event) {
  const lines = [
    { sku: "TEA-100", quantity: 2, price_cents: 450 },
    { sku: "CUP-7", quantity: 1, price_cents: 1290 },
  ];
  const orders = [
    { id: "A-1001", customer: { name: "Ada", country: "DE" }, lines },
    { nonsense: true },
    { id: "A-1002", lines: lines.slice(0, 1) },
    { id: "A-1003", lines: [...lines, { sku: "POT-1", quantity: 60, price_cents: 3900 }] },
  ];
  for (const body of orders) {
    await fetch(`${BASE}/e/${app}${event.path}`, {
      method: event.method,
      headers: { "content-type": "application/json", authorization: `Bearer ${process.env.FLOWLIKE_E2E_SESSION}` },
      body: JSON.stringify(body),
    });
  }
}

await test(async (visit) => {
  const [app] = (await api("GET", "/apps")).items;
  const at = `/apps/${app.id}`;
  const [board] = (await api("GET", `${at}/boards`)).items;
  const [event] = (await api("GET", `${at}/events`)).items;
  await runs(app.id, event.event);
  const done = await until("a run to be listed", async () => (await api("GET", `${at}/runs`)).items.find(({ status }) => status === "completed"));
  const screens = {
    home: "/",
    editor: `${at}/boards/${board.id}?run=${done.run_id}`,
    run: `${at}/runs/${done.run_id}`,
    runs: `${at}/runs`,
    event: `${at}/events/${event.event.id}`,
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
