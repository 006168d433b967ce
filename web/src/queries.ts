/** What the server said, kept and renewed. */
import { QueryClient } from "@tanstack/react-query";

import { ApiError, currentConnection, onConnection } from "./api";

const TRIES = 2;
const STALE_MS = 3000;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: STALE_MS,
      // Whether the server is there is known better by `connection` than by the browser.
      networkMode: "always",
      retry: (tries, error) => tries < TRIES && error instanceof ApiError && error.passing,
      retryDelay: (tries, error) =>
        error instanceof ApiError && error.retryAfter !== undefined ? error.retryAfter * 1000 : 400 * 2 ** tries,
    },
    mutations: { networkMode: "always", retry: false },
  },
});

let online = true;
onConnection(() => {
  const now = currentConnection().online;
  if (now && !online) {
    void queryClient.invalidateQueries();
  }
  online = now;
});
