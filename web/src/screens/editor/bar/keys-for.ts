import { keysText, registry } from "~/ui/shortcuts";

/** The keys of an action as this machine names them; empty if it has none. */
export function keysFor(id: string): string {
  const [first] = registry.keysOf(id);
  return first === undefined ? "" : keysText(first);
}
