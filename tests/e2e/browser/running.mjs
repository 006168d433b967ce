// Running a board and understanding what it did: rounds of a loop, values in each look, the log, going again.
import { change, eachOnItsBoard, focus, kept, keys, pick } from "./boards.mjs";
import { card, saved } from "./editing.mjs";
import { api, assert, until } from "./harness.mjs";

const inspector = (page) => page.getByRole("complementary", { name: "Inspector" });

/** Runs the board as it is, and waits until its values can be looked at. */
async function run(page, done) {
  await focus(page);
  await keys(page, "Control+Enter");
  await card(page, done).getByText("Done").waitFor();
  await page.getByRole("button", { name: "Pin all that came out" }).waitFor();
}

/** A loop over three orders in place of the two lines of log. */
async function loop(page, at) {
  await change(at, [
    { command: "add_node", id: "each", type: "control_for_each@1", place: { x: 240, y: -220 } },
    { command: "add_node", id: "line", type: "log_info@1", place: { x: 620, y: -220 } },
    { command: "rename", id: "line", name: "Line" },
    { command: "set_pin_value", node: "each", pin: "array", value: [{ sku: "TEA", left: 3 }, { sku: "CUP", left: 0 }, { sku: "POT", left: 7 }] },
    { command: "disconnect", source: "start.exec_out", target: "one.exec_in" },
    { command: "connect", source: "start.exec_out", target: "each.exec_in" },
    { command: "connect", source: "each.exec_out", target: "line.exec_in" },
    { command: "connect", source: "each.value", target: "line.message" },
  ]);
  await card(page, "Line").waitFor();
  await saved(page);
}

const FEATURES = {
  async "each round of a loop is looked at, as fields or as JSON"(page, at) {
    await loop(page, at);
    await run(page, "Line");
    await pick(page, "Line");
    const values = inspector(page);
    await values.getByRole("cell", { name: '"POT"' }).first().waitFor();
    await values.getByRole("button", { name: /^1/ }).first().click();
    await values.getByRole("cell", { name: '"TEA"' }).first().waitFor();
    await page.getByRole("button", { name: "Next round" }).click();
    await values.getByRole("cell", { name: '"CUP"' }).first().waitFor();
    await values.getByRole("button", { name: "JSON", exact: true }).first().click();
    await values.getByText('"left": 0').first().waitFor();
  },

  async "a long text is shown as one, and a picture as one"(page, at) {
    const picture = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    await change(at, [{ command: "set_pin_value", node: "one", pin: "message", value: picture }]);
    await change(at, [{ command: "set_pin_value", node: "upper", pin: "string", value: "all of it ".repeat(20) }]);
    await saved(page);
    await run(page, "Two");
    await pick(page, "One");
    const image = inspector(page).getByRole("img", { name: "Value of the pin" });
    await image.waitFor();
    assert.ok(await image.evaluate((element) => element.complete && element.naturalWidth === 1), "the picture is not drawn");
    await pick(page, "Two");
    await inspector(page).getByText(/ALL OF IT ALL OF IT/).first().waitFor();
  },

  async "the log tells what was said by which node, and leads there"(page) {
    await run(page, "Two");
    const log = page.getByRole("region", { name: /log/i }).or(page.locator(".log"));
    await log.getByText("first words").first().waitFor();
    await log.getByRole("button", { name: "Two" }).first().click();
    await inspector(page).getByText("Two").first().waitFor();
  },

  async "a run is asked for its payload, which is remembered, as fields or JSON"(page, at) {
    await change(at, [
      { command: "add_node", id: "asks", type: "events_generic@1", place: { x: 0, y: -160 } },
      { command: "add_pin", id: "asks", direction: "out", pin: { name: "who", type: "String" } },
      { command: "remove", ids: ["start"] },
    ]);
    await page.locator('.react-flow__node[data-id="asks"]').waitFor();
    await saved(page);
    await focus(page);
    await keys(page, "Control+Enter");
    const dialog = page.getByRole("dialog");
    const json = dialog.getByRole("button", { name: "JSON", exact: true });
    await dialog.getByLabel("who").fill("Ad");
    await json.click();
    await dialog.getByRole("textbox").last().fill('{"who": "Ada"}');
    await dialog.getByRole("button", { name: "Run", exact: true }).click();
    await page.locator('.react-flow__node[data-id="asks"]').getByText("Done").waitFor();
    const run = await until("the run", async () => (await api("GET", `/apps/${at.app}/runs?board=${at.board}`)).items[0]);
    await focus(page);
    await keys(page, "Control+Enter");
    await dialog.getByRole("button", { name: "Earlier" }).click();
    await page.getByRole("menuitem", { name: /Ada/ }).click();
    await keys(page, "Escape");

    // The page of the run goes again, with other input.
    const tab = await at.visit.tab(page, `/apps/${at.app}/runs/${run.run_id}`);
    await tab.getByRole("button", { name: "With other input…" }).click();
    const again = tab.getByRole("dialog");
    await again.getByRole("button", { name: "As JSON" }).click();
    assert.match(await again.getByRole("textbox").last().inputValue(), /Ada/);
    await again.getByRole("textbox").last().fill('{"who": "Grace"}');
    await again.getByRole("button", { name: "Run", exact: true }).click();
    await until("another run", () => !tab.url().includes(run.run_id) && tab.url().includes("/runs/"));
    await tab.getByRole("tab", { name: /Input/ }).click();
    await tab.getByText("Grace").first().waitFor();
    await tab.close();
    assert.ok((await kept(at)).nodes.asks);
  },
};

await eachOnItsBoard("Running", FEATURES);
