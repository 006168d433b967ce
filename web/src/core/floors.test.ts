import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";

import { describe, expect, test } from "vitest";

const CORE = import.meta.dirname;
const IMPORT = /(?:from|import)\s*\(?\s*"([^"]+)"/g;
/** What the room may import from outside: one pure library, for the layout of graphs. */
const LIBRARIES = ["@dagrejs/dagre"];
/** What its tests may use beside that. */
const TEST_LIBRARIES = [...LIBRARIES, "vitest", "fast-check", "node:fs", "node:path", "node:url"];

function imports(text: string): string[] {
  return [...text.matchAll(IMPORT)].map((match) => match[1] ?? "");
}

function allowed(file: string, source: string): boolean {
  if (source.startsWith(".")) {
    const place = posix.normalize(posix.join(posix.dirname(file), source));
    return !place.startsWith("..");
  }
  const isTest = /\.(test|bench)\.ts$|^testing\//.test(file);
  return (isTest ? TEST_LIBRARIES : LIBRARIES).includes(source);
}

describe("core imports nothing but itself", () => {
  const files = readdirSync(CORE, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".ts") && !name.endsWith("floors.test.ts"));

  test.each(files)("%s", (file) => {
    const text = readFileSync(join(CORE, file), "utf8");
    expect(imports(text).filter((source) => !allowed(file, source))).toEqual([]);
  });
});

test("an import of another room or of React would be found", () => {
  const text = `import { useState } from "react";\nimport x from "../canvas/node";\nimport("~/api/x");`;
  expect(imports(text).filter((source) => !allowed("patch.ts", source))).toHaveLength(3);
});
