// Names, notes and log lines that want to be markup stay text, on every screen (threat 42).
import { api, assert, BASE, test, until } from "./harness.mjs";

const MARKUP = [
  `<img src=x onerror="alert('T42')">`,
  `"><script>alert('T42')</script>`,
  `'><svg onload=alert('T42')>`,
  `<iframe srcdoc="<script>parent.alert('T42')</script>"></iframe>`,
  `{{constructor.constructor("alert('T42')")()}}`,
  `<math><mtext></p><style><img src onerror=alert('T42')></style>`,
];
const NOTE = [
  "# Heading",
  `[click](javascript:alert('T42')) [data](data:text/html,<script>alert('T42')</script>)`,
  `![picture](x" onerror="alert('T42'))`,
  ...MARKUP,
].join("\n\n");
const NAME = MARKUP.join(" ").slice(0, 190);

function hostileBoard(id, stranger) {
  const name = (index) => MARKUP[index % MARKUP.length];
  return {
    format: "flowlike.board/1",
    id,
    name: NAME,
    description: NOTE,
    variables: { v: { name: name(0), type: "String", default: name(1), description: NOTE } },
    nodes: {
      start: { type: "events_simple@1", name: name(2), comment: NOTE, out: { exec_out: { to: ["log.exec_in"] } } },
      log: { type: "log_info@1", name: name(3), comment: NOTE, in: { message: { value: NOTE } } },
      ...(stranger ? { unknown: { type: "no_such_node@1", name: name(4), comment: NOTE } } : {}),
    },
    comments: { c: { content: NOTE } },
    layout: { start: { x: 0, y: 0 }, log: { x: 260, y: 0 }, c: { x: 0, y: 240 } },
  };
}

/** What in the page came from a hostile text and is not text: elements, handlers, addresses. */
function strangers(page) {
  return page.evaluate(() => {
    const found = [];
    for (const element of document.querySelectorAll("*")) {
      const name = element.tagName.toLowerCase();
      if (["iframe", "object", "embed", "math", "base", "form[action]"].includes(name)) {
        found.push(name);
      }
      for (const { name: attribute, value } of element.attributes) {
        if (attribute.startsWith("on") || (["href", "src", "action"].includes(attribute) && /^\s*(javascript|data:text)/i.test(value))) {
          found.push(`${name} ${attribute}=${value.slice(0, 60)}`);
        }
      }
    }
    return found;
  });
}

await test(async (visit) => {
  const app = (await api("POST", "/apps", { name: NAME, description: NOTE })).id;
  const at = `/apps/${app}`;
  for (const [id, stranger] of [["hostile", false], ["stranger", true]]) {
    await api("POST", `${at}/boards`, { name: NAME, id, board: hostileBoard(id, stranger) });
  }
  await api("PUT", `${at}/events/hostile`, {
    format: "flowlike.event/1",
    id: "hostile",
    name: NAME,
    description: NOTE,
    board: "hostile",
    node: "start",
  });
  await api("POST", `${at}/events/hostile/publish`, { bump: "minor", message: NAME });
  const { run_id: run } = await api("POST", `${at}/events/hostile/invoke`, { payload: {} });
  await until("the run to be kept", async () => (await api("GET", `${at}/runs`)).items.length > 0);

  const page = await visit.open();
  const broken = [];
  await page.exposeFunction("tellBroken", (what) => broken.push(what));
  await page.addInitScript(() =>
    document.addEventListener("securitypolicyviolation", (event) => globalThis.tellBroken(`${event.violatedDirective} ${event.blockedURI}`)),
  );
  const screens = [
    "/",
    "/apps",
    at,
    `${at}/boards`,
    `${at}/boards/hostile`,
    `${at}/boards/hostile?run=${run}`,
    `${at}/boards/stranger`,
    `${at}/events`,
    `${at}/events/hostile`,
    `${at}/runs`,
    `${at}/runs/${run}`,
    `${at}/runs/${run}?node=log`,
    `${at}/runs/${run}?tab=graph`,
    `${at}/runs/${run}?tab=log`,
    `${at}/runs/${run}?tab=payload`,
    `${at}/runs?q=${encodeURIComponent(NAME)}`,
    `/login?next=${encodeURIComponent("javascript:alert('T42')")}`,
  ];
  for (const path of screens) {
    await page.goto(BASE + path);
    await page.waitForFunction(() => document.querySelector("h1") !== null && document.querySelector('[aria-label="Loading"]') === null);
    await page.waitForTimeout(150);
    assert.deepEqual(await strangers(page), [], `markup came alive at ${path}`);
  }
  assert.ok((await page.goto(BASE + at)) !== null);
  await page.getByText("<img src=x onerror=").first().waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill("img src");
  await page.waitForTimeout(200);
  assert.deepEqual(await strangers(page), [], "markup came alive in the search");
  assert.deepEqual(broken, [], "the content security policy had to step in");

  // The control: were it markup, the policy would stop it, and without the policy it would run.
  await page.evaluate((markup) => {
    document.body.innerHTML += markup;
  }, MARKUP[0]);
  await until("the policy to step in", () => broken.some((what) => what.startsWith("script-src")));
  assert.deepEqual(visit.complaints.splice(0).filter((one) => one.startsWith("dialog")), []);
  const open = await visit.open({ bypassCSP: true });
  await open.evaluate((markup) => {
    document.body.innerHTML += markup;
  }, MARKUP[0]);
  await until("the script to run without the policy", () => visit.complaints.includes("dialog: T42"));
  visit.complaints.length = 0;
});
