// What has the focus when a dialog opens: what it asks first, never its Close button.
import { card } from "./editing.mjs";
import { assert, sample, test, until } from "./harness.mjs";

/** What of the page has the focus, and the tooltips that are seen. */
function focused() {
  const tips = [...document.querySelectorAll("[role=tooltip]")].map(({ textContent }) => textContent);
  return { on: document.activeElement?.outerHTML.slice(0, 200), tips };
}

await test(async (visit) => {
  const { at, board, event, data } = await sample();
  const page = await visit.open({ path: "/" });
  const dialog = page.getByRole("dialog");
  const go = async (path) => {
    await page.goto(new URL(path, page.url()).href);
    await page.getByRole("heading", { level: 1 }).waitFor();
  };
  const press = (name, role = "button") => page.getByRole(role, { name }).first().click();
  const editor = async () => {
    await go(`${at}/boards/${board}`);
    await card(page, "Order arrives").waitFor();
    await page.locator("[data-board]").focus();
  };
  const inEditor = (keys) => async () => {
    await editor();
    await page.keyboard.press(keys);
  };
  const text = (name) => dialog.getByRole("textbox", { name });
  const button = (name) => dialog.getByRole("button", { name, exact: true });
  const combobox = (name) => dialog.getByRole("combobox", { name });
  const begins = async (what, first) => {
    await first.waitFor();
    await until(`${what} to begin at ${first}`, () => first.evaluate((one) => one === document.activeElement)).catch(async (error) => {
      assert.fail(`${error.message}: ${JSON.stringify(await page.evaluate(focused))}`);
    });
    assert.deepEqual((await page.evaluate(focused)).tips, [], what);
  };

  for (const [what, open, first] of [
    ["the jump", async () => (await go("/apps"), page.keyboard.press("Control+k")), combobox("Search or jump to")],
    ["a new app", async () => (await go("/apps"), press(/New app/)), text("Name")],
    ["a new board", async () => (await go(`${at}/boards`), press(/New board/)), text("Name")],
    ["a new event", async () => (await go(`${at}/events`), press(/New event/)), combobox("Board")],
    ["another run", async () => (await go(`${at}/runs/${data}`), press("With other input…")), text("Body")],
    ["an event", async () => (await go(`${at}/events/${event}`), press("Edit")), text("Name")],
    ["deleting an event", async () => (await go(`${at}/events/${event}`), await press("More for this event"), press("Delete…", "menuitem")), button("Cancel")],
    ["a run", inEditor("Control+Enter"), text("Body")],
    ["the search of a board", inEditor("Control+f"), combobox("Search this board")],
    ["all commands", inEditor("Control+k"), combobox("Commands")],
    ["the keys", inEditor("?"), button("Change shortcuts…")],
    ["a version", inEditor("Control+s"), text("What changed")],
    ["publishing", async () => (await editor(), press("Publish…")), text("Name")],
  ]) {
    await open();
    await begins(what, first);
  }

  // Nothing to ask yet: the dialog itself has the focus until there is. The first question finds out
  // whether a dialog is needed at all, the second is the dialog's.
  const answers = [];
  await page.route("**/prerun?*", async (route) => {
    await new Promise((resolve) => answers.push(resolve));
    await route.continue();
  });
  await editor();
  await page.keyboard.press("Control+Enter");
  (await until("the first question", () => answers[0]))();
  await begins("a run that waits for its form", dialog);
  (await until("the question of the dialog", () => answers[1]))();
  await begins("a run whose form came", text("Body"));
});
