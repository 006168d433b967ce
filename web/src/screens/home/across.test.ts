import { expect, test } from "vitest";

import type { App, Run, RunStatus } from "~/api";

import { failing, type InApp, newestFirst } from "./across";

const app = (id: string, updated_at = "2026-01-01T00:00:00Z") => ({ id, name: id, updated_at }) as App;

function run(event: string | undefined, status: RunStatus, minute: number, of = app("a")): InApp<Run> {
  const started_at = `2026-01-01T00:${String(minute).padStart(2, "0")}:00Z`;
  return { app: of, it: { run_id: `${minute}`, status, started_at, ...(event === undefined ? {} : { event }) } as Run };
}

test("an event fails while its last runs do, counted in a row", () => {
  const found = failing([
    run("sync", "failed", 9),
    run("sync", "timeout", 7),
    run("sync", "completed", 5),
    run("sync", "failed", 3),
    run("order", "completed", 8),
    run("order", "failed", 2),
  ]);
  expect(found.map(({ event, times, since }) => [event, times, since])).toEqual([["sync", 2, "2026-01-01T00:07:00Z"]]);
});

test("an event that works again but fails every now and then is told with how often", () => {
  const some = [2, 4, 6].map((minute) => run("sync", "failed", minute));
  const found = failing([run("sync", "completed", 9), run("sync", "completed", 5), ...some]);
  expect(found.map(({ times, of, since }) => [times, of, since])).toEqual([[3, 5, "2026-01-01T00:02:00Z"]]);
  expect(failing([run("sync", "completed", 9), ...some.slice(1)])).toEqual([]);
  const many = Array.from({ length: 40 }, (_, minute) => run("sync", "completed", 10 + minute));
  expect(failing([...many, ...some])).toEqual([]);
});

test("a run that goes on says nothing yet; one of the editor never does", () => {
  expect(failing([run("sync", "running", 9), run("sync", "failed", 7)])).toHaveLength(1);
  expect(failing([run(undefined, "failed", 9), run("sync", "cancelled", 7)])).toEqual([]);
});

test("equal ids in two apps are two events, the latest failure first", () => {
  const found = failing([run("x", "failed", 1, app("a")), run("x", "failed", 2, app("b"))]);
  expect(found.map((one) => one.app.id)).toEqual(["b", "a"]);
});

test("apps stand by their last change", () => {
  expect(newestFirst([app("old"), app("new", "2026-02-01T00:00:00Z")]).map(({ id }) => id)).toEqual(["new", "old"]);
});
