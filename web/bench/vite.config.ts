import { fileURLToPath } from "node:url";

import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The pages the editor bench opens: the editor without a server, and plain React Flow. */
export default defineConfig({
  root: folder("."),
  base: "./",
  plugins: [react()],
  resolve: { alias: { "~": folder("../src") } },
  worker: { format: "es" },
  server: { host: "127.0.0.1", fs: { allow: [folder("../..")] } },
  build: {
    outDir: process.env.FLOWLIKE_BENCH_OUT ?? folder("../../build/editor-bench"),
    emptyOutDir: true,
    target: "es2023",
    rolldownOptions: { input: { editor: folder("editor.html"), plain: folder("plain.html") } },
  },
});
