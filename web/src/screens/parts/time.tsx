import { ago, exactTime, length, useNow } from "./format";

/** A time in words that stay true; the exact one on hover. */
export function Ago({ time }: { readonly time: string }) {
  const now = useNow();
  return (
    <time dateTime={time} title={exactTime(time)} className="nowrap">
      {ago(time, now)}
    </time>
  );
}

/** How long a run took, or has taken so far. */
export function Took({ from, ms }: { readonly from: string; readonly ms: number | null | undefined }) {
  const now = useNow();
  return <span className="nowrap">{length(ms ?? Math.max(0, now - Date.parse(from)))}</span>;
}
