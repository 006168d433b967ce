import { expect, test } from "vitest";

import { filterOf } from "./filters";

const NOW = Date.parse("2026-11-25T14:02:37Z");

test("a span in the address becomes a time, the same for a whole minute", () => {
  expect(filterOf({ since: "1h", status: "failed" }, NOW)).toEqual({
    status: "failed",
    since: "2026-11-25T13:02:00.000Z",
  });
  expect(filterOf({ since: "1h" }, NOW + 10_000)).toEqual(filterOf({ since: "1h" }, NOW));
});

test("what is no span is no filter", () => {
  expect(filterOf({ since: "soon", q: "x" }, NOW)).toEqual({ q: "x" });
});
