import { useMemo, useState } from "react";

import { parse } from "~/core";

import { Field as FieldFrame, Select, TextArea, TextField } from "../field";
import { type Drafts, draftsOf, type Field, fieldsOf, indented, payloadOf, type Reading, type Schema } from "./model";

export interface PayloadState {
  readonly fields: readonly Field[];
  readonly drafts: Drafts;
  readonly json: string;
  readonly asJson: boolean;
  /** What is wrong, by field; under the empty key, with the JSON. Empty until it was asked for. */
  readonly faults: Readonly<Record<string, string>>;
  readonly put: (key: string, draft: string) => void;
  readonly putJson: (text: string) => void;
  /** Turns between fields and JSON, taking along what was typed where it can be read. */
  readonly turn: () => void;
  /** Fills all in from a payload. */
  readonly fill: (text: string) => void;
  /** The payload as JSON text or `{}` while it cannot be read. */
  readonly text: string;
  /** The payload as JSON text, or undefined; then the faults are shown. */
  readonly read: () => string | undefined;
}

/** State of a `PayloadForm`. `initial` is JSON text; it counts when the schema comes. */
export function usePayload(schema: Schema, initial?: string): PayloadState {
  const fields = useMemo(() => fieldsOf(schema), [schema]);
  const [typed, setTyped] = useState<Drafts>();
  const drafts = typed ?? draftsOf(fields, initial);
  const [asJson, setAsJson] = useState(false);
  const [json, setJson] = useState("");
  const [asked, setAsked] = useState(false);
  const reading = asJson ? readJson(json) : payloadOf(fields, drafts);

  return {
    fields,
    drafts,
    json,
    asJson,
    text: reading.ok ? reading.text : "{}",
    faults: asked && !reading.ok ? reading.faults : {},
    put: (key, draft) => setTyped({ ...drafts, [key]: draft }),
    putJson: setJson,
    turn: () => {
      setAsked(false);
      if (asJson) {
        setTyped(draftsOf(fields, json));
      } else {
        setJson(reading.ok ? indented(parse(reading.text)) : json);
      }
      setAsJson(!asJson);
    },
    fill: (text) => {
      setAsked(false);
      setTyped(draftsOf(fields, text));
      setJson(readJson(text).ok ? indented(parse(text)) : text);
    },
    read: () => {
      setAsked(true);
      return reading.ok ? reading.text : undefined;
    },
  };
}

function readJson(text: string): Reading {
  try {
    parse(text.trim() === "" ? "{}" : text);
    return { ok: true, text: text.trim() === "" ? "{}" : text };
  } catch (error) {
    return { ok: false, faults: { "": error instanceof Error ? error.message : "This is no JSON" } };
  }
}

/** Fields for a payload, made from its schema; or its JSON. */
export function PayloadForm({ payload }: { readonly payload: PayloadState }) {
  if (payload.asJson) {
    return (
      <TextArea
        label="Payload as JSON"
        mono
        rows={8}
        value={payload.json}
        error={payload.faults[""]}
        onChange={payload.putJson}
      />
    );
  }
  if (payload.fields.length === 0) {
    return <p className="faint">It takes no input.</p>;
  }
  const { shown, folded } = foldedApart(payload.fields);
  return (
    <div className="stack">
      <PayloadFields payload={payload} fields={shown} />
      {folded.length > 0 && (
        <details className="fold" open={folded.some(({ key }) => payload.faults[key] !== undefined) || undefined}>
          <summary>
            Optional: <span className="faint">{folded.map(({ label }) => label).join(", ")}</span>
          </summary>
          <div className="stack">
            <PayloadFields payload={payload} fields={folded} />
          </div>
        </details>
      )}
    </div>
  );
}

/** So many fields that need not be filled in may stand among those that must be. */
const FEW = 2;

/** Fields one must see, and those to unfold: what is not needed, if it is much and not all. */
export function foldedApart(fields: readonly Field[]): { readonly shown: readonly Field[]; readonly folded: readonly Field[] } {
  const needed = fields.filter(({ required }) => required);
  const rest = fields.filter(({ required }) => !required);
  return needed.length === 0 || rest.length <= FEW ? { shown: fields, folded: [] } : { shown: needed, folded: rest };
}

function PayloadFields({ payload, fields }: { readonly payload: PayloadState; readonly fields: readonly Field[] }) {
  return fields.map((field) => (
    <PayloadField
      key={field.key}
      field={field}
      value={payload.drafts[field.key] ?? ""}
      error={payload.faults[field.key]}
      onChange={(draft) => payload.put(field.key, draft)}
    />
  ));
}

interface PayloadFieldProps {
  readonly field: Field;
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (draft: string) => void;
}

const CHOICES_OF_BOOLEAN = [
  { value: "true", label: "true" },
  { value: "false", label: "false" },
];

function PayloadField({ field, value, error, onChange }: PayloadFieldProps) {
  const { kind, schema, required } = field;
  const text = { label: field.label, hint: hintOf(field), error };
  switch (kind) {
    case "integer":
    case "number":
      return (
        <TextField {...text} mono inputMode={kind === "integer" ? "numeric" : "decimal"} required={required} value={value} onChange={onChange} />
      );
    case "boolean":
    case "choice": {
      const given = kind === "boolean" ? CHOICES_OF_BOOLEAN : (schema.enum ?? []).map(choiceOf);
      const options = required && value !== "" ? given : [{ value: "", label: "not given" }, ...given];
      return <Select {...text} value={value} options={options} onChange={onChange} />;
    }
    case "time":
      return <TextField {...text} type="datetime-local" step={1} required={required} value={value} onChange={onChange} />;
    case "text":
      return (
        <FieldFrame {...text}>
          {(ids) => (
            <textarea
              {...ids}
              className="field area auto"
              rows={1}
              required={required}
              value={value}
              onChange={(event) => onChange(event.target.value)}
            />
          )}
        </FieldFrame>
      );
    default:
      return <TextArea {...text} mono rows={rowsFor(value)} placeholder={schema.type === "array" ? "[]" : "{}"} value={value} onChange={onChange} />;
  }
}

/** A JSON value is seen whole, up to a point. */
function rowsFor(json: string): number {
  return Math.min(14, Math.max(3, json.split("\n").length));
}

function choiceOf(value: unknown): { readonly value: string; readonly label: string } {
  return { value: JSON.stringify(value), label: typeof value === "string" ? value : JSON.stringify(value) };
}

const KINDS: Readonly<Partial<Record<Field["kind"], string>>> = {
  integer: "Whole number",
  number: "Number",
  json: "JSON",
};

function hintOf({ kind, schema, required }: Field): string | undefined {
  const parts = [schema.description, KINDS[kind], required ? undefined : "optional"].filter(Boolean);
  return parts.length === 0 ? undefined : parts.join(" · ");
}
