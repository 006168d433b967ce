import { readFileSync } from "node:fs";

import type { Plugin } from "vite";

const SOURCE = new URL("./src/styles/at-load.js", import.meta.url);

/**
 * Puts a small classic script into the head, as a hashed file: it runs before the first paint, and
 * the content security policy allows no script inside the page.
 */
export function atLoad(): Plugin {
  let reference = "";
  return {
    name: "at-load",
    buildStart() {
      if (!this.meta.watchMode) {
        reference = this.emitFile({ type: "asset", name: "at-load.js", source: minified() });
      }
    },
    transformIndexHtml: {
      order: "post",
      handler(_, { bundle }) {
        const file = Object.values(bundle ?? {}).find((one) => "names" in one && one.names.includes("at-load.js"));
        const src = reference === "" || file === undefined ? "/src/styles/at-load.js" : `/${file.fileName}`;
        return [{ tag: "script", attrs: { src }, injectTo: "head-prepend" }];
      },
    },
  };
}

/** Without its comments and line ends: too small to be worth a tool. */
function minified(): string {
  const lines = readFileSync(SOURCE, "utf8").split("\n").map((line) => line.trim());
  return lines.filter((line) => !line.startsWith("//")).join("\n");
}
