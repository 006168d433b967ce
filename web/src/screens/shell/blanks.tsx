import { Link, useRouter } from "@tanstack/react-router";

import { troubleOf } from "~/api";
import { buttonClass, Empty, Failure, SkeletonRows } from "~/ui";

/** While a screen's code is on its way. */
export function Waiting() {
  return (
    <main className="page">
      <SkeletonRows rows={6} />
    </main>
  );
}

/** A screen broke, or its code did not come. */
export function Crash({ error }: { readonly error: unknown }) {
  const router = useRouter();
  const stale = error instanceof TypeError && /import|module/i.test(error.message);
  const trouble = stale
    ? {
        title: "This part of the page could not be fetched",
        detail: "The server may have been renewed, or does not answer.",
        remedy: "Reload the page. What the server acknowledged is kept.",
      }
    : troubleOf(error);
  return (
    <main className="page">
      <Failure level={1} trouble={trouble} onRetry={() => (stale ? window.location.reload() : void router.invalidate())} />
    </main>
  );
}

export function NotFound() {
  return (
    <main className="page">
      <Empty
        level={1}
        icon="search"
        title="There is nothing at this address"
        action={
          <Link to="/" className={buttonClass("prime")}>
            Go home
          </Link>
        }
      >
        It may have been deleted, or the link is not whole.
      </Empty>
    </main>
  );
}
