import { Dialog, SearchList } from "~/ui";

import { useTargets } from "../parts/targets";

/** Goes to an app, a board, an event, a screen, or changes the theme, by a few letters of its name. */
export function Jump({ onClose }: { readonly onClose: () => void }) {
  const targets = useTargets();
  return (
    <Dialog title="Search or jump to" className="plain" onClose={onClose}>
      <SearchList
        label="Search or jump to"
        placeholder="An app, a board, a setting…"
        options={targets}
        onChoose={(option) => {
          onClose();
          targets.find((target) => target.id === option.id)?.go();
        }}
        footer={
          <>
            <span>
              <kbd>↑</kbd> <kbd>↓</kbd> choose
            </span>
            <span>
              <kbd>↵</kbd> go
            </span>
            <span>
              <kbd>Esc</kbd> close
            </span>
          </>
        }
      />
    </Dialog>
  );
}
