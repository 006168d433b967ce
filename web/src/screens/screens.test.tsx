import { cleanup, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { type Answers, open, page, Refusal, serve } from "~/testing/page";

const APP = {
  id: "shop",
  name: "Shop",
  description: "Sells",
  updated_at: "2026-01-01T00:00:00Z",
  boards: 1,
  events: 1,
  role: "owner",
  permissions: [],
};
const BOARD = {
  id: "triage",
  name: "Triage",
  description: "",
  revision: 3,
  updated_at: "2026-01-01T00:00:00Z",
  updated_by: "local",
  nodes: 0,
  version: "1.2.0",
  starts: [
    { id: "go", name: "Go", type: "events_simple@1" },
    { id: "call", name: "Call", type: "event_http_request@1" },
  ],
};
const EVENT = {
  event: { format: "flowlike.event/1", id: "order", name: "Order", board: "triage", node: "go", kind: "simple" },
  board_name: "Triage",
  active: true,
  live: "1",
  live_board_version: "1.2.0",
  canary: null,
  url: null,
  curl: "curl -X POST 'http://here/x'",
  updated_at: "2026-01-01T00:00:00Z",
};
const RUN = {
  run_id: "01kd9xaaaaaaaaaaaaaaaaaaaa",
  status: "failed",
  event: "order",
  event_name: "Order",
  board: "triage",
  board_name: "Triage",
  version: "1.2.0",
  node: "go",
  trigger: "http",
  actor: "local",
  started_at: "2026-01-01T00:00:00Z",
  ended_at: "2026-01-01T00:00:01Z",
  duration_ms: 1000,
  steps: 4,
  logs: 1,
  handled_errors: 0,
  level: "data",
  error: { code: "x.y", message: "It broke", node: "go" },
};
const SERVER: Answers = {
  "GET /info": { name: "flowlike", auth: ["link"], secure: false },
  "GET /auth/session": { user: { id: "local", name: "Ada Lovelace" }, csrf: "c" },
  "GET /apps": page(APP),
  "GET /apps/shop": APP,
  "GET /apps/shop/boards": page(BOARD),
  "GET /apps/shop/events": page(EVENT),
  "GET /apps/shop/events/order": EVENT,
  "GET /apps/shop/events/order/versions": page({
    event_version: "1",
    board_version: "1.2.0",
    created_at: "2026-01-01T00:00:00Z",
    actor: "local",
    message: "First",
  }),
  "GET /apps/shop/boards/triage/versions": page(),
  "GET /apps/shop/boards/triage/prerun": { start: BOARD.starts[0], schema: { type: "object", additionalProperties: false } },
  "GET /apps/shop/runs": page(RUN),
  [`GET /apps/shop/runs/${RUN.run_id}`]: RUN,
};

beforeEach(() => localStorage.clear());
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe("sign-in", () => {
  test("those who are not signed in come to the door, and back to where they wanted to go", async () => {
    const asked = serve({ ...SERVER, "GET /info": { name: "Ours", auth: ["link", "password"] }, "POST /auth/local": { session: "ses_x" } });
    const { router } = open("/apps?q=x", false);
    const field = await screen.findByLabelText("Password");
    expect(router.state.location.pathname).toBe("/login");
    fireEvent.change(field, { target: { value: "a long password" } });
    fireEvent.click(screen.getByRole("button", { name: "Sign in" }));
    await waitFor(() => expect(router.state.location.href).toBe("/apps?q=x"));
    expect(asked.find(({ method }) => method === "POST")?.body).toEqual({ password: "a long password" });
  });

  test("a wrong password is told beside the field", async () => {
    serve({
      "GET /info": { name: "Ours", auth: ["password"] },
      "POST /auth/local": new Refusal(401, { code: "identity.wrong", detail: "That is not the password.", request_id: "r-1" }),
    });
    open("/login", false);
    fireEvent.change(await screen.findByLabelText("Password"), { target: { value: "wrong" } });
    fireEvent.click(screen.getByRole("button", { name: "Sign in" }));
    expect((await screen.findByRole("alert")).textContent).toContain("That is not the password.");
  });

  test("what needs a fresh sign-in leads to the door and back", async () => {
    const stale = { type: "/problems/step-up-required", code: "request.step-up", detail: "This needs a sign-in of the last ten minutes." };
    serve({ ...SERVER, "GET /info": { name: "x", auth: ["link"] }, "DELETE /apps/shop": new Refusal(403, stale) });
    const { router } = open("/apps?q=Shop");
    fireEvent.click(await screen.findByRole("button", { name: "More for Shop" }));
    fireEvent.click(within(screen.getByRole("menu", { hidden: true })).getByText("Delete…"));
    fireEvent.click(await screen.findByRole("button", { name: "Delete app" }));
    expect(await screen.findByText(/sign-in of the last ten minutes/u)).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "Sign in again" }));
    await waitFor(() => expect(router.state.location.pathname).toBe("/login"));
    expect(router.state.location.search).toEqual({ next: "/apps?q=Shop" });
  });

  test("nobody is sent to another host afterwards", async () => {
    serve({ ...SERVER, "GET /info": { name: "x", auth: ["password"] }, "POST /auth/local": { session: "ses_x" } });
    const { router } = open("/login?next=%2F%2Fevil.example", false);
    fireEvent.change(await screen.findByLabelText("Password"), { target: { value: "a long password" } });
    fireEvent.click(screen.getByRole("button", { name: "Sign in" }));
    await waitFor(() => expect(router.state.location.pathname).toBe("/"));
  });
});

describe("a list", () => {
  test("shows that it is loading, then what there is", async () => {
    serve(SERVER);
    open("/apps");
    expect(await screen.findByLabelText("Loading")).toBeTruthy();
    expect(await screen.findByRole("link", { name: "Shop" })).toBeTruthy();
  });

  test("says how to begin when there is nothing", async () => {
    serve({ ...SERVER, "GET /apps": page() });
    open("/apps");
    expect(await screen.findByText("No apps yet")).toBeTruthy();
    expect(screen.getByRole("button", { name: "New app" })).toBeTruthy();
  });

  test("says what went wrong, with the id to quote, and tries again", async () => {
    let broken = true;
    serve({
      ...SERVER,
      "GET /apps": () => (broken ? new Refusal(500, { code: "x", detail: "A fault.", request_id: "r-77" }) : page(APP)),
    });
    open("/apps");
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("r-77");
    broken = false;
    fireEvent.click(within(alert).getByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("link", { name: "Shop" })).toBeTruthy();
  });

  test("names the permission that is missing", async () => {
    serve({ ...SERVER, "GET /apps/shop/runs": new Refusal(403, { code: "permission-missing", permission: "ReadLogs" }) });
    open("/apps/shop/runs");
    expect(await screen.findByText("ReadLogs")).toBeTruthy();
  });
});

describe("home", () => {
  test("puts what fails first, with the way to its last run", async () => {
    serve(SERVER);
    open("/");
    expect(await screen.findByRole("heading", { name: "One thing needs you" })).toBeTruthy();
    expect(screen.getByRole("link", { name: "Open last run" }).getAttribute("href")).toBe(`/apps/shop/runs/${RUN.run_id}`);
  });

  test("without apps says how to begin", async () => {
    serve({ ...SERVER, "GET /apps": page() });
    open("/");
    expect(await screen.findByText("Make your first app")).toBeTruthy();
  });
});

describe("events", () => {
  test("are published as the board is now, for a share of the calls", async () => {
    const asked = serve({ ...SERVER, "POST /apps/shop/events/order/publish": { event_version: "2", board_version: "1.3.0" } });
    open("/apps/shop/events/order");
    fireEvent.change(await screen.findByRole("textbox", { name: "What changed" }), { target: { value: "Better" } });
    fireEvent.change(screen.getByRole("slider"), { target: { value: "10" } });
    fireEvent.click(screen.getByRole("button", { name: "Publish to 10 %" }));
    await waitFor(() =>
      expect(asked.find(({ path }) => path.endsWith("/publish"))?.body).toEqual({ bump: "minor", message: "Better", canary: 0.1 }),
    );
    expect(await screen.findByText("Order is live")).toBeTruthy();
  });

  test("are switched off", async () => {
    const asked = serve({ ...SERVER, "PATCH /apps/shop/events/order/active": { ...EVENT, active: false } });
    open("/apps/shop/events/order");
    fireEvent.click(await screen.findByRole("switch"));
    await waitFor(() => expect(asked.find(({ method }) => method === "PATCH")?.body).toEqual({ active: false }));
  });

  test("a test call sends the numbers as they were typed, and shows the answer", async () => {
    const schema = { type: "object", additionalProperties: false, properties: { a: { type: "integer" } }, required: ["a"] };
    const asked = serve({
      ...SERVER,
      "GET /apps/shop/boards/triage/prerun": { start: BOARD.starts[0], schema },
      "POST /apps/shop/events/order/invoke": { run_id: RUN.run_id, output: { sum: 3 } },
    });
    open("/apps/shop/events/order");
    fireEvent.change(await screen.findByRole("textbox", { name: "a" }), { target: { value: "7" } });
    fireEvent.click(screen.getByRole("button", { name: "Send test call" }));
    expect(await screen.findByText("Answered")).toBeTruthy();
    expect(asked.find(({ path }) => path.endsWith("/invoke"))?.body).toEqual({ payload: { a: 7 } });
    expect(screen.getByLabelText("What it answered").textContent).toContain('"sum": 3');
  });

  test("a new one takes its kind from the start node", async () => {
    const asked = serve({ ...SERVER, "PUT /apps/shop/events/call": { ...EVENT, event: { ...EVENT.event, id: "call" } } });
    open("/apps/shop/events");
    fireEvent.click(await screen.findByRole("button", { name: "New event" }));
    fireEvent.click(await screen.findByRole("radio", { name: /Call/ }));
    fireEvent.click(screen.getByRole("radio", { name: /Anyone/ }));
    fireEvent.click(screen.getByRole("button", { name: "Create" }));
    await waitFor(() =>
      expect(asked.find(({ method }) => method === "PUT")?.body).toMatchObject({
        board: "triage",
        node: "call",
        kind: "http",
        method: "POST",
        path: "/call",
        access: "public",
      }),
    );
  });
});

describe("runs", () => {
  test("the filter stands in the address and in what is asked", async () => {
    const asked = serve(SERVER);
    const { router } = open("/apps/shop/runs?status=failed");
    const state = await screen.findByRole<HTMLSelectElement>("combobox", { name: "State" });
    expect(state.value).toBe("failed");
    await waitFor(() => expect(asked.some(({ path }) => path.startsWith("/apps/shop/runs?status=failed"))).toBe(true));
    fireEvent.change(state, { target: { value: "completed" } });
    await waitFor(() => expect(router.state.location.search).toEqual({ status: "completed" }));
    fireEvent.click(screen.getByRole("button", { name: "Clear" }));
    await waitFor(() => expect(router.state.location.search).toEqual({}));
  });

  test("a run that kept no steps says how to keep them", async () => {
    serve({
      ...SERVER,
      [`GET /apps/shop/runs/${RUN.run_id}`]: { ...RUN, level: "errors" },
      [`GET /apps/shop/runs/${RUN.run_id}/trace`]: { run: RUN, program: { nodes: [] }, steps: [], values: [], logs: [], errors: [] },
    });
    open(`/apps/shop/runs/${RUN.run_id}`);
    expect(await screen.findByText("This run kept no steps")).toBeTruthy();
    expect(screen.getByText(/It broke/)).toBeTruthy();
  });
});

test("a board that is deleted comes back while there is time", async () => {
  const asked = serve(SERVER);
  open("/apps/shop/boards");
  fireEvent.click(await screen.findByRole("button", { name: "More for Triage" }));
  fireEvent.click(await screen.findByRole("menuitem", { name: "Delete" }));
  await waitFor(() => expect(screen.queryByRole("link", { name: "Triage" })).toBeNull());
  fireEvent.click(screen.getByRole("button", { name: "Undo" }));
  expect(await screen.findByRole("link", { name: "Triage" })).toBeTruthy();
  expect(asked.some(({ method }) => method === "DELETE")).toBe(false);
});

describe("settings", () => {
  const SESSIONS = page(
    { id: "a", agent: "Mozilla/5.0 (X11; Linux x86_64) Chrome/156", created_at: "2026-01-01T00:00:00Z", current: true },
    { id: "b", agent: "curl/8", created_at: "2026-01-01T00:00:00Z", current: false },
  );

  test("a password is long enough, said twice, and sent once", async () => {
    const asked = serve({ ...SERVER, "GET /info": { name: "x", auth: ["link", "password"] }, "PUT /auth/password": {} });
    open("/settings?tab=password");
    fireEvent.change(await screen.findByLabelText("Present password"), { target: { value: "the old one" } });
    const put = (next: string, again: string) => {
      fireEvent.change(screen.getByLabelText("New password"), { target: { value: next } });
      fireEvent.change(screen.getByLabelText("The same again"), { target: { value: again } });
      fireEvent.click(screen.getByRole("button", { name: "Change password" }));
    };
    put("short", "short");
    expect(screen.getByText("At least 12 characters")).toBeTruthy();
    put("a long enough one", "another long one");
    expect(screen.getByText("This is not the same")).toBeTruthy();
    expect(asked.some(({ method }) => method === "PUT")).toBe(false);
    put("a long enough one", "a long enough one");
    await waitFor(() =>
      expect(asked.find(({ method }) => method === "PUT")?.body).toEqual({ password: "a long enough one", current: "the old one" }),
    );
    await waitFor(() => expect(screen.getByLabelText<HTMLInputElement>("New password").value).toBe(""));
  });

  test("a session is ended, all others after a question", async () => {
    const asked = serve({ ...SERVER, "GET /user/sessions": SESSIONS, "DELETE /user/sessions/b": {}, "DELETE /user/sessions": {} });
    open("/settings?tab=sessions");
    expect(await screen.findByText("Chromium on Linux")).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "End" }));
    await waitFor(() => expect(asked.some(({ path }) => path === "/user/sessions/b")).toBe(true));
    fireEvent.click(screen.getByRole("button", { name: "Sign out everywhere else" }));
    fireEvent.click(await screen.findByRole("button", { name: "Sign out elsewhere" }));
    await waitFor(() => expect(asked.some(({ method, path }) => method === "DELETE" && path === "/user/sessions")).toBe(true));
  });

  test("the theme is chosen for the page at once", async () => {
    serve(SERVER);
    open("/settings");
    fireEvent.click(await screen.findByRole("radio", { name: "Dark" }));
    expect(document.documentElement.dataset["theme"]).toBe("dark");
    fireEvent.click(screen.getByRole("switch", { name: /Less motion/ }));
    expect(document.documentElement.dataset["motion"]).toBe("reduced");
    fireEvent.click(screen.getByRole("radio", { name: /As the system/ }));
    expect(document.documentElement.dataset["theme"]).toBeUndefined();
  });
});

describe("an app", () => {
  test("is made, and its boards are opened", async () => {
    const asked = serve({ ...SERVER, "POST /apps": { ...APP, id: "new" }, "GET /apps/new": APP, "GET /apps/new/boards": page() });
    const { router } = open("/apps");
    fireEvent.click(await screen.findByRole("button", { name: "New app" }));
    fireEvent.change(screen.getByLabelText("Name"), { target: { value: " Shop 2 " } });
    fireEvent.click(screen.getByRole("button", { name: "Create" }));
    await waitFor(() => expect(router.state.location.pathname).toBe("/apps/new/boards"));
    expect(asked.find(({ method }) => method === "POST")?.body).toEqual({ name: "Shop 2" });
    expect(await screen.findByText("No boards yet")).toBeTruthy();
  });

  test("that could not be made leaves the form as it is, and says why", async () => {
    serve({ ...SERVER, "POST /apps": new Refusal(422, { code: "apps.bad-name", detail: "The name is taken.", remedy: "Take another." }) });
    open("/apps");
    fireEvent.click(await screen.findByRole("button", { name: "New app" }));
    fireEvent.change(screen.getByLabelText("Name"), { target: { value: "Shop" } });
    fireEvent.click(screen.getByRole("button", { name: "Create" }));
    expect((await screen.findByRole("alert")).textContent).toContain("Take another.");
    expect(screen.getByLabelText<HTMLInputElement>("Name").value).toBe("Shop");
  });

  test("is deleted after a question that says what goes with it", async () => {
    const asked = serve({ ...SERVER, "DELETE /apps/shop": {} });
    open("/apps/shop");
    fireEvent.click(await screen.findByRole("button", { name: "More for Shop" }));
    fireEvent.click(await screen.findByRole("menuitem", { name: /Delete/ }));
    expect(await screen.findByText(/cannot be undone/)).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "Delete app" }));
    await waitFor(() => expect(asked.some(({ method, path }) => method === "DELETE" && path === "/apps/shop")).toBe(true));
  });
});

test("the search goes to a board by a few letters", async () => {
  serve(SERVER);
  const { router } = open("/");
  fireEvent.click(await screen.findByRole("button", { name: /Search or jump/ }));
  const field = await screen.findByRole("combobox");
  await screen.findByRole("option", { name: /Triage/ });
  fireEvent.change(field, { target: { value: "tri" } });
  fireEvent.keyDown(field, { key: "Enter" });
  await waitFor(() => expect(router.state.location.pathname).toBe("/apps/shop/boards/triage"));
});

test("keys are changed, and what they were comes back", async () => {
  serve(SERVER);
  open("/settings?tab=shortcuts");
  fireEvent.click(await screen.findByRole("button", { name: "Change keys for Home" }));
  fireEvent.keyDown(screen.getByRole("button", { name: /Press the new keys/ }), { key: "j", ctrlKey: true });
  expect(await screen.findByText("Ctrl+J")).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Usual keys for Home" }));
  expect(await screen.findByText("G H")).toBeTruthy();
});

test("keys of the editor are listed while none is open", async () => {
  serve(SERVER);
  open("/settings?tab=shortcuts");
  expect(await screen.findByRole("button", { name: "Change keys for Add a node…" })).toBeTruthy();
});

test("an address that leads nowhere says so", async () => {
  serve(SERVER);
  open("/nowhere");
  expect(await screen.findByRole("heading", { name: "There is nothing at this address" })).toBeTruthy();
});
