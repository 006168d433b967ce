// Ways to use the editor as a person does, for tests that build boards.
import { api, assert, until } from "./harness.mjs";

/** The card of a node by its title. */
export function card(page, title) {
  return page.locator(".react-flow__node").filter({ has: page.locator(".bn-head", { hasText: new RegExp(`^${title}$`) }) });
}

/** A pin of a card: `pin(page, "Add", "in", "integer1")`. */
export function pin(page, title, side, key) {
  return card(page, title).locator(`[data-pin="${side}:${key}"]`);
}

/** Adds a node by the palette, opened by a double click on the ground at a place. */
export async function add(page, words, x, y) {
  await page.locator("[data-board]").dblclick({ position: { x, y } });
  await choose(page, words);
}

/** Takes the first node that the open palette finds for some words. */
export async function choose(page, words) {
  const field = page.getByRole("combobox", { name: "Add a node" });
  await field.fill(words);
  await page.locator(".pal [role=option]").first().waitFor();
  await field.press("Enter");
  await field.waitFor({ state: "detached" });
}

/** Draws a wire with the pointer. */
export async function drag(page, from, to) {
  const [start, end] = [await from.boundingBox(), await to.boundingBox()];
  await page.mouse.move(start.x + start.width / 2, start.y + start.height / 2);
  await page.mouse.down();
  await page.mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2, { steps: 4 });
  await page.mouse.move(end.x + end.width / 2, end.y + end.height / 2, { steps: 4 });
  await page.mouse.up();
}

/** Draws a wire by two clicks. */
export async function click(from, to) {
  await from.click();
  await to.click();
}

/** Waits until everything is saved. */
export async function saved(page) {
  await page.locator(".save", { hasText: "Saved" }).waitFor();
}

/** The board as the server has it, without what changes by itself. */
export async function boardOf(app, board) {
  const answer = await api("GET", `/apps/${app}/boards/${board}`);
  return answer.board;
}

/** How many nodes and wires a board has. */
export function sizeOf(board) {
  const nodes = Object.values(board.nodes ?? {});
  const wires = nodes.flatMap(({ out = {} }) => Object.values(out).flatMap(({ to = [] }) => to));
  return { nodes: nodes.length, wires: wires.length };
}

export function assertSize(board, nodes, wires) {
  assert.deepEqual(sizeOf(board), { nodes, wires });
}

/** An app and an empty board in it, open in the editor. */
export async function openBoard(visit, name, options = {}) {
  const app = (await api("POST", "/apps", { name })).id;
  const board = (await api("POST", `/apps/${app}/boards`, { name })).id;
  const page = await visit.open({ path: `/apps/${app}/boards/${board}`, ...options });
  await page.locator("[data-board]").waitFor();
  return { page, app, board };
}

export { until };
