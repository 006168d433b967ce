import { fileURLToPath } from "node:url";

import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

import { atLoad } from "./vite.at-load.ts";
import { packed } from "./vite.packed.ts";

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Any of these. */
const either = (...all: readonly RegExp[]) => new RegExp(all.map(({ source }) => source).join("|"));

/** Parts that are one file each, so that they pack well and are asked for once. All else is a file a screen. */
const PARTS: readonly { readonly name: string; readonly test: RegExp }[] = [
  { name: "code", test: /node_modules\/(?:@codemirror|@lezer|codemirror|style-mod|w3c-keyname|crelt)\// },
  { name: "layout", test: /node_modules\/@dagrejs\// },
  {
    name: "page", // what every screen needs
    test: either(
      /node_modules\/(?:react|react-dom|scheduler|use-sync-external-store)\//,
      /node_modules\/@tanstack\/(?!react-virtual|virtual-core)/,
      /web\/src\/(?:api|styles|queries|routes|ui\/(?!payload|field|listbox|tabs|copy)|core\/(?:json|registry)|screens\/shell\/(?!jump))/,
    ),
  },
  {
    name: "board", // what every board needs; what it can do without until it stands is left out
    test: either(
      /node_modules\/(?:@xyflow|d3-[a-z]+|zustand|classcat)\//,
      /web\/src\/canvas\/(?!far\/|picture\/|nodes\/prose)/,
      /web\/src\/core\/(?!json|registry|index|problems|search|layout|edit\/copy)/,
      /web\/src\/screens\/editor\/(?:acts\/(?!tidy|clip|drops|exports|restore|variables)|desk\/|actions|open|canvas-pane)/,
    ),
  },
];

/** What libraries call while they load only to make something: if nobody uses it, it is left out. */
const PURE = ["memo", "forwardRef", "createContext"];

/** The server that answers while Vite serves the page. */
const API = process.env.FLOWLIKE_WEB_API ?? "http://127.0.0.1:8080";

// The server sends a strict content security policy: no inline script, no inline style, no data
// address but for images. What would break it is switched off here.
export default defineConfig({
  plugins: [react(), atLoad(), packed()],
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
    rolldownOptions: {
      treeshake: { manualPureFunctions: PURE },
      output: { codeSplitting: { groups: [...PARTS] } },
    },
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
