import { Button } from "~/ui";
import { registry } from "~/ui/shortcuts";

import { useDesk, useDeskState } from "../desk/context";

/** What to do with a board on which nothing is. */
export function EmptyHint() {
  const desk = useDesk();
  const empty = useDeskState((state) => state.scene.things.size === 0);
  if (!empty || desk.readOnly) {
    return null;
  }
  return (
    <div className="empty-hint">
      <p className="head">Begin with an event</p>
      <p className="dim">
        It starts the run. Press <kbd>Tab</kbd>, double-click or right-click to add a node; drag from a pin to add the next.
      </p>
      <Button kind="go" icon="plus" onClick={() => registry.run("edit.add")}>
        Add a node
      </Button>
    </div>
  );
}
