// Compares what a first load costs, gzip, with its budget, and tells what the editor adds to it. Run
// after a build.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const BUDGET_KB = { js: 230, css: 20 };
const STATIC = new URL("../src/flowlike/server/static/", import.meta.url);

/** The page, and the screen that a first load ends at. */
const FIRST = ["index.html", "src/screens/home/home.tsx"];
const EDITOR = "src/screens/editor/editor.tsx";

const manifest = JSON.parse(readFileSync(new URL("manifest.json", STATIC), "utf8"));

/** These parts and all that they import. */
function filesOf(parts) {
  const files = new Set();
  const waiting = [...parts];
  const seen = new Set(waiting);
  for (const key of waiting) {
    const chunk = manifest[key];
    files.add(chunk.file);
    for (const style of chunk.css ?? []) {
      files.add(style);
    }
    for (const next of chunk.imports ?? []) {
      if (!seen.has(next)) {
        seen.add(next);
        waiting.push(next);
      }
    }
  }
  return files;
}

function kilobytes(files, ending) {
  return [...files]
    .filter((name) => name.endsWith(`.${ending}`))
    .map((name) => gzipSync(readFileSync(fileURLToPath(new URL(name, STATIC)))).length / 1000)
    .reduce((sum, size) => sum + size, 0);
}

const first = filesOf(FIRST);
const editor = new Set([...filesOf([...FIRST, EDITOR])].filter((name) => !first.has(name)));
let failed = false;
for (const [ending, budget] of Object.entries(BUDGET_KB)) {
  const size = kilobytes(first, ending);
  failed ||= size > budget;
  const more = kilobytes(editor, ending).toFixed(1);
  console.log(`size: ${ending} ${size.toFixed(1)} kB of ${budget} kB${size > budget ? ", too much" : ""}; the editor ${more} kB more`);
}
process.exitCode = failed ? 1 : 0;
