// A newcomer: signs in by the link, follows the first steps through the sample app, and signs out.
import { card } from "./editing.mjs";
import { assert, BASE, test, until } from "./harness.mjs";

const LINK = process.env.FLOWLIKE_E2E_LINK ?? "";

async function signIn(visit) {
  const page = await visit.open({ path: new URL(LINK).pathname + new URL(LINK).hash, signedIn: false, tour: true });
  await page.getByRole("heading", { name: "Where you left off" }).waitFor();
  assert.equal(new URL(page.url()).hash, "", "the token stays in the address");
  const again = await visit.open({ path: new URL(LINK).pathname + new URL(LINK).hash, signedIn: false });
  await again.getByText("This link no longer works").waitFor();
  await again.context().close();
  return page;
}

const SIZES = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
  { width: 390, height: 844 },
];

/** What of the editor the first steps lie over, folded and open, on large screens and on a phone. */
async function coveredBy(page, steps) {
  const before = page.viewportSize();
  const covered = [];
  const look = async (how) => {
    const box = await steps.boundingBox();
    for (const part of ["[aria-label=Inspector]", ".dock", ".runpill", ".rail", ".editor-top"]) {
      const other = await page.locator(part).boundingBox();
      const apart =
        other === null ||
        box.x >= other.x + other.width ||
        other.x >= box.x + box.width ||
        box.y >= other.y + other.height ||
        other.y >= box.y + box.height;
      if (!apart) {
        covered.push(`${part} by ${how} at ${page.viewportSize().width}`);
      }
    }
  };
  for (const size of SIZES) {
    await page.setViewportSize(size);
    await look("the folded steps");
    await page.getByRole("button", { name: /^First steps/ }).click();
    await look("the open steps");
    await page.getByRole("button", { name: "Fold the first steps" }).click();
  }
  await page.setViewportSize(before);
  return covered;
}

await test(async (visit) => {
  const page = await signIn(visit);
  const steps = page.getByRole("complementary", { name: "First steps" });
  await steps.getByRole("link", { name: "Open the sample" }).click();
  await page.locator("[data-board]").waitFor();
  await card(page, "Order arrives").waitFor();

  await page.keyboard.press("Control+Enter");
  const dialog = page.getByRole("dialog", { name: /^Run/ });
  await dialog.waitFor();
  // The form begins with an order that fits; a newcomer needs no example from elsewhere.
  assert.match(await dialog.getByRole("textbox", { name: "Body" }).inputValue(), /"A-1001"/);
  await dialog.getByRole("button", { name: "Run", exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  await card(page, "Order arrives").getByText("Done").waitFor();

  await page.getByRole("tab", { name: /^Log/ }).waitFor();
  assert.deepEqual(await coveredBy(page, steps), []);
  await page.getByRole("button", { name: /^First steps/ }).click();
  await steps.getByRole("link", { name: "Open the last run" }).click();
  await page.getByRole("heading", { name: /^Done/ }).waitFor();
  await page.getByRole("button", { name: /Each line/ }).click();
  await page.getByRole("complementary", { name: "Values of Each line" }).getByText("TEA-100").first().waitFor();
  await page.getByRole("tab", { name: /Log/ }).click();
  await page.getByText("TEA-100: 2 pieces").waitFor();

  // The graph of the run stays as it ran, whatever becomes of the board.
  const run = page.url();
  await page.getByRole("link", { name: "Open on board" }).click();
  await card(page, "Lines?").click();
  await page.keyboard.press("Delete");
  await card(page, "Lines?").waitFor({ state: "detached" });
  await page.getByText("Saved").first().waitFor();
  await page.goto(run);
  await page.getByRole("tab", { name: "Graph" }).click();
  await card(page, "Lines?").getByText("Done").waitFor();
  await page.getByRole("link", { name: "Open on board" }).click();
  await page.locator("[data-board]").focus();
  await page.keyboard.press("Control+z");
  await card(page, "Lines?").waitFor();
  await page.getByText("Saved").first().waitFor();

  await page.goto(BASE);
  await page.getByRole("button", { name: /^Account/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: /^Sign in/ }).waitFor();
  await page.goto(`${BASE}/apps`);
  await until("the door", () => new URL(page.url()).pathname === "/login");
});
