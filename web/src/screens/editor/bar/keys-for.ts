import { keysText, registry, useRegistered } from "~/ui/shortcuts";

/** The keys of an action as this machine names them; empty if it has none. */
export function keysFor(id: string): string {
  const [first] = registry.keysOf(id);
  return first === undefined ? "" : keysText(first);
}

/** The same, renewed when actions or their keys change. */
export function useKeys(): (id: string) => string {
  useRegistered();
  return keysFor;
}
