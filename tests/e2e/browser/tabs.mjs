// Two tabs edit one board at once, two hundred edits of all sorts: both and the server end at one state.
import { boardOf, choose, openBoard, saved } from "./editing.mjs";
import { assert, test, until } from "./harness.mjs";

const EDITS = 200;

/** Numbers that look random and are the same each time. */
function dice(seed) {
  let state = seed;
  return (sides) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * sides);
  };
}

const KEYS = [
  ["ArrowDown"],
  ["Shift+ArrowRight"],
  ["Control+d"],
  ["d"],
  ["Delete"],
  ["Control+z"],
  ["Control+Shift+z"],
  ["c"],
  ["Control+a", "Shift+ArrowDown", "Escape"],
];

const TYPES = ["int add", "print info", "branch", "for each"];

async function addNode(page, type) {
  await page.locator("[data-board]").focus();
  await page.keyboard.press("Tab");
  await choose(page, type);
}

/** One edit: a node from the palette, or something done with keys to a node that is picked. */
async function edit(page, roll) {
  const cards = page.locator(".react-flow__node");
  const count = await cards.count();
  if (count < 4 || roll(14) === 0) {
    await addNode(page, TYPES[roll(4)]);
    return;
  }
  const box = await cards.nth(roll(count)).boundingBox();
  if (box !== null) {
    await page.mouse.click(box.x + 12, box.y + 8);
  }
  for (const key of KEYS[roll(KEYS.length)]) {
    await page.keyboard.press(key);
  }
}

/** Waits until nothing is on its way. Edits that met the other tab's are told, and given up here. */
async function settle(page) {
  const chip = page.locator(".save");
  await until("edits to arrive", async () => /Saved|refused/.test(await chip.innerText()));
  if (/refused/.test(await chip.innerText())) {
    await chip.getByRole("button").click();
    const dialog = page.getByRole("dialog", { name: /refused/ });
    while ((await dialog.getByRole("button", { name: "Give up", exact: true }).count()) > 0) {
      await dialog.getByRole("button", { name: "Give up", exact: true }).first().click();
    }
    await dialog.getByRole("button", { name: "Close" }).last().click();
  }
  await saved(page);
}

/** What a tab shows: each thing and wire with its place. */
async function shown(page) {
  await page.locator("[data-board]").focus();
  await page.keyboard.press("Escape");
  await page.keyboard.press("1");
  await page.waitForTimeout(400);
  return page.evaluate(() => {
    const places = [...document.querySelectorAll(".react-flow__node")].map((node) => {
      const [x, y] = node.style.transform.match(/-?[\d.]+/g) ?? [];
      return `${node.dataset.id} ${Number(x)} ${Number(y)}`;
    });
    return places.sort();
  });
}

function expected(board) {
  const ids = [...Object.keys(board.nodes ?? {}), ...Object.keys(board.comments ?? {}), ...Object.keys(board.layers ?? {})];
  return ids.map((id) => `${id} ${board.layout?.[id]?.x ?? 0} ${board.layout?.[id]?.y ?? 0}`).sort();
}

await test(async (visit) => {
  const { page, app, board } = await openBoard(visit, `Tabs ${Date.now()}`);
  const other = await visit.tab(page, page.url());
  await other.locator("[data-board]").waitFor();
  const tabs = [page, other];
  await Promise.all(
    tabs.map(async (tab, index) => {
      const roll = dice(index + 7);
      for (let number = 0; number < EDITS / 2; number += 1) {
        await edit(tab, roll);
      }
      // Whatever was removed, something is left to compare.
      await addNode(tab, TYPES[0]);
      await addNode(tab, TYPES[1]);
    }),
  );
  await Promise.all(tabs.map(settle));
  const states = await until("both tabs to show one state", async () => {
    const [one, two] = [await shown(page), await shown(other)];
    return JSON.stringify(one) === JSON.stringify(two) ? one : undefined;
  });
  const kept = await boardOf(app, board);
  assert.deepEqual(states, expected(kept));
  assert.ok(states.length > 3, "too little is left to compare");
});
