import { useState } from "react";

import { type DataType, DATA_TYPES, type Json, type ValueType, VALUE_TYPES, type Variable } from "~/core";
import { wellText, literalKind } from "~/canvas/literals/values";
import { wordsFor } from "~/canvas/look/types";
import { Button, Checkbox, Empty, Icon, IconButton, Menu, type MenuItem, Select, TextField } from "~/ui";

import { jumpTo } from "../acts/layers";
import { DRAG } from "../acts/dropped";
import { addVariable, changeVariable, placeVariable, removeVariable, setVariableValue, useCounts, usesOf } from "../acts/variables";
import { Panel } from "../bar/panel";
import { useBoard, useDesk } from "../desk/context";
import type { Desk } from "../desk/desk";
import { TypeMark } from "../parts/type-mark";
import { ValueField } from "../parts/value-field";

/** Variables of the board: made, typed, given values, found, dragged onto the ground. */
export function VariablesPanel({ onClose }: { readonly onClose: () => void }) {
  const desk = useDesk();
  const { variables } = useBoard();
  const [open, setOpen] = useState("");
  const counts = useCounts(desk);
  const groups = grouped(variables);
  const add = () => setOpen(addVariable(desk, "value") ?? "");
  return (
    <Panel
      title="Variables"
      onClose={onClose}
      actions={!desk.readOnly && <IconButton icon="plus" label="Add a variable" side="right" onClick={add} />}
    >
      {groups.length === 0 && (
        <Empty icon="variable" title="No variables yet" action={!desk.readOnly && <Button onClick={add}>Add a variable</Button>}>
          A variable keeps a value for the length of a run. All branches see the same one.
        </Empty>
      )}
      {groups.map(([category, entries]) => (
        <section key={category}>
          {category !== "" && <h3 className="group">{category}</h3>}
          <ul>
            {entries.map(([id, variable]) => (
              <VariableRow
                key={id}
                id={id}
                variable={variable}
                uses={counts.get(id) ?? 0}
                open={open === id}
                onOpen={() => setOpen(open === id ? "" : id)}
              />
            ))}
          </ul>
        </section>
      ))}
      {groups.length > 0 && !desk.readOnly && (
        <p className="panel-hint faint">Drag one onto the board to read it; hold Alt to write it.</p>
      )}
    </Panel>
  );
}

function grouped(variables: Readonly<Record<string, Variable>>): [string, [string, Variable][]][] {
  const groups = new Map<string, [string, Variable][]>();
  for (const [id, variable] of Object.entries(variables)) {
    const category = variable.category ?? "";
    groups.set(category, [...(groups.get(category) ?? []), [id, variable]]);
  }
  return [...groups]
    .map(([category, list]): [string, [string, Variable][]] => [category, list.toSorted((one, two) => one[1].name.localeCompare(two[1].name))])
    .sort((one, two) => one[0].localeCompare(two[0]));
}

interface RowProps {
  readonly id: string;
  readonly variable: Variable;
  readonly uses: number;
  readonly open: boolean;
  readonly onOpen: () => void;
}

function VariableRow({ id, variable, uses, open, onOpen }: RowProps) {
  const desk = useDesk();
  return (
    <li className="variable">
      <div
        className="variable-row"
        draggable={!desk.readOnly}
        onDragStart={(event) => {
          event.dataTransfer.setData(DRAG.variable, id);
          event.dataTransfer.effectAllowed = "copy";
        }}
      >
        <button type="button" className="variable-name" aria-expanded={open} onClick={onOpen}>
          <TypeMark pin={variable} />
          <span className="cut">{variable.name}</span>
          {variable.secret === true && <Icon name="lock" size={12} label="Secret" />}
        </button>
        <span className="cut mono faint variable-value">{variable.secret === true ? "••••" : shown(variable)}</span>
        {uses === 0 && <span className="chip">unused</span>}
        <VariableMenu id={id} desk={desk} variable={variable} uses={uses} />
      </div>
      {open && <VariableForm id={id} variable={variable} />}
    </li>
  );
}

function shown(variable: Variable): string {
  return wellText(literalKind(variable, variable.default), variable.default);
}

interface VariableMenuProps {
  readonly id: string;
  readonly desk: Desk;
  readonly variable: Variable;
  readonly uses: number;
}

function VariableMenu({ id, desk, variable, uses }: VariableMenuProps) {
  const middle = () => {
    const ground = desk.camera.middle();
    return { ground, client: desk.camera.toClient(ground) };
  };
  const items: MenuItem[] = [
    { id: "get", label: "Place a node that reads it", run: () => void placeVariable(desk, id, "variable_get", middle()) },
    { id: "set", label: "Place a node that writes it", run: () => void placeVariable(desk, id, "variable_set", middle()) },
    ...usesOf(desk, id)
      .slice(0, 12)
      .map((node, index): MenuItem => {
        const name = desk.board.nodes[node]?.name || node;
        return { id: node, label: `Go to ${name}`, apart: index === 0, run: () => void jumpTo(desk, node) };
      }),
    {
      id: "remove",
      label: uses === 0 ? "Remove" : `Remove, with ${uses} ${uses === 1 ? "node" : "nodes"} that use it`,
      danger: true,
      apart: true,
      run: () => void removeVariable(desk, id),
    },
  ];
  return (
    <Menu label={`Variable ${variable.name}`} items={desk.readOnly ? items.slice(2, -1) : items}>
      <button type="button" className="ib" aria-label={`More about ${variable.name}`}>
        <Icon name="more" size={14} />
      </button>
    </Menu>
  );
}

const TYPES = DATA_TYPES.filter((type) => type !== "Execution").map((value) => ({ value, label: wordsFor(value) }));
const CONTAINERS: Readonly<Record<ValueType, string>> = { Normal: "one", Array: "list", HashMap: "map", HashSet: "set" };

function VariableForm({ id, variable }: { readonly id: string; readonly variable: Variable }) {
  const desk = useDesk();
  const change = (fields: Partial<Variable>) => void changeVariable(desk, id, fields);
  const locked = desk.readOnly || variable.editable === false;
  return (
    <fieldset className="variable-form" disabled={locked}>
      <NameField name={variable.name} onName={(name) => change({ name })} />
      <div className="pair">
        <Select<DataType> small label="Type" value={variable.type} options={TYPES} onChange={(type) => change({ type })} />
        <Select<ValueType>
          small
          label="Holds"
          value={variable.value_type ?? "Normal"}
          options={VALUE_TYPES.map((value) => ({ value, label: CONTAINERS[value] }))}
          onChange={(value_type) => change({ value_type })}
        />
      </div>
      {variable.secret !== true && (
        <ValueField label="Value at the start of a run" pin={variable} value={variable.default} onValue={(value: Json | undefined) => void setVariableValue(desk, id, value)} />
      )}
      <TextField label="Folder" value={variable.category ?? ""} onChange={(category) => change({ category })} />
      <TextField label="Description" value={variable.description ?? ""} onChange={(description) => change({ description })} />
      <Checkbox label="Events may override it" checked={variable.exposed === true} onChange={(exposed) => change({ exposed })} />
      <Checkbox label="Set by whoever runs it" checked={variable.runtime_configured === true} onChange={(runtime_configured) => change({ runtime_configured })} />
      <Checkbox
        label="Secret"
        hint="Its value is never shown again, nor copied, logged or exported."
        checked={variable.secret === true}
        onChange={(secret) => change({ secret })}
      />
    </fieldset>
  );
}

/** A name counts when it was typed to its end: each letter would be a step of undo. */
function NameField({ name, onName }: { readonly name: string; readonly onName: (name: string) => void }) {
  const [text, setText] = useState(name);
  const finish = () => {
    if (text.trim() !== "" && text !== name) {
      onName(text.trim());
    } else {
      setText(name);
    }
  };
  return (
    <TextField
      label="Name"
      value={text}
      maxLength={120}
      onChange={setText}
      onBlur={finish}
      onKeyDown={(event) => event.key === "Enter" && finish()}
    />
  );
}
