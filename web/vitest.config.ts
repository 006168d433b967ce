import { fileURLToPath } from "node:url";

import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const alias = { "~": fileURLToPath(new URL("./src", import.meta.url)) };

// core runs without a DOM, as its types say; all else is tested in a small one.
export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: { name: "core", environment: "node", include: ["src/core/**/*.test.ts"], testTimeout: 60_000 },
      },
      {
        plugins: [react()],
        resolve: { alias },
        test: {
          name: "screens",
          environment: "happy-dom",
          include: ["src/**/*.test.{ts,tsx}"],
          exclude: ["src/core/**"],
          setupFiles: ["./vitest.screens.ts"],
          testTimeout: 60_000,
          benchmark: { exclude: ["src/core/**"] },
        },
      },
    ],
  },
});
