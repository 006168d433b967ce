// The board of the journey, drawn and run without a pointer.
import { assertSize, boardOf, openBoard, saved } from "./editing.mjs";
import { api, assert, test, until } from "./harness.mjs";

/** Presses keys, one after the other. */
async function press(page, ...keys) {
  for (const key of keys) {
    await page.keyboard.press(key);
  }
}

/** F6 until the focus is inside a part of the window. */
async function region(page, selector) {
  for (let turn = 0; turn < 12; turn += 1) {
    if (await page.evaluate((part) => document.activeElement?.closest(part) !== null, selector)) {
      return;
    }
    await press(page, "F6");
  }
  assert.fail(`F6 does not lead to ${selector}`);
}

/** Tab until what has the focus is called so. */
async function tabTo(page, name) {
  for (let turn = 0; turn < 40; turn += 1) {
    const focused = page.locator(":focus");
    if ((await focused.count()) === 1 && (await isCalled(page, name))) {
      return;
    }
    await press(page, "Tab");
  }
  assert.fail(`Tab does not lead to ${name}`);
}

function isCalled(page, name) {
  return page.evaluate((wanted) => {
    const element = document.activeElement;
    const label = element.labels?.[0]?.textContent ?? element.getAttribute("aria-label") ?? element.textContent;
    return (label ?? "").trim() === wanted;
  }, name);
}

async function palette(page, words) {
  await press(page, "Tab");
  await page.locator(".pal").waitFor();
  await page.keyboard.type(words);
  await page.locator(".pal [role=option]").first().waitFor();
  await press(page, "Enter");
  await page.locator(".pal").waitFor({ state: "detached" });
}

/** Where the keyboard stands, as a screen reader would say it. */
function said(page) {
  return page.locator("[data-board] [role=status]").innerText();
}

/** Goes into the pins of a node and down to the one that is called so. */
async function toPin(page, words) {
  await press(page, ".");
  for (let turn = 0; turn < 12; turn += 1) {
    if ((await said(page)).includes(words)) {
      return;
    }
    await press(page, "ArrowDown");
  }
  assert.fail(`no pin ${words}: ${await said(page)}`);
}

/** Goes to the outputs of a node, and there to the pin that is called so. */
async function toOutput(page, words) {
  await press(page, ".", "ArrowRight", "ArrowUp", "ArrowUp", "ArrowUp");
  await toPinFromHere(page, words);
}

async function toPinFromHere(page, words) {
  for (let turn = 0; turn < 12; turn += 1) {
    if ((await said(page)).includes(words)) {
      return;
    }
    await press(page, "ArrowDown");
  }
  assert.fail(`no output ${words}: ${await said(page)}`);
}

/** Adds a field to the event that is selected, in the inspector. */
async function addField(page, name) {
  await region(page, ".inspector");
  await tabTo(page, "Add a pin: asks for");
  await press(page, "Enter");
  await tabTo(page, "Name");
  await page.keyboard.type(name);
  await tabTo(page, "Type");
  await page.keyboard.type("Integer");
  await tabTo(page, "Add");
  await press(page, "Enter");
  await region(page, "[data-board]");
}

/** Wires the pin the keyboard stands on to the one the list calls so. */
async function wireTo(page, words) {
  await press(page, "w");
  await page.getByRole("combobox", { name: "Pins it fits" }).waitFor();
  await page.keyboard.type(words);
  await press(page, "Enter");
  await page.getByRole("combobox", { name: "Pins it fits" }).waitFor({ state: "detached" });
}

async function run(page) {
  await press(page, "Control+Enter");
  const dialog = page.getByRole("dialog", { name: /^Run/ });
  await dialog.waitFor();
  for (const [label, value] of [
    ["a", "2"],
    ["b", "40"],
  ]) {
    await tabTo(page, label);
    await page.keyboard.type(value);
  }
  await tabTo(page, "Run");
  await press(page, "Enter");
  await dialog.waitFor({ state: "detached" });
}

await test(async (visit) => {
  const { page, app, board } = await openBoard(visit, `Keys ${Date.now()}`);
  await region(page, "[data-board]");
  await palette(page, "generic event");
  await addField(page, "a");
  await addField(page, "b");
  await toOutput(page, "Output A");
  await palette(page, "int add");
  assert.match(await said(page), /Add/);
  await press(page, "[");
  await toOutput(page, "Output B");
  await wireTo(page, "Integer 2");
  await press(page, "Escape", "]");
  await toOutput(page, "Output Sum");
  await palette(page, "return generic result");
  await press(page, "[", "[");
  await toOutput(page, "Output execution");
  await wireTo(page, "Return");
  await saved(page);
  assertSize(await boardOf(app, board), 3, 4);

  await run(page);
  const done = await until("the run to be kept", async () => (await api("GET", `/apps/${app}/runs`)).items[0]);
  const result = await api("GET", `/apps/${app}/runs/${done.run_id}/result`);
  assert.equal(result.output.data, 42);

  // Moves by keys are saved and undone like those of a pointer.
  await region(page, "[data-board]");
  await press(page, "Escape", "Escape");
  const before = await boardOf(app, board);
  await press(page, "ArrowLeft", "Shift+Enter", "ArrowDown", "Shift+ArrowRight");
  await saved(page);
  assert.notDeepEqual((await boardOf(app, board)).layout, before.layout);
  await press(page, "Control+z", "Control+z");
  await saved(page);
  assert.deepEqual((await boardOf(app, board)).layout, before.layout);
});
