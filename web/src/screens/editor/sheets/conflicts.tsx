import type { Conflict } from "~/core";
import { Button, Dialog } from "~/ui";

import { jumpTo } from "../acts/layers";
import { useDesk, useSnapshot } from "../desk/context";
import { useSurroundings } from "../place";

/** Edits that were refused: each may be tried again on the board as it is now, or given up. */
export function ConflictsSheet({ onClose }: { readonly onClose: () => void }) {
  const desk = useDesk();
  const { conflicts } = useSnapshot();
  return (
    <Dialog
      title={conflicts.length === 0 ? "Nothing is refused any more" : "Edits that were refused"}
      description="They are not on the board that you see. Nothing of it is lost until you give it up."
      onClose={onClose}
      footer={
        <>
          <span className="grow" />
          {conflicts.length > 1 && <Button onClick={() => conflicts.forEach((one) => desk.session.discard(one.id))}>Give all up</Button>}
          <Button kind="prime" onClick={onClose}>
            Close
          </Button>
        </>
      }
    >
      <ul className="conflicts">
        {conflicts.map((conflict) => (
          <Row key={conflict.id} conflict={conflict} />
        ))}
      </ul>
    </Dialog>
  );
}

function Row({ conflict }: { readonly conflict: Conflict }) {
  const desk = useDesk();
  const { link } = useSurroundings();
  const { refused, others } = conflict;
  const node = refused.where?.node;
  const again = () => {
    if (!desk.session.retry(conflict.id)) {
      desk.complain("It still does not fit", refused.message);
    }
  };
  const skip = async () => {
    try {
      const { undo, redo } = await link.skipUndo();
      desk.session.discard(conflict.id);
      desk.session.changedElsewhere(undo, redo);
      desk.session.undo();
    } catch (error) {
      desk.complain("There is no step before it", error instanceof Error ? error.message : undefined);
    }
  };
  return (
    <li>
      <div className="grow">
        <b>{conflict.label}</b>
        <p className="dim small">
          {refused.message} {refused.remedy}
        </p>
        {others.length > 0 && <p className="faint small">Meanwhile changed by {others.join(", ")}</p>}
      </div>
      {node !== undefined && desk.board.nodes[node] !== undefined && (
        <Button small kind="quiet" onClick={() => jumpTo(desk, node)}>
          Show
        </Button>
      )}
      {conflict.step === "undo" ? (
        <Button small icon="undo" onClick={() => void skip()}>
          Undo the step before
        </Button>
      ) : (
        <Button small disabled={!conflict.retryable} onClick={again}>
          Try again
        </Button>
      )}
      <Button small onClick={() => desk.session.discard(conflict.id)}>
        Give up
      </Button>
    </li>
  );
}
