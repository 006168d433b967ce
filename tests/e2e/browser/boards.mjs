// Features that are tried each on a board of its own, and what they do to it.
import { boardOf, card } from "./editing.mjs";
import { api, assert, test } from "./harness.mjs";

let count = 0;

/** Start, two lines of log and a return, wired in a row, with a number and a text beside. */
export const SEED = {
  format: "flowlike.board/1",
  id: "seed",
  name: "Seed",
  variables: { total: { name: "total", type: "Integer", default: 3 } },
  nodes: {
    start: { type: "events_simple@1", out: { exec_out: { to: ["one.exec_in"] } } },
    one: { type: "log_info@1", name: "One", in: { message: { value: "first words" } }, out: { exec_out: { to: ["two.exec_in"] } } },
    two: { type: "log_info@1", name: "Two" },
    sum: { type: "int_add@1", name: "Sum", in: { integer1: { value: 2 }, integer2: { value: 40 } } },
    upper: {
      type: "string_to_upper@1",
      name: "Upper",
      in: { string: { value: "second words" } },
      out: { uppercase_string: { to: ["two.message"] } },
    },
  },
  layout: {
    start: { x: 0, y: 0 },
    one: { x: 240, y: 0 },
    two: { x: 520, y: 0 },
    sum: { x: 0, y: 220 },
    upper: { x: 300, y: 240 },
  },
};

export const board = (page) => page.locator("[data-board]");
export const kept = (at) => boardOf(at.app, at.board);
/** What the nodes of a board are called. */
export const names = (document) => Object.values(document.nodes ?? {}).map(({ name, type }) => name ?? type.split("@")[0]);

export async function focus(page) {
  await board(page).focus();
}

export async function pick(page, ...titles) {
  for (const [index, title] of titles.entries()) {
    await card(page, title).locator(".bn-head").click(index === 0 ? {} : { modifiers: ["Shift"] });
  }
}

export async function keys(page, ...pressed) {
  for (const key of pressed) {
    await page.keyboard.press(key);
  }
}

/** A place on a wire, usually its middle, on the page. */
export async function onWire(page, id, share = 0.5) {
  return page.locator(`.react-flow__edge[data-id="${id}"] path`).first().evaluate((path, part) => {
    const at = path.getPointAtLength(path.getTotalLength() * part);
    const { a, d, e, f } = path.getScreenCTM();
    return { x: at.x * a + e, y: at.y * d + f };
  }, share);
}

/** Changes the board as somebody else would. */
export async function change(at, commands) {
  const path = `/apps/${at.app}/boards/${at.board}`;
  const { revision } = await api("GET", path);
  count += 1;
  await api("POST", `${path}/commands`, { base_revision: revision, id: `other-${Date.now()}-${count}`, commands });
}

/** Tries features one after the other; a screen may be asked for that is not a desk's. `only` names some. */
export async function eachOnItsBoard(title, features, { only = process.argv[2] || undefined, ...options } = {}) {
  await test(async (visit) => {
    const app = (await api("POST", "/apps", { name: `${title} ${Date.now()}` })).id;
    const page = await visit.open({ path: `/apps/${app}/boards`, ...options });
    const base = new URL(page.url()).origin;
    const failed = [];
    for (const [name, body] of Object.entries(features)) {
      if (only !== undefined && !name.includes(only)) {
        continue;
      }
      count += 1;
      const id = `f${count}`;
      await api("POST", `/apps/${app}/boards`, { name, id, board: { ...SEED, id } });
      await page.evaluate(() => {
        for (const key of Object.keys(localStorage)) {
          if (!/session|look|tour/.test(key)) {
            localStorage.removeItem(key);
          }
        }
      });
      await page.goto(`${base}/apps/${app}/boards/${id}`);
      await card(page, "Sum").waitFor();
      page.setDefaultTimeout(Number(process.env.FLOWLIKE_E2E_PATIENCE ?? 30_000));
      try {
        await body(page, { app, board: id, base, visit });
      } catch (error) {
        failed.push(`${name}: ${String(error.stack ?? error).split("\n").slice(0, 6).join("\n    ")}`);
        await page.screenshot({ path: `${process.env.FLOWLIKE_E2E_ARTEFACTS || "."}/${id}.png` }).catch(() => undefined);
      }
    }
    assert.deepEqual(failed, []);
  });
}
