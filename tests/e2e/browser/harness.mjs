// What every browser test needs: Debian's Chromium, a signed-in page, and an ear for what goes wrong.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const web = createRequire(new URL("../../../web/package.json", import.meta.url));
const { chromium } = web("playwright-core");
const AXE = readFileSync(web.resolve("axe-core/axe.min.js"), "utf8");

/** Where the server is, and what tests may use of it. Set by the Python side. */
export const BASE = process.env.FLOWLIKE_E2E_BASE ?? "";
export const SESSION = process.env.FLOWLIKE_E2E_SESSION ?? "";
const ARTEFACTS = process.env.FLOWLIKE_E2E_ARTEFACTS ?? "";
const CHROMIUM = process.env.FLOWLIKE_E2E_CHROMIUM ?? "/usr/bin/chromium";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** So long things may take on a busy machine; nothing is measured by it. */
const PATIENCE_MS = 30_000;

/** Messages that a test provokes on purpose are named by it; anything else fails it. */
const EXPECTED_BY_BROWSER = /Failed to load resource|net::ERR_/;

export class Visit {
  /** What pages complained of: errors, broken content security policy, dialogs. */
  complaints = [];
  /** Addresses of other hosts that were asked for. */
  foreign = [];

  constructor(browser) {
    this.browser = browser;
    this.contexts = [];
  }

  /** A new browser profile with one page, signed in unless told otherwise. */
  async open({ path = "/", base = BASE, signedIn = true, theme = "light", tour = false, ...options } = {}) {
    const context = await this.browser.newContext({
      viewport: { width: 1440, height: 900 },
      permissions: ["clipboard-read", "clipboard-write"],
      reducedMotion: "reduce",
      ...options,
    });
    this.contexts.push(context);
    const start = { session: signedIn ? SESSION : "", theme, tour };
    await context.addInitScript((given) => {
      if (given.session !== "" && localStorage.getItem("flowlike.session") === null && sessionStorage.getItem("begun") === null) {
        localStorage.setItem("flowlike.session", given.session);
      }
      sessionStorage.setItem("begun", "yes");
      localStorage.setItem("flowlike.look", JSON.stringify({ theme: given.theme }));
      if (!given.tour) {
        localStorage.setItem("flowlike.tour", '{"closed":true}');
      }
    }, start);
    const page = await context.newPage();
    this.listen(page, base);
    await page.goto(base + path);
    return page;
  }

  /** Another tab of the same profile. */
  async tab(page, path) {
    const other = await page.context().newPage();
    this.listen(other, page.url());
    await other.goto(new URL(path, page.url()).href);
    return other;
  }

  /** Hears what a page complains of, and which hosts other than its own it asks. */
  listen(page, address) {
    const { origin } = new URL(address);
    page.setDefaultTimeout(PATIENCE_MS);
    page.on("console", (message) => {
      if (message.type() === "error" && !EXPECTED_BY_BROWSER.test(message.text())) {
        this.complaints.push(`console: ${message.text()}`);
      }
    });
    page.on("pageerror", (error) => this.complaints.push(`page: ${error.stack ?? error}`));
    page.on("dialog", async (dialog) => {
      this.complaints.push(`dialog: ${dialog.message()}`);
      await dialog.dismiss();
    });
    page.on("request", (request) => {
      const url = new URL(request.url());
      if (/^https?:$/.test(url.protocol) && url.origin !== origin) {
        this.foreign.push(request.url());
      }
    });
  }
}

/** Runs a test with a browser of its own; fails if a page complained or asked another host. */
export async function test(body) {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  const visit = new Visit(browser);
  try {
    await body(visit);
    assert.deepEqual(visit.complaints, [], "pages complained");
    assert.deepEqual(visit.foreign, [], "other hosts were asked");
  } catch (error) {
    await keepEvidence(visit);
    console.error(error instanceof assert.AssertionError && Array.isArray(error.actual) ? [error.message.split("\n")[0], ...error.actual].join("\n  ") : error);
    process.exitCode = 1;
  } finally {
    await browser.close();
  }
}

async function keepEvidence(visit) {
  for (const complaint of visit.complaints) {
    console.error(complaint);
  }
  let number = 0;
  for (const context of visit.contexts) {
    for (const page of context.pages()) {
      number += 1;
      console.error(`page ${number}: ${page.url()}`);
      if (ARTEFACTS !== "") {
        await page.screenshot({ path: `${ARTEFACTS}/page-${number}.png` }).catch(() => undefined);
      }
    }
  }
}

/** What axe finds wrong with a page, in short. */
export async function violations(page, exclude = []) {
  await page.evaluate(AXE);
  const found = await page.evaluate(async (without) => {
    const result = await globalThis.axe.run(
      { exclude: without },
      { resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
    );
    return result.violations.flatMap(({ id, nodes }) =>
      nodes.slice(0, 3).map((node) => `${id}: ${node.target.join(" ")} — ${node.failureSummary?.split("\n").at(-1)?.trim() ?? ""} — ${node.html.slice(0, 160)}`),
    );
  }, exclude);
  return found;
}

/** Asks the API as the signed-in owner. */
export async function api(method, path, body, base = BASE) {
  const answer = await fetch(`${base}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${SESSION}`, prefer: "respond-async", ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text.slice(0, 500)}`);
  return text === "" ? undefined : JSON.parse(text);
}

const LINES = [
  { sku: "TEA-100", quantity: 2, price_cents: 450 },
  { sku: "CUP-7", quantity: 1, price_cents: 1290 },
];
const ORDERS = [
  { id: "A-1001", customer: { name: "Ada", country: "DE" }, lines: LINES },
  { nonsense: true },
  { id: "A-1002", lines: LINES.slice(0, 1) },
  { id: "A-1003", lines: [...LINES, { sku: "POT-1", quantity: 60, price_cents: 3900 }] },
];

/** Calls an HTTP event as the signed-in owner. */
function call(app, event, body) {
  return fetch(`${BASE}/e/${app}${event.path}`, {
    method: event.method,
    headers: { "content-type": "application/json", authorization: `Bearer ${SESSION}` },
    body: JSON.stringify(body),
  });
}

/** The sample app, after some calls of its event: where it is, a run that is done, and one with its values. */
export async function sample() {
  const [app] = (await api("GET", "/apps")).items.filter(({ id }) => id === "order-triage");
  const at = `/apps/${app.id}`;
  const [board] = (await api("GET", `${at}/boards`)).items;
  const [{ event }] = (await api("GET", `${at}/events`)).items;
  for (const body of ORDERS) {
    await call(app.id, event, body);
  }
  const done = await until("a run to be listed", async () =>
    (await api("GET", `${at}/runs`)).items.find(({ status }) => status === "completed"),
  );
  const { run_id: data } = await api("POST", `${at}/boards/${board.id}/runs`, {
    node: event.node,
    trace: "data",
    payload: { method: "POST", path: "/orders", headers: {}, query: {}, body: ORDERS[3] },
  });
  await until("a run from the editor to end", async () => (await api("GET", `${at}/runs/${data}`)).status === "completed");
  return { app: app.id, at, board: board.id, event: event.id, call: () => call(app.id, event, ORDERS[0]), done, data };
}

/** Waits until `look` gives something true, or fails saying what was waited for. */
export async function until(what, look, ms = PATIENCE_MS) {
  const end = Date.now() + ms;
  for (;;) {
    const seen = await look();
    if (seen) {
      return seen;
    }
    assert.ok(Date.now() < end, `waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export { assert };
