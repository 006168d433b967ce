import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

import type { Plugin } from "vite";

const TEXTS = /\.(?:js|css|html|svg)$/;
/** Smaller files fit into one packet as they are. */
const LEAST_BYTES = 1000;

/** Puts each text beside itself as `.br` and `.gz`: the server sends what the browser takes. */
export function packed(): Plugin {
  return {
    name: "packed",
    apply: "build",
    writeBundle({ dir = "" }, bundle) {
      for (const { fileName } of Object.values(bundle)) {
        const path = join(dir, fileName);
        const text = TEXTS.test(fileName) ? readFileSync(path) : undefined;
        if (text !== undefined && text.length >= LEAST_BYTES) {
          writeFileSync(`${path}.gz`, gzipSync(text, { level: constants.Z_BEST_COMPRESSION }));
          writeFileSync(`${path}.br`, brotliCompressSync(text));
        }
      }
    },
  };
}
