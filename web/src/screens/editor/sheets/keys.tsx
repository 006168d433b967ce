import { Dialog } from "~/ui";
import { keysText, registry, useRegistered } from "~/ui/shortcuts";

import { useSurroundings } from "../place";
import { groupsOf, shownActions } from "./shown";

const MORE: readonly (readonly [string, string])[] = [
  ["Move the view", "Space + drag, middle button"],
  ["Zoom", "Wheel, pinch"],
  ["Select several", "Drag on the ground, Shift + click"],
  ["Move without the grid", "Alt + drag"],
  ["Remove all wires of a pin", "Alt + click"],
  ["Add a bend", "Double-click a wire"],
];

/** All shortcuts, as they are on this machine. */
export function KeysSheet({ onClose }: { readonly onClose: () => void }) {
  const { go } = useSurroundings();
  const all = useRegistered().filter((action) => registry.keysOf(action.id).length > 0);
  const actions = shownActions(all, (id) => registry.keysOf(id));
  const groups = groupsOf(actions);
  return (
    <Dialog
      title="Keyboard shortcuts"
      description="The board is one stop of Tab; F6 goes on to the next part of the window."
      size="l"
      onClose={onClose}
      footer={
        <button type="button" className="btn" onClick={() => (onClose(), go("/settings?tab=shortcuts"))}>
          Change shortcuts…
        </button>
      }
    >
      <div className="keys-sheet">
        {groups.map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {actions
                .filter((action) => action.group === group)
                .map((action) => (
                  <div key={action.id}>
                    <dt>{action.label}</dt>
                    <dd>
                      {registry.keysOf(action.id).map((keys) => (
                        <kbd key={keys}>{keysText(keys)}</kbd>
                      ))}
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
        <section>
          <h3>Pointer</h3>
          <dl>
            {MORE.map(([what, how]) => (
              <div key={what}>
                <dt>{what}</dt>
                <dd className="dim">{how}</dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
    </Dialog>
  );
}
