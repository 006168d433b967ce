import "./styles/index.css";

import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { watchNetwork } from "./api";
import { queryClient } from "./queries";
import { router } from "./routes";
import { listenToKeys } from "./ui";

const root = document.getElementById("root");
if (root === null) {
  throw new Error("index.html has no element with the id `root`");
}
watchNetwork();
listenToKeys();
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
