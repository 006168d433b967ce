import { useState } from "react";

import { DATA_TYPES, type DataType, type PinDefinition, VALUE_TYPES, type ValueType } from "~/core";
import { wordsFor } from "~/canvas/look/types";
import { Button, IconButton, Select, TextField } from "~/ui";

import { removePin } from "../acts/nodes";
import type { Desk } from "../desk/desk";
import { TypeMark } from "../parts/type-mark";

const TYPES = DATA_TYPES.map((value) => ({ value, label: wordsFor(value) }));
const FORMS: Readonly<Record<ValueType, string>> = { Normal: "one", Array: "list", HashMap: "map", HashSet: "set" };

interface PinListProps {
  readonly desk: Desk;
  readonly id: string;
  readonly side: "in" | "out";
  readonly title: string;
  readonly pins: ReadonlyMap<string, PinDefinition>;
  readonly hint?: string;
}

/** Own pins of a layer or start node, with a way to add one. */
export function PinList({ desk, id, side, title, pins, hint = "" }: PinListProps) {
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
      {pins.size === 0 && !adding && <p className="faint small">{hint === "" ? "Nothing yet." : hint}</p>}
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
