import { useState } from "react";

import type { Json, PinDefinition } from "~/core";
import { editText, literalKind, readLiteral } from "~/canvas/literals/values";
import { Select, Switch, TextArea, TextField } from "~/ui";

export interface ValueFieldProps {
  readonly label: string;
  readonly pin: Pick<PinDefinition, "name" | "type" | "value_type" | "choices" | "range" | "sensitive">;
  readonly value: Json | undefined;
  /** A new value; undefined takes it away. Called when the field is left, or at once for choices. */
  readonly onValue: (value: Json | undefined) => void;
  readonly bare?: boolean;
  readonly disabled?: boolean;
}

/** A field for a value of a type. What cannot be read is said and not kept. */
export function ValueField({ label, pin, value, onValue, bare, disabled }: ValueFieldProps) {
  const kind = literalKind(pin, value);
  const text = { label, ...(bare === undefined ? {} : { bare }) };
  if (kind === "boolean") {
    return <Switch label={label} checked={value === true} disabled={disabled === true} onChange={onValue} />;
  }
  if (kind === "choice") {
    const options = (pin.choices ?? []).map((one) => ({ value: one, label: one }));
    const chosen = typeof value === "string" ? value : "";
    return <Select small {...text} disabled={disabled} value={chosen} options={[...(chosen === "" ? [{ value: "", label: "Choose…" }] : []), ...options]} onChange={onValue} />;
  }
  return <TypedField key={editText(kind, value)} {...text} kind={kind} pin={pin} value={value} onValue={onValue} disabled={disabled === true} />;
}

const LONG = 40;

interface TypedFieldProps extends ValueFieldProps {
  readonly kind: ReturnType<typeof literalKind>;
}

function TypedField({ label, bare, kind, pin, value, onValue, disabled }: TypedFieldProps) {
  const start = editText(kind, value);
  const [text, setText] = useState(start);
  const [wrong, setWrong] = useState<string>();
  const finish = () => {
    if (text === start) {
      return;
    }
    const typed = readLiteral(kind, text, pin);
    if ("wrong" in typed) {
      setWrong(typed.wrong);
    } else {
      onValue("value" in typed ? typed.value : undefined);
    }
  };
  const common = {
    label,
    value: text,
    error: wrong,
    disabled,
    onBlur: finish,
    onChange: (next: string) => {
      setText(next);
      setWrong(undefined);
    },
    ...(bare === undefined ? {} : { bare }),
  };
  const long = kind === "json" || kind === "lines" || text.length > LONG || text.includes("\n");
  if (long && kind !== "secret") {
    return <TextArea {...common} mono={kind === "json"} rows={Math.min(12, Math.max(2, text.split("\n", 12).length))} />;
  }
  return (
    <TextField
      {...common}
      mono={kind === "integer" || kind === "float"}
      type={kind === "secret" ? "password" : "text"}
      placeholder={kind === "date" ? "2026-02-21 10:30" : kind === "secret" && value !== undefined ? "set; type to replace" : ""}
      onKeyDown={(event) => event.key === "Enter" && finish()}
    />
  );
}
