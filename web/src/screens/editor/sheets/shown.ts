/** The actions as people look for them: those of the editor before those that lead out of it. */
import type { Action } from "~/core";

const ORDER = ["Edit", "Arrange", "Layers", "Run", "View", "Keyboard", "Go to"];

interface Named {
  readonly id: string;
  readonly group: string;
}

/**
 * Orders actions by group and leaves out those whose every key belongs to one that was added
 * later, which is asked first.
 */
export function shownActions<T extends Named>(actions: readonly T[], keysOf: (id: string) => readonly string[]): readonly T[] {
  const taken = new Map<string, string>();
  for (const { id } of actions) {
    for (const keys of keysOf(id)) {
      taken.set(keys, id);
    }
  }
  const reached = ({ id }: Named) => {
    const keys = keysOf(id);
    return keys.length === 0 || keys.some((one) => taken.get(one) === id);
  };
  return actions.filter(reached).toSorted((one, two) => rank(one) - rank(two));
}

function rank({ group }: Named): number {
  const at = ORDER.indexOf(group);
  return at < 0 ? ORDER.length : at;
}

/** The groups in the order of the actions. */
export function groupsOf(actions: readonly Pick<Action, "group">[]): readonly string[] {
  return [...new Set(actions.map((action) => action.group))];
}
