// From nothing to a published sum: drawn with the pointer, run with the form, read, published, called
// with the shown line, undone to nothing, and done again after a reload.
import { execFileSync } from "node:child_process";

import { add, assertSize, boardOf, card, click, drag, pin, saved } from "./editing.mjs";
import { assert, SESSION, test, until } from "./harness.mjs";

const NAME = `Sums ${Date.now()}`;

async function makeApp(page) {
  await page.getByRole("button", { name: "New app" }).click();
  const dialog = page.getByRole("dialog", { name: "New app" });
  await dialog.getByLabel("Name").fill(NAME);
  await dialog.getByRole("button", { name: "Create" }).click();
  await page.getByRole("heading", { name: "No boards yet" }).waitFor();
  await page.getByRole("button", { name: "New board" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("Sum");
  await page.getByRole("button", { name: "Create and open" }).click();
  await page.locator("[data-board]").waitFor();
}

async function addField(page, name) {
  const inspector = page.getByRole("complementary", { name: "Inspector" });
  await inspector.getByRole("button", { name: "Add a pin: asks for" }).click();
  await inspector.getByLabel("Name").fill(name);
  await inspector.getByLabel("Type").selectOption("Integer");
  await inspector.getByRole("button", { name: "Add", exact: true }).click();
  await pin(page, "Generic Event", "out", name).waitFor();
}

async function draw(page) {
  await add(page, "Generic Event", 160, 160);
  await card(page, "Generic Event").locator(".bn-head").click();
  await addField(page, "a");
  await addField(page, "b");
  await add(page, "int add", 440, 320);
  await add(page, "Return Generic Result", 720, 160);
  await drag(page, pin(page, "Generic Event", "out", "a"), pin(page, "Add", "in", "integer1"));
  await drag(page, pin(page, "Generic Event", "out", "b"), pin(page, "Add", "in", "integer2"));
  await click(pin(page, "Generic Event", "out", "exec_out"), pin(page, "Return Generic Result", "in", "exec_in"));
  await click(pin(page, "Add", "out", "sum"), pin(page, "Return Generic Result", "in", "response"));
  await saved(page);
}

async function run(page) {
  await page.getByRole("button", { name: /^Run/ }).click();
  const dialog = page.getByRole("dialog", { name: /^Run/ });
  await dialog.getByLabel("a", { exact: true }).fill("2");
  await dialog.getByLabel("b", { exact: true }).fill("40");
  await dialog.getByRole("button", { name: "Run", exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  await card(page, "Add").getByText("Done").waitFor();
  await card(page, "Return Generic Result").locator(".bn-head").click();
  await page.getByRole("complementary", { name: "Inspector" }).getByText("42").first().waitFor();
}

async function publish(page) {
  await page.getByRole("button", { name: "Publish…" }).click();
  const dialog = page.getByRole("dialog", { name: /^Publish/ });
  await dialog.getByRole("button", { name: "Publish", exact: true }).click();
  const line = dialog.getByTestId("curl");
  await line.waitFor();
  const text = await line.innerText();
  await page.keyboard.press("Escape");
  return text;
}

/** Runs the shown line as it is, with a session where it says so. */
function callLine(line) {
  return execFileSync("bash", ["-c", `${line} --silent --show-error --fail-with-body`], {
    env: { ...process.env, SESSION },
    encoding: "utf8",
  });
}

async function undoAll(page) {
  await page.locator("[data-board]").focus();
  const undo = page.getByRole("button", { name: "Undo" });
  let steps = 0;
  while (await undo.isEnabled()) {
    await page.keyboard.press("Control+z");
    await saved(page);
    steps += 1;
    assert.ok(steps < 60, "undo does not come to an end");
  }
  return steps;
}

async function redoAll(page, steps) {
  const redo = page.getByRole("button", { name: "Redo" });
  for (let step = 0; step < steps; step += 1) {
    await until("redo", () => redo.isEnabled());
    await page.keyboard.press("Control+Shift+z");
    await saved(page);
  }
}

await test(async (visit) => {
  const page = await visit.open({ path: "/" });
  await makeApp(page);
  const [, app, board] = new URL(page.url()).pathname.match(/^\/apps\/([^/]+)\/boards\/([^/]+)/);
  await draw(page);
  const drawn = await boardOf(app, board);
  assertSize(drawn, 3, 4);

  await run(page);
  const line = await publish(page);
  assert.equal(JSON.parse(callLine(line)).output, 42);

  const before = await boardOf(app, board);
  const steps = await undoAll(page);
  const empty = await boardOf(app, board);
  assertSize(empty, 0, 0);
  await page.reload();
  await page.locator("[data-board]").waitFor();
  assert.equal(await page.locator(".react-flow__node").count(), 0);
  await page.locator("[data-board]").focus();
  await redoAll(page, steps);
  assert.deepEqual(await boardOf(app, board), before);
});
