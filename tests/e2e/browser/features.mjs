// What the editor promises, feature by feature, each on a board of its own.
import { board, change, eachOnItsBoard, focus, kept, keys, names, onWire, pick } from "./boards.mjs";
import { add, boardOf, card, choose, drag, pin, saved, sizeOf } from "./editing.mjs";
import { api, assert, SESSION, until } from "./harness.mjs";

const FEATURES = {
  async "the palette finds by other words, and opens by Tab, double click and right click"(page, at) {
    await focus(page);
    await keys(page, "Tab");
    await page.getByRole("combobox", { name: "Add a node" }).fill("if");
    await page.locator(".pal [role=option]").first().getByText("Branch").waitFor();
    await keys(page, "Escape");
    await board(page).click({ button: "right", position: { x: 700, y: 560 } });
    await choose(page, "branch");
    await saved(page);
    assert.ok(names(await kept(at)).includes("control_branch"));
  },

  async "a wire let go over the ground offers what fits, wires it, and may show all"(page, at) {
    const from = await pin(page, "Sum", "out", "sum").boundingBox();
    await page.mouse.move(from.x + 12, from.y + 12);
    await page.mouse.down();
    await page.mouse.move(from.x + 200, from.y + 180, { steps: 6 });
    await page.mouse.up();
    await page.locator(".pal").waitFor();
    await page.locator(".pal").getByRole("button", { name: "Show all" }).click();
    await page.locator(".pal").getByRole("button", { name: "Only what fits" }).click();
    await choose(page, "int multiply");
    await saved(page);
    const document = await kept(at);
    assert.equal(document.nodes.sum.out.sum.to.length, 1);
  },

  async "a node dropped on a wire is put into it, and removing it heals the wire"(page, at) {
    await add(page, "delay", 340, 420);
    const [box, wire] = [await card(page, "Delay").boundingBox(), await onWire(page, "one.exec_out>two.exec_in")];
    const grip = { x: box.x + 30, y: box.y + 10 };
    const place = { x: wire.x + 30 - box.width / 2, y: wire.y + 10 - box.height / 2 };
    await page.mouse.move(grip.x, grip.y);
    await page.mouse.down();
    await page.mouse.move(place.x, place.y + 30, { steps: 6 });
    await page.mouse.move(place.x, place.y, { steps: 4 });
    await page.mouse.up();
    await saved(page);
    const spliced = await kept(at);
    assert.notEqual(spliced.nodes.one.out.exec_out.to[0], "two.exec_in", "it is not in the wire");
    await pick(page, "Delay");
    await keys(page, "Control+Backspace");
    await saved(page);
    assert.deepEqual((await kept(at)).nodes.one.out.exec_out.to, ["two.exec_in"]);
  },

  async "what is dragged gets into line with others, and lines show it"(page, at) {
    const [one, sum] = [await card(page, "One").boundingBox(), await card(page, "Sum").boundingBox()];
    await page.mouse.move(sum.x + 30, sum.y + 10);
    await page.mouse.down();
    await page.mouse.move(sum.x + 34, sum.y + 10);
    await page.mouse.move(one.x + 38, sum.y + 60, { steps: 6 });
    await page.locator(".guide.x").waitFor();
    await page.mouse.up();
    await page.locator(".guide").waitFor({ state: "detached" });
    await until("it to stand in line", async () => (await kept(at)).layout.sum.x === 240);
  },

  async "a wire that does not fit says why, and offers a conversion"(page, at) {
    await drag(page, pin(page, "Upper", "out", "uppercase_string"), pin(page, "Sum", "in", "integer1"));
    const offer = page.getByRole("menu", { name: /String → Integer/ });
    await offer.getByRole("menuitem", { name: /^Put .* between/ }).first().click();
    await saved(page);
    const { nodes, wires } = sizeOf(await kept(at));
    assert.deepEqual([nodes, wires], [6, 5]);
  },

  async "a version is named"(page, at) {
    await focus(page);
    await keys(page, "Control+s");
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox").first().fill("First");
    await dialog.getByRole("button", { name: /Name|Save|Publish|Create/ }).last().click();
    await until("the version", async () => (await api("GET", `/apps/${at.app}/boards/${at.board}/versions`)).items.length === 1);
  },

  async "nodes are copied to another board, with the wires between them"(page, at) {
    await pick(page, "One", "Two");
    await keys(page, "Control+c");
    const other = (await api("POST", `/apps/${at.app}/boards`, { name: "Other" })).id;
    const tab = await at.visit.tab(page, `/apps/${at.app}/boards/${other}`);
    await board(tab).waitFor();
    await focus(tab);
    await keys(tab, "Control+v");
    await card(tab, "One").waitFor();
    await saved(tab);
    assert.deepEqual(sizeOf(await boardOf(at.app, other)), { nodes: 2, wires: 1 });
    await tab.close();
  },

  async "the menu of a node does what its keys do"(page, at) {
    const choice = (name) => page.getByRole("menu").getByRole("menuitem", { name });
    await card(page, "One").locator(".bn-head").click({ button: "right" });
    await choice(/^Copy/).click();
    await page.mouse.move(500, 600);
    await keys(page, "Control+v");
    await until("the copy", async () => sizeOf(await kept(at)).nodes === 6);
    await card(page, "Two").locator(".bn-head").click({ button: "right" });
    await choice(/^Remove(?! and)/).click();
    await until("it to be gone", async () => (await kept(at)).nodes.two === undefined);
  },

  async "a selection becomes a layer, is entered and left, and comes back as it was"(page, at) {
    const before = await kept(at);
    await pick(page, "One", "Two");
    await keys(page, "Control+g");
    await saved(page);
    const collapsed = await kept(at);
    const [layer] = Object.keys(collapsed.layers);
    // Its name is asked for at once; the first Enter takes it, the second goes in.
    await keys(page, "Enter", "Enter");
    await card(page, "One").waitFor();
    await card(page, "Sum").waitFor({ state: "detached" });
    await focus(page);
    await keys(page, "Alt+ArrowUp");
    await card(page, "Sum").waitFor();
    await page.locator(`.react-flow__node[data-id="${layer}"]`).locator(".bn-head").click();
    await keys(page, "Control+Shift+g");
    await saved(page);
    const after = await kept(at);
    assert.deepEqual(after.nodes, before.nodes);
    assert.equal(Object.keys(after.layers ?? {}).length, 0);
  },

  async "a comment is put around the selection and moves with it"(page, at) {
    await pick(page, "One", "Two");
    await keys(page, "c");
    await until("the comment", async () => Object.keys((await kept(at)).comments ?? {}).length === 1);
  },

  async "a double click on a wire adds a bend"(page, at) {
    const { x, y } = await onWire(page, "one.exec_out>two.exec_in", 0.2);
    await page.mouse.dblclick(x, y);
    await saved(page);
    await until("the bend", async () => sizeOf(await kept(at)).nodes === 6);
  },

  async "search finds values and goes there, and replaces them"(page, at) {
    await focus(page);
    await keys(page, "Control+f");
    const field = page.getByRole("dialog").getByRole("combobox");
    await field.fill("value:first");
    await page.getByRole("dialog").getByRole("option").first().waitFor();
    await keys(page, "Enter");
    await page.getByRole("complementary", { name: "Inspector" }).getByText("One").first().waitFor();
    await focus(page);
    await keys(page, "Control+f");
    await page.getByRole("dialog").getByRole("combobox").fill("words");
    await page.getByRole("dialog").getByLabel(/Replace/).fill("letters");
    await page.getByRole("dialog").getByRole("button", { name: /^Replace/ }).click();
    await until("the replacement", async () => (await kept(at)).nodes.one.in.message.value === "first letters");
  },

  async "commands are found by name"(page, at) {
    await focus(page);
    await keys(page, "Control+k");
    await page.getByRole("combobox", { name: "Commands" }).fill("tidy");
    await keys(page, "Enter");
    await until("another layout", async () => (await kept(at)).layout.two.x !== 520);
    await saved(page);
    await keys(page, "Control+z");
    await until("the layout of before", async () => (await kept(at)).layout.two.x === 520);
  },

  async "a variable is put on the board to be read, and its uses are counted"(page, at) {
    await focus(page);
    await keys(page, "v");
    const row = page.locator(".variable-row", { hasText: "total" });
    await row.getByText("unused").waitFor();
    await row.dragTo(board(page), { targetPosition: { x: 420, y: 520 } });
    await saved(page);
    await until("a node that reads it", async () => sizeOf(await kept(at)).nodes === 6);
    await row.getByText("unused").waitFor({ state: "detached" });
  },

  async "values are edited in place"(page, at) {
    await card(page, "Sum").getByText("40", { exact: true }).click();
    await page.keyboard.press("Control+a");
    await page.keyboard.type("9007199254740993");
    await keys(page, "Enter");
    await saved(page);
    const text = await fetch(`${at.base}/api/v1/apps/${at.app}/boards/${at.board}`, { headers: { authorization: `Bearer ${SESSION}` } });
    assert.match(await text.text(), /9007199254740993/);
  },

  async "problems are listed, and F8 goes from one to the next"(page, at) {
    await add(page, "int add", 700, 620);
    await page.getByRole("tab", { name: /^Problems/ }).click();
    await page.getByText(/has no value|required|missing|needs/i).first().waitFor();
    await focus(page);
    await keys(page, "F8");
    await until("a problem to be shown", async () => (await page.locator(".bn.bad, .bn.cursor, .sel").count()) > 0);
  },

  async "outputs are pinned for runs of the editor, and a published event ignores them"(page, at) {
    await focus(page);
    await keys(page, "Control+Enter");
    await card(page, "Two").getByText("Done").waitFor();
    await pick(page, "Upper");
    await keys(page, "p");
    await card(page, "Upper").getByLabel(/pinned/).waitFor();
    await change(at, [{ command: "set_pin_value", node: "upper", pin: "string", value: "other" }]);
    await card(page, "Upper").getByText("other").waitFor();
    await focus(page);
    await keys(page, "Control+Enter");
    await page.getByRole("tab", { name: /^Log/ }).click();
    await page.getByText("SECOND WORDS").first().waitFor();
    await api("PUT", `/apps/${at.app}/events/${at.board}`, {
      format: "flowlike.event/1", id: at.board, name: "Live", board: at.board, node: "start",
    });
    await api("POST", `/apps/${at.app}/events/${at.board}/publish`, { bump: "minor" });
    const { run_id } = await api("POST", `/apps/${at.app}/events/${at.board}/invoke`, { payload: {} });
    const lines = await until("the log", async () => {
      const { items } = await api("GET", `/apps/${at.app}/runs/${run_id}/logs`);
      return items.length === 2 ? items : undefined;
    });
    assert.equal(lines[1].message, "OTHER");
  },

  async "a run that does not end is stopped"(page, at) {
    await change(at, [
      { command: "add_node", id: "loop", type: "delay@1", place: { x: 0, y: 480 } },
      { command: "set_pin_value", node: "loop", pin: "time", value: 600_000 },
      { command: "disconnect", source: "start.exec_out", target: "one.exec_in" },
      { command: "connect", source: "start.exec_out", target: "loop.exec_in" },
    ]);
    await card(page, "Delay").waitFor();
    await saved(page);
    await focus(page);
    await keys(page, "Control+Enter");
    await page.getByRole("button", { name: /^Stop/ }).click();
    await page.getByRole("button", { name: /^Run/ }).waitFor();
    await until("the end", async () => (await api("GET", `/apps/${at.app}/runs?board=${at.board}`)).items[0]?.status === "cancelled");
  },

  async "an error stands on its node, with what to do"(page, at) {
    await change(at, [
      { command: "add_node", id: "fails", type: "control_fail@1", place: { x: 800, y: 0 } },
      { command: "set_pin_value", node: "fails", pin: "message", value: "No tea left" },
      { command: "connect", source: "two.exec_out", target: "fails.exec_in" },
    ]);
    await card(page, "Fail").waitFor();
    await focus(page);
    await keys(page, "Control+Enter", "1");
    await card(page, "Fail").getByText("No tea left").waitFor();
  },

  async "the last value of a wire is shown where one points at it"(page) {
    await focus(page);
    await keys(page, "Control+Enter");
    await card(page, "Two").getByText("Done").waitFor();
    const { x, y } = await onWire(page, "upper.uppercase_string>two.message", 0.3);
    await page.mouse.move(x, y);
    await page.locator(".wire-value", { hasText: "SECOND WORDS" }).waitFor();
  },

  async "history tells who did what, compares, and brings a state back"(page, at) {
    await change(at, [{ command: "rename", id: "one", name: "Before" }]);
    await card(page, "Before").waitFor();
    await pick(page, "Two");
    await keys(page, "Delete");
    await saved(page);
    await focus(page);
    await keys(page, "h");
    await page.getByText("Owner").first().waitFor();
    await page.getByRole("listitem").filter({ hasText: "The board as it was made" }).getByRole("button", { name: "Return to this" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Return", exact: true }).click();
    await card(page, "Two").waitFor();
    await saved(page);
    assert.ok("two" in (await kept(at)).nodes);
    await focus(page);
    await keys(page, "Control+z");
    await card(page, "Two").waitFor({ state: "detached" });
  },

  async "nodes are named, switched off and aligned"(page, at) {
    await pick(page, "One");
    await keys(page, "F2", "Control+a");
    await page.keyboard.type("Renamed");
    await keys(page, "Enter");
    await card(page, "Renamed").waitFor();
    await pick(page, "Renamed");
    await keys(page, "d");
    await saved(page);
    const { nodes } = await kept(at);
    assert.deepEqual([nodes.one.name, nodes.one.settings.disabled], ["Renamed", true]);
  },

  async "what somebody else does is seen at once"(page, at) {
    await change(at, [{ command: "rename", id: "two", name: "Renamed elsewhere" }]);
    await card(page, "Renamed elsewhere").waitFor();
  },

  async "the outline holds the board as a tree"(page) {
    await focus(page);
    await keys(page, "o");
    const grid = page.getByRole("treegrid", { name: "Outline of the board" });
    await grid.getByText("One").waitFor();
    await grid.getByText("Two").click();
    await page.getByRole("complementary", { name: "Inspector" }).getByText("Two").first().waitFor();
  },
};

await eachOnItsBoard("Features", FEATURES);
