import { describe, expect, test } from "vitest";

import type { Run, RunStatus } from "~/api";

import { joined } from "./pages";

const run = (run_id: string, status: RunStatus = "completed") => ({ run_id, status }) as Run;
const page = (...runs: Run[]) => ({ items: runs, next: null });
const ids = (rows: readonly Run[]) => rows.map(({ run_id }) => run_id).join("");

describe("the list and its head", () => {
  test("new runs come in front, states are renewed", () => {
    const { rows, gap } = joined([page(run("c", "running"), run("b")), page(run("a"))], page(run("e"), run("d"), run("c")));
    expect(ids(rows)).toBe("edcba");
    expect(rows[2]?.status).toBe("completed");
    expect(gap).toBe(false);
  });

  test("a head that does not join up is a gap, and the list stays", () => {
    const { rows, gap } = joined([page(run("b"), run("a"))], page(run("z"), run("y")));
    expect(ids(rows)).toBe("ba");
    expect(gap).toBe(true);
  });

  test("without either, the other counts", () => {
    expect(ids(joined([page(run("a"))], undefined).rows)).toBe("a");
    expect(ids(joined([], page(run("a"))).rows)).toBe("a");
    expect(ids(joined([page()], page(run("a"))).rows)).toBe("a");
  });

  test("a run on two pages is shown once", () => {
    expect(ids(joined([page(run("b"), run("a")), page(run("a"))], page(run("b"))).rows)).toBe("ba");
  });
});
