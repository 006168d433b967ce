import type { ReactNode } from "react";

import { troubleOf } from "~/api";
import { Failure, SkeletonRows } from "~/ui";

export interface Asked<T> {
  readonly data: T | undefined;
  readonly error: unknown;
  readonly isFetching: boolean;
  readonly refetch: () => unknown;
}

const ROWS = <SkeletonRows />;

/**
 * What was asked of the server: bars while it is fetched, what went wrong with a way to try again, or
 * the thing itself. What is there already stays while it is renewed.
 */
export function Loaded<T>({
  from,
  skeleton = ROWS,
  children,
}: {
  readonly from: Asked<T>;
  readonly skeleton?: ReactNode;
  readonly children: (data: T) => ReactNode;
}) {
  if (from.data !== undefined) {
    return children(from.data);
  }
  if (from.error !== null && from.error !== undefined) {
    return <Failure trouble={troubleOf(from.error)} busy={from.isFetching} onRetry={() => void from.refetch()} />;
  }
  return skeleton;
}
