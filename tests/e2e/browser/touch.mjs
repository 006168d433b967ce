// Fingers instead of a mouse, on a tablet: pinch, two-finger pan, long press, tap and tap.
import { board, eachOnItsBoard, kept } from "./boards.mjs";
import { card, pin } from "./editing.mjs";
import { assert, until } from "./harness.mjs";

/** Fingers on the screen: `touch("touchMove", [[x, y], …])`. */
async function fingers(page) {
  const client = await page.context().newCDPSession(page);
  return (type, points = []) =>
    client.send("Input.dispatchTouchEvent", { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
}

/** Two fingers that go from some places to others. */
async function two(page, from, to) {
  const touch = await fingers(page);
  await touch("touchStart", from.slice(0, 1));
  await touch("touchStart", from);
  for (let step = 1; step <= 8; step += 1) {
    await touch("touchMove", from.map(([x, y], index) => [x + ((to[index][0] - x) * step) / 8, y + ((to[index][1] - y) * step) / 8]));
  }
  await touch("touchEnd");
}

async function press(page, x, y, seen) {
  const touch = await fingers(page);
  await touch("touchStart", [[x, y]]);
  await seen.waitFor();
  await touch("touchEnd");
  await page.waitForTimeout(300); // what a finger that is lifted might still do
  assert.ok(await seen.isVisible(), "lifting the finger closed it");
}

async function view(page) {
  return page.locator(".react-flow__viewport").evaluate((element) => {
    const { e, f, a } = new DOMMatrix(getComputedStyle(element).transform);
    return { x: Math.round(e), y: Math.round(f), zoom: Math.round(a * 100) / 100 };
  });
}

const GROUND = [400, 620];

const FEATURES = {
  async "two fingers zoom, and carry the view"(page) {
    const [x, y] = GROUND;
    const before = await view(page);
    await two(page, [[x - 50, y], [x + 50, y]], [[x - 75, y], [x + 75, y]]);
    await until("a nearer view", async () => (await view(page)).zoom > before.zoom * 1.4);
    const near = await view(page);
    await two(page, [[x - 50, y], [x + 50, y]], [[x + 10, y - 40], [x + 110, y - 40]]);
    const after = await until("another view", async () => {
      const now = await view(page);
      return now.x !== near.x && now;
    });
    assert.deepEqual(after, { x: near.x + 60, y: near.y - 40, zoom: near.zoom });
  },

  async "a finger that stays opens the palette on the ground and the menu on a node, and adds to a selection"(page, at) {
    await press(page, ...GROUND, page.locator(".pal"));
    await page.keyboard.press("Escape");
    await card(page, "One").locator(".bn-head").tap();
    const box = await card(page, "Two").locator(".bn-head").boundingBox();
    await press(page, box.x + 20, box.y + 10, page.getByRole("menuitem", { name: /^Remove/ }).last());
    await page.getByRole("menuitem", { name: /^Remove(?! and)/ }).tap();
    await until("both to be gone", async () => {
      const { nodes } = await kept(at);
      return nodes.one === undefined && nodes.two === undefined;
    });
  },

  async "two taps draw a wire, and a finger carries a node"(page, at) {
    await pin(page, "Upper", "out", "uppercase_string").tap();
    await pin(page, "One", "in", "message").tap();
    await until("the wire", async () => (await kept(at)).nodes.upper.out.uppercase_string.to.includes("one.message"));
    const box = await card(page, "Sum").locator(".bn-head").boundingBox();
    const touch = await fingers(page);
    await touch("touchStart", [[box.x + 30, box.y + 10]]);
    for (let step = 1; step <= 8; step += 1) {
      await touch("touchMove", [[box.x + 30, box.y + 10 + 8 * step]]);
    }
    await touch("touchEnd");
    await until("another place", async () => (await kept(at)).layout.sum.y > 220);
    await board(page).waitFor();
  },
};

await eachOnItsBoard("Touch", FEATURES, { viewport: { width: 1024, height: 768 }, hasTouch: true });
