import { fileURLToPath } from "node:url";

import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

import { atLoad } from "./vite.at-load.ts";

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Parts that only some screens need. Each becomes a file of its own, loaded when it is asked for. */
const LAZY_PARTS: readonly { name: string; test: RegExp }[] = [
  { name: "code", test: /node_modules\/(?:@codemirror|@lezer|codemirror|style-mod|w3c-keyname|crelt)\// },
  { name: "layout", test: /node_modules\/@dagrejs\// },
];

/** The server that answers while Vite serves the page. */
const API = process.env.FLOWLIKE_WEB_API ?? "http://127.0.0.1:8080";

// The server sends a strict content security policy: no inline script, no inline style, no data
// address but for images. What would break it is switched off here.
export default defineConfig({
  plugins: [react(), atLoad()],
  resolve: { alias: { "~": folder("./src") } },
  worker: { format: "es" },
  build: {
    outDir: folder("../src/flowlike/server/static"),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    manifest: "manifest.json",
    license: { fileName: "licences.md" }, // of all that is bundled
    modulePreload: { polyfill: false },
    target: "es2023",
    cssTarget: ["chrome123", "edge123", "firefox120", "safari17.5"], // light-dark()
    rolldownOptions: { output: { codeSplitting: { groups: [...LAZY_PARTS] } } },
  },
  server: {
    host: "127.0.0.1",
    port: Number(process.env.FLOWLIKE_WEB_PORT ?? 5173),
    strictPort: true,
    proxy: Object.fromEntries(
      ["/api", "/e", "/openapi.json"].map((path) => [
        path,
        // The server takes changes only from pages of its own origin.
        { target: API, changeOrigin: true, headers: { origin: API } },
      ]),
    ),
  },
});
