// What hands do to a board, with the pointer and with keys, beside what `features.mjs` tries.
import { board, change, eachOnItsBoard, focus, kept, keys, onWire, pick } from "./boards.mjs";
import { boardOf, card, choose, drag, pin, saved, sizeOf } from "./editing.mjs";
import { api, assert, until } from "./harness.mjs";

/** Drags a card by a way on the screen. */
async function carry(page, title, dx, dy, held) {
  const box = await card(page, title).locator(".bn-head").boundingBox();
  const [x, y] = [box.x + 30, box.y + 10];
  await page.mouse.move(x, y);
  if (held !== undefined) {
    await page.keyboard.down(held);
  }
  await page.mouse.down();
  await page.mouse.move(x + 4, y + 2);
  await page.mouse.move(x + dx, y + dy, { steps: 5 });
  await page.mouse.up();
  if (held !== undefined) {
    await page.keyboard.up(held);
  }
}

async function view(page) {
  return page.locator(".react-flow__viewport").evaluate((element) => {
    const { e, f, a } = new DOMMatrix(getComputedStyle(element).transform);
    return { x: Math.round(e), y: Math.round(f), zoom: Math.round(a * 100) / 100 };
  });
}

const FEATURES = {
  async "the plus on a wire puts a node into it"(page, at) {
    const { x, y } = await onWire(page, "one.exec_out>two.exec_in");
    await page.mouse.move(x, y);
    await page.getByRole("button", { name: "Insert a node here" }).click();
    await choose(page, "delay");
    await until("it to be in the wire", async () => {
      const { nodes } = await kept(at);
      const [next] = nodes.one.out.exec_out.to;
      return next.startsWith("delay") && nodes[next.split(".")[0]].out.exec_out.to[0] === "two.exec_in";
    });
  },

  async "pins that do not fit are dimmed while a wire is drawn, and a refusal says why"(page) {
    const [from, to] = [pin(page, "Start|Simple Event", "out", "exec_out"), pin(page, "Sum", "in", "integer1")];
    const start = await from.boundingBox();
    await page.mouse.move(start.x + 12, start.y + 12);
    await page.mouse.down();
    await page.mouse.move(start.x + 60, start.y + 90, { steps: 4 });
    await card(page, "Sum").locator(".unfit, .dim, [class*='fit-']").first().waitFor();
    await page.mouse.up();
    await keys(page, "Escape");
    await drag(page, from, to);
    await page.getByText("These pins do not fit").waitFor();
  },

  async "pasting may keep the wires that led in"(page, at) {
    await pick(page, "Two");
    await keys(page, "Control+c");
    await page.mouse.move(500, 700);
    await keys(page, "Control+Shift+v");
    const copy = await until("the copy", async () => Object.entries((await kept(at)).nodes).find(([id, { name }]) => name === "Two" && id !== "two"));
    const { nodes } = await kept(at);
    assert.ok(nodes.upper.out.uppercase_string.to.includes(`${copy[0]}.message`), "its text comes from nowhere");
    await keys(page, "Control+z");
    await until("the board of before", async () => sizeOf(await kept(at)).nodes === 5);
    await pick(page, "Two");
    await keys(page, "Control+d");
    await until("a duplicate", async () => sizeOf(await kept(at)).nodes === 6);
  },

  async "what was copied is text, also in a chat, and never holds a secret"(page, at) {
    await change(at, [
      { command: "upsert_variable", id: "key", variable: { name: "key", type: "String", secret: true } },
      { command: "add_node", id: "get", type: "variable_get@1", place: { x: 0, y: 400 } },
      { command: "set_pin_value", node: "get", pin: "var_ref", value: "key" },
    ]);
    const secret = { command: "upsert_variable", id: "key", variable: { name: "key", type: "String", secret: true, default: "hunter2" } };
    await assert.rejects(change(at, [secret]), /command.secret-value/);
    await page.locator('.react-flow__node[data-id="get"]').waitFor();
    await focus(page);
    await page.evaluate(() => navigator.clipboard.writeText(""));
    await keys(page, "Control+a", "Control+c");
    const text = await until("the clipboard", () => page.evaluate(() => navigator.clipboard.readText()));
    assert.match(text, /"flowlike": ?"fragment\/1"/);
    await page.evaluate((all) => navigator.clipboard.writeText(`look at this: ${all} nice?`), text);
    const other = (await api("POST", `/apps/${at.app}/boards`, { name: "Chat" })).id;
    const tab = await at.visit.tab(page, `/apps/${at.app}/boards/${other}`);
    await focus(tab);
    await keys(tab, "Control+v");
    await until("all of it", async () => sizeOf(await boardOf(at.app, other)).nodes === 6);
    await tab.close();
  },

  async "undo goes through layers, and survives a reload"(page, at) {
    const before = await kept(at);
    await pick(page, "One", "Two");
    await keys(page, "Control+g");
    await keys(page, "Enter", "Enter");
    await card(page, "One").waitFor();
    await pick(page, "One");
    await keys(page, "F2", "Control+a");
    await page.keyboard.type("Inside");
    await keys(page, "Enter");
    await card(page, "Inside").waitFor();
    await focus(page);
    await keys(page, "Escape", "Alt+ArrowUp");
    await card(page, "Sum").waitFor();
    await saved(page);
    await page.reload();
    await card(page, "Sum").waitFor();
    await focus(page);
    for (let step = 0; step < 3; step += 1) {
      await keys(page, "Control+z");
    }
    await card(page, "One").waitFor();
    await until("the board of before", async () => JSON.stringify(await kept(at)) === JSON.stringify(before));
  },

  async "a frame carries what lies in it, unless Ctrl is held"(page, at) {
    await pick(page, "One", "Two");
    await keys(page, "c");
    await page.keyboard.type("## Loud\n<img src=x onerror=alert(1)> **bold**");
    await keys(page, "Control+Enter");
    const frame = page.locator(".frame");
    await frame.locator("strong", { hasText: "bold" }).waitFor();
    assert.equal(await frame.locator("img").count(), 0);
    const grab = async (held) => {
      const box = await frame.boundingBox();
      const [x, y] = [box.x + box.width - 40, box.y + 12];
      await page.mouse.move(x, y);
      if (held) {
        await page.keyboard.down("Control");
      }
      await page.mouse.down();
      await page.mouse.move(x + 4, y);
      await page.mouse.move(x, y - 64, { steps: 4 });
      await page.mouse.up();
      await page.keyboard.up("Control");
    };
    await grab(false);
    const moved = await until("both to move", async () => {
      const { layout } = await kept(at);
      return layout.one.y < 0 && layout.two.y < 0 && layout;
    });
    await saved(page);
    await grab(true);
    await until("the frame to move alone", async () => {
      const { layout } = await kept(at);
      const [id] = Object.keys((await kept(at)).comments);
      return layout[id].y < moved[id].y && layout.one.y === moved.one.y;
    });
  },

  async "a variable dropped with Alt is written; it is renamed safely and leads to its uses"(page, at) {
    await focus(page);
    await keys(page, "v");
    const row = page.locator(".variable-row", { hasText: "total" });
    const [from, ground] = [await row.boundingBox(), await board(page).boundingBox()];
    await page.mouse.move(from.x + 40, from.y + 10);
    await page.keyboard.down("Alt");
    await page.mouse.down();
    await page.mouse.move(ground.x + 300, ground.y + 500, { steps: 4 });
    await page.mouse.move(ground.x + 420, ground.y + 620, { steps: 4 });
    await page.mouse.up();
    await page.keyboard.up("Alt");
    await until("a node that writes it", async () => Object.values((await kept(at)).nodes).some(({ type }) => type.startsWith("variable_set")));
    await row.getByRole("button", { name: "total" }).first().click();
    const name = page.getByLabel("Name", { exact: true });
    await name.fill("sum of all");
    await name.press("Enter");
    await page.locator(".variable-row", { hasText: "sum of all" }).waitFor();
    await until("the new name", async () => (await kept(at)).variables.total.name === "sum of all");
    await page.getByLabel("Folder").fill("Sums");
    await page.getByRole("heading", { name: "Sums" }).waitFor();
    await page.getByRole("button", { name: "More about sum of all" }).click();
    await page.getByRole("menuitem", { name: /^Go to/ }).click();
    await page.getByRole("complementary", { name: "Inspector" }).getByText(/^Set (total|sum of all)/).first().waitFor();
  },

  async "search narrows by filters, and goes into layers"(page) {
    await pick(page, "One", "Two");
    await keys(page, "Control+g", "Enter");
    await focus(page);
    const found = async (query) => {
      await keys(page, "Control+f");
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("combobox").fill(query);
      await dialog.getByRole("option").first().waitFor();
      const titles = await dialog.getByRole("option").locator(".cut:first-of-type").allInnerTexts();
      await keys(page, "Escape");
      await dialog.waitFor({ state: "detached" });
      await focus(page);
      return titles.map((title) => title.trim()).filter((title, index, all) => all.indexOf(title) === index);
    };
    assert.deepEqual((await found("type:int_add")).slice(0, 1), ["Sum"]);
    assert.ok((await found("pin:integer1")).includes("Sum"));
    assert.ok((await found("value:second")).includes("Upper"));
    assert.ok((await found("var:total")).includes("total"));
    assert.ok((await found("unused:")).includes("Sum"));
    await keys(page, "Control+f");
    await page.getByRole("dialog").getByRole("combobox").fill("value:first");
    await page.getByRole("option").first().waitFor();
    await keys(page, "Enter");
    await card(page, "One").waitFor();
    await card(page, "Sum").waitFor({ state: "detached" });
  },

  async "the view goes by keys, wheel, middle button and Space"(page, at) {
    await focus(page);
    const first = await view(page);
    await keys(page, "+");
    await until("a nearer view", async () => (await view(page)).zoom > first.zoom);
    await keys(page, "0");
    await until("the real size", async () => (await view(page)).zoom === 1);
    await page.mouse.move(700, 600);
    await page.mouse.wheel(0, -200);
    await until("a nearer view by the wheel", async () => (await view(page)).zoom > 1);
    const near = await view(page);
    await page.mouse.down({ button: "middle" });
    await page.mouse.move(760, 640, { steps: 3 });
    await page.mouse.up({ button: "middle" });
    await until("the view to be carried", async () => (await view(page)).x === near.x + 60);
    // Also over a node, which stays where it is.
    const box = await card(page, "Two").boundingBox();
    await page.mouse.move(box.x + 40, box.y + 10);
    await page.keyboard.down("Space");
    await page.mouse.down();
    await page.mouse.move(box.x + 100, box.y + 10, { steps: 3 });
    await page.mouse.up();
    await page.keyboard.up("Space");
    await until("the view to be carried by a node", async () => (await view(page)).x === near.x + 120);
    assert.equal((await kept(at)).layout.two.x, 520);
    await pick(page, "Sum");
    await keys(page, "2");
    await until("the selection alone", async () => (await view(page)).zoom === 1.25);
    await keys(page, "1");
    await until("all of it", async () => (await view(page)).zoom === first.zoom);
  },

  async "the wheel carries the view where that is chosen"(page, at) {
    const settings = await at.visit.tab(page, "/settings");
    await settings.getByRole("switch", { name: /wheel moves/ }).click();
    await settings.close();
    const { x, y, zoom } = await view(page);
    await page.mouse.move(700, 700);
    await page.mouse.wheel(40, 60);
    await until("the view to be carried", async () => (await view(page)).y < y);
    assert.equal((await view(page)).zoom, zoom);
    assert.ok((await view(page)).x < x);
  },

  async "one list goes to boards, apps and screens too"(page, at) {
    await focus(page);
    await keys(page, "Control+k");
    const field = page.getByRole("combobox", { name: "Commands" });
    await field.fill("runs of this");
    await page.getByRole("option", { name: /Runs of this app/ }).waitFor();
    await field.fill("Order triage");
    await page.getByRole("option", { name: /Order triage/ }).first().waitFor();
    await field.fill("settings");
    await keys(page, "Enter");
    await until("the settings", () => new URL(page.url()).pathname === "/settings");
    await page.goBack();
    await card(page, "Sum").waitFor();
    assert.equal(sizeOf(await kept(at)).nodes, 5);
  },

  async "keys are chosen anew, and those of a single letter switched off"(page, at) {
    const settings = await at.visit.tab(page, "/settings?tab=shortcuts");
    await settings.getByRole("button", { name: "Change keys for Outline" }).click();
    await settings.keyboard.press("Alt+o");
    await settings.getByRole("switch", { name: /single letter/ }).click();
    await settings.close();
    await page.reload();
    await card(page, "Sum").waitFor();
    await focus(page);
    await keys(page, "o", "v");
    await keys(page, "Alt+o");
    await page.getByRole("treegrid", { name: "Outline of the board" }).waitFor();
    assert.equal(await page.locator(".variable-row").count(), 0);
  },

  async "wires are straightened, and moves by arrows are steps of the grid"(page, at) {
    await change(at, [{ command: "move_many", moves: { two: { x: 520, y: 75 } } }]);
    await until("the move to be seen", async () => (await card(page, "Two").boundingBox()).y > (await card(page, "One").boundingBox()).y + 60);
    await pick(page, "Two");
    await keys(page, "q");
    await until("a straight wire", async () => (await kept(at)).layout.two.y === 0);
    await keys(page, "ArrowRight", "Shift+ArrowDown");
    await until("steps of 16 and 64", async () => {
      const { x, y } = (await kept(at)).layout.two;
      return x % 16 === 0 && x > 520 && x <= 544 && y === 64;
    });
  },

  async "what is dragged lands on the grid, and free of it with Alt"(page, at) {
    await carry(page, "Sum", 100, 150);
    const { x, y } = await until("it to land", async () => {
      const { layout } = await kept(at);
      return layout.sum.y > 220 && layout.sum;
    });
    assert.ok(x % 16 === 0 || y % 16 === 0, `${x}, ${y}`);
    await carry(page, "Sum", 37, 0, "Alt");
    await until("it to land elsewhere", async () => (await kept(at)).layout.sum.x % 16 !== 0);
  },
};

await eachOnItsBoard("Handling", FEATURES);
