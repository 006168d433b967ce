import { execFileSync } from "node:child_process";

import { expect, test } from "vitest";

import { curlWith } from "./curl";

const INVOKE = `curl -X POST 'http://h/x' -H 'Authorization: Bearer '"$SESSION" -d '{"payload":{}}'`;
const HTTP = `curl -X POST 'http://h/e/a/x' -H 'Content-Type: application/json' -d '{}'`;

test("the body takes the place of the empty one", () => {
  expect(curlWith(HTTP, '{"a":1}')).toBe(`curl -X POST 'http://h/e/a/x' -H 'Content-Type: application/json' -d '{"a":1}'`);
  expect(curlWith(INVOKE, '{"a":1}').endsWith(`-d '{"payload":{"a":1}}'`)).toBe(true);
  expect(curlWith("curl 'http://h/x'", "{}")).toBe("curl 'http://h/x'");
});

test("it is one line, however the body is written", () => {
  expect(curlWith(HTTP, '{\n  "a": 1,\n  "b": 9007199254740993\n}').endsWith(`-d '{"a":1,"b":9007199254740993}'`)).toBe(true);
  expect(curlWith(HTTP, "{ not yet").endsWith("-d '{ not yet'")).toBe(true);
});

test.each([`{"t":"it's"}`, `{"t":"$(touch x) \`id\` $& $1 \\\\ \\"q\\""}`, `{"t":"'; rm -rf x; '"}`])(
  "no text leaves its quotes: %s",
  (payload) => {
    const line = curlWith(HTTP, payload).replace(/^curl .* -d /, "printf %s ");
    expect(execFileSync("bash", ["-c", line], { encoding: "utf8" })).toBe(payload);
  },
);
