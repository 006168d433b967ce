import { Icon } from "~/ui";

import { enterLayer, trail } from "../acts/layers";
import { useBoard, useDesk, useStageOf } from "../desk/context";

/** Where the open layer is: the way back. Not there on the board itself. */
export function Trail() {
  const desk = useDesk();
  const layer = useStageOf((stage) => stage.layer);
  const board = useBoard();
  if (layer === "") {
    return null;
  }
  const steps = trail(desk);
  return (
    <nav className="float trail" aria-label="Layers">
      <button type="button" onClick={() => enterLayer(desk, "")}>
        {board.name ?? board.id}
      </button>
      {steps.map(({ id, name }) => (
        <span key={id} className="row">
          <Icon name="right" size={12} className="faint" />
          {id === layer ? (
            <b aria-current="location">{name}</b>
          ) : (
            <button type="button" onClick={() => enterLayer(desk, id)}>
              {name}
            </button>
          )}
        </span>
      ))}
    </nav>
  );
}
