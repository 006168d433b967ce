// Compares what a first load costs, as it is sent to a browser that takes gzip, with its budget: of
// the page that ends at home, and of a link that leads straight to a board. Run after a build.
import { existsSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * A load is done when its screen can be used: home is read, the board is drawn and edited. React,
 * its router, its query cache and React Flow are 160 kB of the editor's.
 */
const LOADS = [
  { name: "home", screen: "src/screens/home/home.tsx", budgets: { js: 150, css: 20 } },
  { name: "editor", screen: "src/screens/editor/editor.tsx", budgets: { js: 260, css: 20 } },
];
const STATIC = new URL("../src/flowlike/server/static/", import.meta.url);

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

/** What is sent of a file: the packed one beside it, if the build made one. */
function sentOf(name) {
  const path = fileURLToPath(new URL(name, STATIC));
  const packed = `${path}.gz`;
  return statSync(existsSync(packed) ? packed : path).size;
}

function kilobytes(files, ending) {
  return [...files].filter((name) => name.endsWith(`.${ending}`)).reduce((sum, name) => sum + sentOf(name) / 1000, 0);
}

let failed = false;
for (const { name, screen, budgets } of LOADS) {
  const files = filesOf(["index.html", screen]);
  for (const [ending, budget] of Object.entries(budgets)) {
    const size = kilobytes(files, ending);
    failed ||= size > budget;
    console.log(`size: ${name} ${ending} ${size.toFixed(1)} kB of ${budget} kB${size > budget ? ", too much" : ""}`);
  }
}
process.exitCode = failed ? 1 : 0;
