import { useState } from "react";

import { sidesOfLayer } from "~/core";
import { Button, TextField } from "~/ui";

import { enterLayer } from "../acts/layers";
import { rename, writeNote } from "../acts/nodes";
import { useBoard, useDesk } from "../desk/context";
import { Head } from "./head";
import { PinList } from "./pin-list";
import { NoteField } from "./settings";

/** A layer: its name, its note, and the pins by which things enter and leave it. */
export function LayerInspector({ id }: { readonly id: string }) {
  const desk = useDesk();
  const layer = useBoard().layers[id];
  const [name, setName] = useState(layer?.name ?? "");
  if (layer === undefined) {
    return null;
  }
  const { inputs, outputs } = sidesOfLayer(layer);
  return (
    <>
      <Head icon="layers" title={layer.name} detail="Layer" actions={["edit.rename", "layer.expand", null, "edit.duplicate", "edit.remove"]} />
      <div className="insp-body">
        {desk.layer !== id && (
          <div className="sec">
            <Button small icon="expand" onClick={() => enterLayer(desk, id)}>
              Open the layer <kbd>Enter</kbd>
            </Button>
          </div>
        )}
        <fieldset className="sec set-list" disabled={desk.readOnly}>
          <TextField label="Name" value={name} maxLength={120} onChange={setName} onBlur={() => name.trim() !== "" && name !== layer.name && rename(desk, id, name.trim())} />
          <NoteField key={layer.comment ?? ""} note={layer.comment ?? ""} onNote={(note) => void writeNote(desk, id, note)} />
        </fieldset>
        <PinList desk={desk} id={id} side="in" title="Enters by" pins={inputs} />
        <PinList desk={desk} id={id} side="out" title="Leaves by" pins={outputs} />
      </div>
    </>
  );
}
