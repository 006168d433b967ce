import { useEffect } from "react";

/** Names the page, for tabs, bookmarks and screen readers. */
export function useTitle(...parts: readonly (string | undefined)[]): void {
  const title = [...parts.filter((part) => part !== undefined && part !== ""), "flowlike"].join(" · ");
  useEffect(() => {
    document.title = title;
  }, [title]);
}
