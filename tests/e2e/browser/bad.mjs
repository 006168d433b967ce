// A server that stops, slows, answers nonsense or drops its streams: nothing is lost, nothing freezes,
// and the person is told what to do.
import { assertSize, boardOf, card, choose, saved } from "./editing.mjs";
import { api, assert, BASE, sample, test, until } from "./harness.mjs";
import { BadServer } from "./proxy.mjs";

async function add(page, words) {
  await page.locator("[data-board]").focus();
  await page.keyboard.press("Tab");
  await choose(page, words);
}

/** Lists say what is wrong, with the id to quote, and come back by themselves or when asked. */
async function lists(visit, server, base) {
  const page = await visit.open({ base, path: "/" });
  await page.getByRole("heading", { name: "Apps" }).waitFor();
  server.mode = 500;
  await page.goto(`${base}/apps`);
  await page.getByRole("alert").getByText("r-bad-1").waitFor();
  server.mode = "pass";
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("heading", { name: "Apps", exact: true }).waitFor();
  await page.getByRole("link", { name: "Order triage" }).first().waitFor();

  server.mode = "html";
  await page.goto(`${base}/apps`);
  await page.getByText("Something went wrong on the server").waitFor();

  server.mode = "refuse";
  await page.goto(`${base}/apps/order-triage/runs`);
  await page.getByText("The server does not answer.", { exact: true }).first().waitFor();
  server.mode = "pass";
  await page.getByRole("table", { name: "Runs" }).waitFor();
  await page.getByText("The server does not answer.").first().waitFor({ state: "detached" });

  server.delay = 1500;
  await page.goto(`${base}/apps`);
  await page.getByLabel("Loading").first().waitFor();
  await page.getByRole("link", { name: "Order triage" }).first().waitFor();
  server.delay = 0;
  await page.context().close();
}

/** Edits go on while the server is away, wait, outlive the tab, and arrive once and in order. */
async function editing(visit, server, base) {
  const app = (await api("POST", "/apps", { name: `Bad ${Date.now()}` })).id;
  const board = (await api("POST", `/apps/${app}/boards`, { name: "Bad" })).id;
  const path = `/apps/${app}/boards/${board}`;
  const page = await visit.open({ base, path });
  await page.locator("[data-board]").waitFor();
  await add(page, "generic event");
  await saved(page);

  for (const mode of ["refuse", 503, 500, "html"]) {
    server.mode = mode;
    server.cut();
    await add(page, "print info");
    await page.locator(".save", { hasText: /Offline|Saving/ }).waitFor();
    server.mode = "pass";
    await saved(page).catch(async () => {
      await page.locator(".save button").click({ timeout: 1000 }).catch(() => undefined);
      await saved(page);
    });
  }
  assertSize(await boardOf(app, board), 5, 0);

  server.mode = "refuse";
  server.cut();
  await add(page, "branch");
  await page.locator(".save", { hasText: /Offline/ }).waitFor();
  await until("edits to be kept", () => page.evaluate(() => new Promise((resolve) => setTimeout(() => resolve(true), 1000))));
  await page.close();
  server.mode = "pass";
  const again = await page.context().newPage();
  again.setDefaultTimeout(30_000);
  await again.goto(base + path);
  await card(again, "Branch").first().waitFor();
  await saved(again);
  await until("the edit to arrive", async () => Object.keys((await boardOf(app, board)).nodes).length === 6);

  // The stream of changes breaks; what somebody else does meanwhile is seen when it is back.
  server.cut();
  const { revision } = await api("GET", path);
  await api("POST", `${path}/commands`, {
    base_revision: revision,
    id: `other-${Date.now()}`,
    commands: [{ command: "add_node", id: "elsewhere", type: "control_for_each@1", place: { x: 400, y: 40 } }],
  });
  await again.locator('.react-flow__node[data-id="elsewhere"]').waitFor();

  // Slow is not frozen: further edits are shown before the first has arrived.
  server.delay = 4000;
  await add(again, "delay");
  await add(again, "print info");
  assert.doesNotMatch(await again.locator(".save").innerText(), /Saved/, "an edit waited for the server");
  server.delay = 0;
  await saved(again);
  await again.context().close();
}

/** A duplicated tab has a copy of the name of the first; they must not send each other's edits, nor write over them. */
async function twins(visit, server, base) {
  const app = (await api("POST", "/apps", { name: `Twins ${Date.now()}` })).id;
  const board = (await api("POST", `/apps/${app}/boards`, { name: "Twins" })).id;
  const path = `/apps/${app}/boards/${board}`;
  const first = await visit.open({ base, path });
  await first.locator("[data-board]").waitFor();
  const name = await first.evaluate(() => sessionStorage.getItem("flowlike.tab"));
  assert.ok(name, "the tab has no name");
  const second = await first.context().newPage();
  second.setDefaultTimeout(30_000);
  await second.addInitScript((copied) => {
    if (sessionStorage.getItem("twin") === null) {
      sessionStorage.setItem("twin", "yes");
      sessionStorage.setItem("flowlike.tab", copied);
    }
  }, name);
  await second.goto(base + path);
  await second.locator("[data-board]").waitFor();
  assert.notEqual(await second.evaluate(() => sessionStorage.getItem("flowlike.tab")), name);

  server.mode = "refuse";
  server.cut();
  await add(first, "branch");
  await add(second, "delay");
  const queues = () => first.evaluate(() => Object.entries(localStorage).filter(([key, text]) => key.startsWith("flowlike.queue.") && text !== "").length);
  await until("both to keep their own", async () => (await queues()) === 2);
  await first.close();
  server.mode = "pass";
  await second.reload();
  await saved(second);
  const third = await second.context().newPage();
  third.setDefaultTimeout(30_000);
  await third.goto(base + path);
  await saved(third);
  await until("the edits of both", async () => Object.keys((await boardOf(app, board)).nodes).length === 2);

  // What is being typed when a tab is closed was not for nothing.
  await add(third, "print info");
  await saved(third);
  await card(third, "Print Info").locator("[data-literal='message']").click();
  await third.keyboard.press("Control+a");
  await third.keyboard.type("half a sentence");
  await third.reload();
  await third.locator("[data-board]").waitFor();
  await until("the sentence", async () => JSON.stringify(await boardOf(app, board)).includes("half a sentence"));
  await third.context().close();
}

/** Nodes nobody knows and literals that are far too long are shown, found and kept. */
async function odd(visit) {
  const app = (await api("POST", "/apps", { name: `Odd ${Date.now()}` })).id;
  const long = "långt 😀 ".repeat(12_500);
  await api("POST", `/apps/${app}/boards`, {
    name: "Odd",
    id: "odd",
    board: {
      format: "flowlike.board/1",
      id: "odd",
      name: "Odd",
      nodes: {
        start: { type: "events_simple@1", out: { exec_out: { to: ["log.exec_in"] } } },
        log: { type: "log_info@1", in: { message: { value: long } } },
        gone: { type: "no_such_node@7", name: "Gone", in: { x: { value: 9007199254740993n.toString() } } },
      },
      layout: { start: { x: 0, y: 0 }, log: { x: 240, y: 0 }, gone: { x: 480, y: 0 } },
    },
  });
  const page = await visit.open({ path: `/apps/${app}/boards/odd` });
  await card(page, "Gone").waitFor();
  await card(page, "Gone").locator(".bn-head").click();
  await page.keyboard.press("ArrowDown");
  await saved(page);
  const kept = await boardOf(app, "odd");
  assert.equal(kept.nodes.log.in.message.value, long);
  assert.equal(kept.nodes.gone.in.x.value, "9007199254740993");
  await page.context().close();
}

await test(async (visit) => {
  const server = new BadServer(BASE);
  const base = await server.listen();
  await sample();
  try {
    await lists(visit, server, base);
    await editing(visit, server, base);
    await twins(visit, server, base);
    await odd(visit);
  } finally {
    server.close();
  }
});
