// Compares what a first load costs, gzip, with its budget. Run after a build.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const BUDGET_KB = { js: 230, css: 20 };
const STATIC = new URL("../src/flowlike/server/static/", import.meta.url);

const manifest = JSON.parse(readFileSync(new URL("manifest.json", STATIC), "utf8"));

/** Files that the page loads before anything is asked for: the entry and all that it imports. */
function firstLoad() {
  const files = new Set();
  const waiting = Object.keys(manifest).filter((key) => manifest[key].isEntry);
  const seen = new Set(waiting);
  for (const key of waiting) {
    const chunk = manifest[key];
    files.add(chunk.file);
    for (const style of chunk.css ?? []) files.add(style);
    for (const next of chunk.imports ?? []) {
      if (!seen.has(next)) {
        seen.add(next);
        waiting.push(next);
      }
    }
  }
  return [...files];
}

function kilobytes(ending) {
  return firstLoad()
    .filter((name) => name.endsWith(`.${ending}`))
    .map((name) => gzipSync(readFileSync(fileURLToPath(new URL(name, STATIC)))).length / 1000)
    .reduce((sum, size) => sum + size, 0);
}

let failed = false;
for (const [ending, budget] of Object.entries(BUDGET_KB)) {
  const size = kilobytes(ending);
  failed ||= size > budget;
  console.log(`size: ${ending} ${size.toFixed(1)} kB of ${budget} kB${size > budget ? ", too much" : ""}`);
}
process.exitCode = failed ? 1 : 0;
