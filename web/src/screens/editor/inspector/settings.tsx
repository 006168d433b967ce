import { useState } from "react";

import type { Json, NodeSettings, TraceLevel } from "~/core";
import { Checkbox, Select, TextArea, TextField } from "~/ui";

import { writeNote } from "../acts/nodes";
import { useDesk } from "../desk/context";
import type { NodeTabProps } from "./values";

const LOOPS: ReadonlySet<string> = new Set(["for_each", "for_each_break", "parallel_for_each", "while", "sequence", "parallel"]);
const LEVELS = [
  { value: "", label: "As the board" },
  { value: "off", label: "Nothing" },
  { value: "errors", label: "Errors" },
  { value: "steps", label: "Steps" },
  { value: "data", label: "Steps and values" },
] as const;

/** What may be set on any node: off, tries, time, what is recorded, its note. */
export function SettingsTab({ id, node, definition }: NodeTabProps) {
  const desk = useDesk();
  const { settings = {} } = node;
  const set = (setting: keyof NodeSettings, value: Json | undefined) =>
    void desk.edit([{ command: "set_node_setting", node: id, setting, ...(value === undefined ? {} : { value }) }], {
      label: "Setting changed",
      merge: `setting ${id} ${setting}`,
    });
  const attempts = settings.retry?.attempts ?? 1;
  return (
    <fieldset className="sec set-list" disabled={desk.readOnly}>
      <Checkbox
        label="Switched off"
        hint="Execution passes on as if it were not there."
        checked={settings.disabled === true}
        onChange={(disabled) => set("disabled", disabled ? true : undefined)}
      />
      <div className="pair">
        <NumberField label="Tries" value={attempts} least={1} most={100} onValue={(value) => set("retry", value <= 1 ? undefined : { ...settings.retry, attempts: value })} />
        <NumberField
          label="Pause between, ms"
          value={settings.retry?.delay_ms ?? 0}
          least={0}
          most={3_600_000}
          onValue={(delay_ms) => set("retry", attempts <= 1 && delay_ms === 0 ? undefined : { attempts, delay_ms })}
        />
      </div>
      <NumberField
        label="Time limit, ms"
        hint="Of nodes that wait for something. Empty for none."
        value={settings.timeout_ms ?? undefined}
        least={1}
        most={86_400_000}
        onValue={(value) => set("timeout_ms", value)}
        onClear={() => set("timeout_ms", undefined)}
      />
      {definition?.kind !== undefined && LOOPS.has(definition.kind) && (
        <Select<"stop" | "continue">
          small
          label="When its body fails"
          value={settings.on_body_error ?? "stop"}
          options={[
            { value: "stop", label: "Stop" },
            { value: "continue", label: "Go on with the next" },
          ]}
          onChange={(value) => set("on_body_error", value === "stop" ? undefined : value)}
        />
      )}
      <Select<TraceLevel | "">
        small
        label="What is recorded of it"
        value={settings.trace ?? ""}
        options={LEVELS}
        onChange={(value) => set("trace", value === "" ? undefined : value)}
      />
      <NoteField key={node.comment ?? ""} note={node.comment ?? ""} onNote={(note) => void writeNote(desk, id, note)} />
    </fieldset>
  );
}

interface NumberFieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly value: number | undefined;
  readonly least: number;
  readonly most: number;
  readonly onValue: (value: number) => void;
  readonly onClear?: () => void;
}

function NumberField({ label, hint, value, least, most, onValue, onClear }: NumberFieldProps) {
  const start = value === undefined ? "" : String(value);
  return <TypedNumber key={start} start={start} label={label} hint={hint} least={least} most={most} onValue={onValue} onClear={onClear} />;
}

type TypedNumberProps = Omit<NumberFieldProps, "value" | "hint" | "onClear"> & {
  readonly start: string;
  readonly hint: string | undefined;
  readonly onClear: (() => void) | undefined;
};

function TypedNumber({ start, label, hint, least, most, onValue, onClear }: TypedNumberProps) {
  const [text, setText] = useState(start);
  const [wrong, setWrong] = useState<string>();
  const finish = () => {
    if (text === start) {
      return;
    }
    if (text.trim() === "" && onClear !== undefined) {
      onClear();
    } else if (/^\d+$/u.test(text.trim()) && Number(text) >= least && Number(text) <= most) {
      onValue(Number(text));
    } else {
      setWrong(`A whole number from ${least.toLocaleString("en")} to ${most.toLocaleString("en")}.`);
    }
  };
  return (
    <TextField
      label={label}
      hint={hint}
      error={wrong}
      inputMode="numeric"
      value={text}
      onChange={(next) => {
        setText(next);
        setWrong(undefined);
      }}
      onBlur={finish}
      onKeyDown={(event) => event.key === "Enter" && finish()}
    />
  );
}

export function NoteField({ note, onNote }: { readonly note: string; readonly onNote: (note: string) => void }) {
  const [text, setText] = useState(note);
  return <TextArea label="Note" hint="Shown above the node." rows={3} value={text} onChange={setText} onBlur={() => text !== note && onNote(text)} />;
}
