// What leaves a board and comes back: pictures, files, former states, values of a run.
import { readFileSync } from "node:fs";

import { board, change, eachOnItsBoard, focus, kept, keys, pick } from "./boards.mjs";
import { card, sizeOf } from "./editing.mjs";
import { assert, until } from "./harness.mjs";

async function command(page, words) {
  await focus(page);
  await keys(page, "Control+k");
  await page.getByRole("combobox", { name: "Commands" }).fill(words);
  await keys(page, "Enter");
}

async function download(page, words) {
  const [file] = await Promise.all([page.waitForEvent("download"), command(page, words)]);
  return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
}

/** Drops a file on the ground. */
async function dropFile(page, name, text) {
  const data = await page.evaluateHandle(([called, content]) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([content], called, { type: "application/json" }));
    return transfer;
  }, [name, text]);
  const box = await board(page).boundingBox();
  await board(page).dispatchEvent("drop", { dataTransfer: data, clientX: box.x + 300, clientY: box.y + 600 });
}

const FEATURES = {
  async "the board is a picture, in vectors and in pixels, and what it says stays text"(page, at) {
    await change(at, [{ command: "rename", id: "one", name: "<script>alert(1)</script>" }]);
    await page.getByText("<script>alert(1)</script>").first().waitFor();
    const svg = await download(page, "picture as svg");
    assert.match(svg.name, /\.svg$/);
    const text = svg.bytes.toString();
    assert.ok(text.includes("&lt;script&gt;") && !text.includes("<script"), "it is markup");
    const counts = await page.evaluate((source) => {
      const drawn = new DOMParser().parseFromString(source, "image/svg+xml");
      return [drawn.querySelectorAll("parsererror").length, drawn.querySelectorAll("g").length, drawn.querySelectorAll("path[fill=none]").length];
    }, text);
    assert.deepEqual(counts, [0, 5, 3]);
    const png = await download(page, "picture as png");
    assert.deepEqual([...png.bytes.subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
    assert.ok(png.bytes.length > 5000, `${png.bytes.length} bytes`);
  },

  async "a file that is dropped is compared first, then placed beside or taken over"(page, at) {
    const file = await download(page, "board as a file");
    assert.match(file.name, /\.board\.json$/);
    const changed = JSON.parse(file.bytes.toString());
    changed.nodes.one.in.message.value = "other words";
    delete changed.nodes.sum;
    const dialog = page.getByRole("dialog", { name: /^Import/ });
    await dropFile(page, "theirs.board.json", JSON.stringify(changed));
    await dialog.getByText("other words").first().waitFor();
    await dialog.locator(".pane .changed-removed").waitFor();
    await dialog.getByRole("button", { name: "Make the board like the file" }).click();
    await until("the board of the file", async () => {
      const { nodes } = await kept(at);
      return nodes.sum === undefined && nodes.one.in.message.value === "other words";
    });
    await card(page, "Sum").waitFor({ state: "detached" });
    await focus(page);
    await keys(page, "Control+z");
    await card(page, "Sum").waitFor();
    await dropFile(page, "theirs.board.json", JSON.stringify(changed));
    await dialog.getByRole("button", { name: "Place beside what is here" }).click();
    await until("both", async () => sizeOf(await kept(at)).nodes === 9);
    await dropFile(page, "shopping.txt", "eggs, milk");
    await page.getByText("Nothing to place here").waitFor();
  },

  async "history brings back single things, and shows any state beside now"(page, at) {
    await pick(page, "One", "Sum");
    await keys(page, "Delete");
    await until("both to be gone", async () => sizeOf(await kept(at)).nodes === 3);
    await change(at, [{ command: "rename", id: "two", name: "Kept" }]);
    await card(page, "Kept").waitFor();
    await focus(page);
    await keys(page, "h");
    await page.getByRole("button", { name: "What changed since" }).last().click();
    await page.getByRole("button", { name: "Side by side" }).click();
    const panes = page.getByRole("dialog");
    await panes.locator(".pane").first().getByText("Sum").first().waitFor();
    await keys(page, "Escape");
    await page.getByRole("checkbox", { name: /^Bring One back/ }).check();
    await page.getByRole("button", { name: "Bring 1 back" }).click();
    await card(page, "One").waitFor();
    const { nodes } = await kept(at);
    assert.equal(nodes.sum, undefined);
    assert.equal(nodes.two.name, "Kept");
    assert.deepEqual(nodes.start.out.exec_out.to, ["one.exec_in"]);
    assert.deepEqual(nodes.one.out.exec_out.to, ["two.exec_in"]);
  },

  async "a past run is pinned into the editor, and unpinned as one"(page, at) {
    await focus(page);
    await keys(page, "Control+Enter");
    await card(page, "Two").getByText("Done").waitFor();
    await page.getByRole("button", { name: "Pin all that came out" }).click();
    await card(page, "Upper").getByLabel(/pinned/).waitFor();
    await until("the pins", async () => (await kept(at)).nodes.upper.settings?.pinned?.uppercase_string === "SECOND WORDS");
    await pick(page, "Upper");
    const value = page.getByRole("complementary", { name: "Inspector" }).getByLabel("Pinned Uppercase String");
    await value.fill("mine");
    await value.blur();
    await until("another value", async () => (await kept(at)).nodes.upper.settings.pinned.uppercase_string === "mine");
    await command(page, "unpin all");
    await until("no pins", async () => Object.values((await kept(at)).nodes).every(({ settings }) => settings?.pinned === undefined));
  },
};

await eachOnItsBoard("Papers", FEATURES, { acceptDownloads: true });
