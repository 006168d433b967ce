import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";

import { fetchRuns, isOver, type RunFilter } from "~/api";

import { joined } from "./pages";

const PAGE = 200;
const HEAD = 50;
const AGAIN_MS = 2000;
/** With nothing going on, a look now and then is enough. */
const IDLE_MS = 5000;

/** The runs that fit a filter, growing while one scrolls, and kept up to date at the head. */
export function useRuns(app: string, filter: RunFilter) {
  const queries = useQueryClient();
  const key = ["apps", app, "runs", "list", filter];
  const pages = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => fetchRuns(app, filter, { limit: PAGE, cursor: pageParam, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    // The head is renewed on its own; asking for a hundred pages again would help nobody.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
  const head = useQuery({
    queryKey: ["apps", app, "runs", "head", filter],
    queryFn: ({ signal }) => fetchRuns(app, filter, { limit: HEAD, signal }),
    refetchInterval: ({ state }) => (state.data?.items.some((run) => !isOver(run)) === true ? AGAIN_MS : IDLE_MS),
    enabled: pages.data !== undefined,
  });
  const list = useMemo(() => joined(pages.data?.pages ?? [], head.data), [pages.data, head.data]);
  return {
    ...list,
    pages,
    more: pages.hasNextPage,
    fetchMore: () => {
      if (pages.hasNextPage && !pages.isFetchingNextPage) {
        void pages.fetchNextPage();
      }
    },
    restart: () => queries.resetQueries({ queryKey: key }),
  };
}
