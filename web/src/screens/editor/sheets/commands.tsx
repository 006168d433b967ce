import { Dialog, type ListOption, SearchList } from "~/ui";
import { keysText, registry, useRegistered } from "~/ui/shortcuts";

import { useTargets } from "../../parts/targets";
import { shownActions } from "./shown";

/** Everything that can be done now, and wherever one can go, by name. */
export function CommandsSheet({ onClose }: { readonly onClose: () => void }) {
  const actions = shownActions(useRegistered(), (id) => registry.keysOf(id));
  const options = actions
    .filter((action) => action.hidden !== true && action.id !== "view.commands" && registry.can(action.id))
    .map((action): ListOption => {
      const [keys] = registry.keysOf(action.id);
      return {
        id: action.id,
        label: action.label,
        words: [action.group, ...(action.words ?? [])].join(" "),
        group: action.group,
        detail: keys === undefined ? undefined : <kbd>{keysText(keys)}</kbd>,
      };
    });
  const targets = useTargets();
  return (
    <Dialog title="All commands" className="plain" onClose={onClose}>
      <SearchList
        label="Commands"
        placeholder="What do you want to do, or where to go?"
        options={[...options, ...targets]}
        onChoose={(option) => {
          onClose();
          const target = targets.find(({ id }) => id === option.id);
          if (target === undefined) {
            registry.run(option.id);
          } else {
            target.go();
          }
        }}
      />
    </Dialog>
  );
}
