/** What a run says about a wire: nothing, passed, being passed, passed by. */
import type { Lives } from "../state/lives";
import type { WireView } from "../view/model";

export type WireLife = "" | "going" | "done" | "skip";

/**
 * What is known of the wire itself counts (a trace knows which exit fired); else the states at both
 * ends tell.
 */
export function wireLife(lives: Lives, wire: WireView): WireLife {
  if (lives.size === 0) {
    return "";
  }
  const own = lives.get(wire.id);
  if (own !== undefined) {
    return own.state === "skipped" ? "skip" : own.state === "running" ? "going" : "done";
  }
  const [from, to] = [lives.get(wire.from.node), lives.get(wire.to.node)];
  if (from === undefined) {
    return "";
  }
  if (to === undefined || to.state === "skipped") {
    return from.state === "skipped" || to?.state === "skipped" ? "skip" : "";
  }
  if (wire.kind !== "exec") {
    return "";
  }
  return to.state === "running" ? "going" : to.state === "queued" ? "" : "done";
}
