import { expect, test } from "vitest";

import { bumped } from "./bump";

test.each([
  ["1.2.3", "major", "2.0.0"],
  ["1.2.3", "minor", "1.3.0"],
  ["1.2.3", "patch", "1.2.4"],
  ["0.0.0", "minor", "0.1.0"],
] as const)("%s, %s: %s", (version, bump, next) => {
  expect(bumped(version, bump)).toBe(next);
});
