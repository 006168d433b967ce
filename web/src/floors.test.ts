import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";

import { describe, expect, test } from "vitest";

const SRC = import.meta.dirname;
/** Which rooms a room may import. Tests may use the room `testing` too. */
const FLOORS: { readonly [room: string]: readonly string[] } = {
  core: [],
  styles: [],
  ui: ["core"],
  api: ["core"],
  canvas: ["core", "ui"],
  screens: ["core", "ui", "api", "canvas", "styles"],
};
const IMPORT = /(?:from|import)\s*\(?\s*"([^"]+)"/g;

/** The room an import leads to; empty for a package. */
function roomOf(file: string, source: string): string {
  if (source.startsWith("~/")) {
    return source.slice(2).split("/")[0] ?? "";
  }
  return source.startsWith(".") ? (posix.join(posix.dirname(file), source).split("/")[0] ?? "") : "";
}

function files(room: string): string[] {
  return readdirSync(join(SRC, room), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith("floors.test.ts"))
    .map((name) => `${room}/${name.replaceAll("\\", "/")}`);
}

describe("a room imports downwards only", () => {
  test.each(Object.keys(FLOORS))("%s", (room) => {
    const wrong = files(room).flatMap((file) => {
      const text = readFileSync(join(SRC, file), "utf8");
      const allowed = new Set([room, "", ...(FLOORS[room] ?? []), ...(file.includes(".test.") ? ["testing"] : [])]);
      return [...text.matchAll(IMPORT)]
        .map((match) => roomOf(file, match[1] ?? ""))
        .filter((other) => !allowed.has(other))
        .map((other) => `${file} imports ${other}`);
    });
    expect(wrong).toEqual([]);
  });
});

test("what a file imports is found, however it is written", () => {
  expect(roomOf("ui/a.ts", "../api/request")).toBe("api");
  expect(roomOf("ui/parts/a.ts", "./b")).toBe("ui");
  expect(roomOf("ui/a.ts", "~/canvas")).toBe("canvas");
  expect(roomOf("ui/a.ts", "react")).toBe("");
});
