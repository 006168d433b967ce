import { useState } from "react";

import { DATA_TYPES, type DataType, type PinDefinition, sidesOfLayer, VALUE_TYPES, type ValueType } from "~/core";
import { wordsFor } from "~/canvas/look/types";
import { Button, IconButton, Select, TextField } from "~/ui";

import { enterLayer } from "../acts/layers";
import { rename, removePin, writeNote } from "../acts/nodes";
import { useBoard, useDesk } from "../desk/context";
import type { Desk } from "../desk/desk";
import { TypeMark } from "../parts/type-mark";
import { Head } from "./head";
import { NoteField } from "./settings";

const TYPES = DATA_TYPES.map((value) => ({ value, label: wordsFor(value) }));
const FORMS: Readonly<Record<ValueType, string>> = { Normal: "one", Array: "list", HashMap: "map", HashSet: "set" };

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

interface PinListProps {
  readonly desk: Desk;
  readonly id: string;
  readonly side: "in" | "out";
  readonly title: string;
  readonly pins: ReadonlyMap<string, PinDefinition>;
}

/** Own pins of a layer or start node, with a way to add one. */
export function PinList({ desk, id, side, title, pins }: PinListProps) {
  const [adding, setAdding] = useState(false);
  return (
    <section className="sec">
      <h3>
        {title}
        <span className="grow" />
        {!desk.readOnly && <IconButton icon="plus" label={`Add a pin: ${title.toLowerCase()}`} aria-expanded={adding} side="left" onClick={() => setAdding(!adding)} />}
      </h3>
      <ul>
        {[...pins].map(([key, pin]) => (
          <li key={key} className="pin-line">
            <TypeMark pin={pin} />
            <span className="cut">{pin.label || pin.name}</span>
            <span className="faint small">{wordsFor(pin.type, pin.value_type)}</span>
            {!desk.readOnly && <IconButton icon="minus" label={`Remove ${pin.label || pin.name}`} side="left" onClick={() => removePin(desk, id, side, key)} />}
          </li>
        ))}
      </ul>
      {pins.size === 0 && !adding && <p className="faint small">Nothing yet.</p>}
      {adding && <NewPin desk={desk} id={id} side={side} onDone={() => setAdding(false)} />}
    </section>
  );
}

function NewPin({ desk, id, side, onDone }: { readonly desk: Desk; readonly id: string; readonly side: "in" | "out"; readonly onDone: () => void }) {
  const [name, setName] = useState("");
  const [type, setType] = useState<DataType>("String");
  const [form, setForm] = useState<ValueType>("Normal");
  const add = () => {
    const pin: PinDefinition = { name: name.trim(), type, ...(form === "Normal" ? {} : { value_type: form }) };
    if (desk.edit([{ command: "add_pin", id, direction: side, pin }], { label: `Pin ${pin.name} added` })) {
      onDone();
    }
  };
  return (
    <div className="new-pin">
      <TextField label="Name" value={name} onChange={setName} onKeyDown={(event) => event.key === "Enter" && name.trim() !== "" && add()} />
      <div className="pair">
        <Select<DataType> small label="Type" value={type} options={TYPES} onChange={setType} />
        <Select<ValueType> small label="Holds" value={form} options={VALUE_TYPES.map((value) => ({ value, label: FORMS[value] }))} onChange={setForm} />
      </div>
      <div className="row">
        <Button small kind="prime" disabled={name.trim() === ""} onClick={add}>
          Add
        </Button>
        <Button small onClick={onDone}>
          Cancel
        </Button>
      </div>
    </div>
  );
}
