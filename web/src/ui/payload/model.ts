/** What a form made from a JSON schema holds, and the JSON it stands for. No React here. */
import { isObject, type Json, numberFrom, parse, stringify } from "~/core";

/** As much of JSON Schema as the server's schemas of payloads use. */
export interface Schema {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly format?: string;
  readonly default?: unknown;
  /** Values somebody thought typical; the first one is what a form begins with. */
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
}

export type FieldKind = "text" | "integer" | "number" | "boolean" | "choice" | "time" | "json";

export interface Field {
  readonly key: string;
  readonly label: string;
  readonly kind: FieldKind;
  readonly schema: Schema;
  readonly required: boolean;
}

/** What stands in the fields, by key; always text, as people type it. */
export type Drafts = Readonly<Record<string, string>>;

/** Where properties that the schema does not name are written, as one object. */
export const REST = "\u0000rest";

export type Reading =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly faults: Readonly<Record<string, string>> };

export function fieldsOf(schema: Schema): readonly Field[] {
  const required = new Set(schema.required ?? []);
  const named = Object.entries(schema.properties ?? {}).map(
    ([key, one]): Field => ({ key, label: one.title ?? key, kind: kindOf(one), schema: one, required: required.has(key) }),
  );
  const open = schema.additionalProperties !== false && (schema.type ?? "object") === "object";
  const rest: Field = {
    key: REST,
    label: named.length === 0 ? "Payload" : "Further fields",
    kind: "json",
    schema: { type: "object", ...(schema.examples === undefined ? {} : { examples: schema.examples }) },
    required: false,
  };
  return open ? [...named, rest] : named;
}

function kindOf(schema: Schema): FieldKind {
  if (schema.enum !== undefined && schema.enum.length > 0) {
    return "choice";
  }
  switch (schema.type) {
    case "string":
      return schema.format === "date-time" ? "time" : "text";
    case "integer":
    case "number":
    case "boolean":
      return schema.type;
    default:
      return "json";
  }
}

/** The drafts that show this payload, or the schema's defaults where it says nothing; its examples if there is none. */
export function draftsOf(fields: readonly Field[], text?: string): Drafts {
  const given = readObject(text);
  const rest: Record<string, Json> = { ...given };
  const drafts: Record<string, string> = {};
  const example = (schema: Schema) => (text === undefined ? (schema.examples?.[0] as Json | undefined) : undefined);
  for (const { key, kind, schema, required } of fields) {
    if (key !== REST) {
      delete rest[key];
      const value = given[key] ?? example(schema) ?? (schema.default as Json | undefined) ?? (required ? emptyOf(schema) : undefined);
      drafts[key] = value === undefined ? "" : draftOf(kind, value);
    }
  }
  const further = fields.find(({ key }) => key === REST);
  if (further !== undefined) {
    const value = example(further.schema) ?? rest;
    drafts[REST] = isObject(value) && Object.keys(value).length === 0 ? "" : pretty(value);
  }
  return drafts;
}

/** What a field that is needed begins with, if it can be empty. */
function emptyOf({ type }: Schema): Json | undefined {
  return type === "object" ? {} : type === "array" ? [] : undefined;
}

function draftOf(kind: FieldKind, value: Json): string {
  if (kind === "text" || kind === "time") {
    return typeof value === "string" ? (kind === "time" ? localTime(value) : value) : stringify(value);
  }
  return kind === "json" ? pretty(value) : stringify(value);
}

function pretty(value: Json): string {
  const text = stringify(value);
  return text.length > 60 ? indented(value) : text;
}

/** Indented JSON, numbers as they were written. */
export function indented(value: Json, by = ""): string {
  const inner = `${by}  `;
  if (Array.isArray(value) && value.length > 0) {
    return `[\n${value.map((one: Json) => inner + indented(one, inner)).join(",\n")}\n${by}]`;
  }
  if (isObject(value) && Object.keys(value).length > 0) {
    const lines = Object.entries(value).map(([key, one]) => `${inner}${JSON.stringify(key)}: ${indented(one, inner)}`);
    return `{\n${lines.join(",\n")}\n${by}}`;
  }
  return stringify(value);
}

function readObject(text: string | undefined): Readonly<Record<string, Json>> {
  try {
    const value = text === undefined || text.trim() === "" ? {} : parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** "2026-11-25T14:02" in the zone of the person, as the browser's field wants it. */
function localTime(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) {
    return "";
  }
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return local.toISOString().replace(/(?::00)?\.\d+Z$/, "");
}

/** The payload that the drafts stand for, or what is wrong with which field. */
export function payloadOf(fields: readonly Field[], drafts: Drafts): Reading {
  const parts: string[] = [];
  const faults: Record<string, string> = {};
  for (const field of fields) {
    const draft = drafts[field.key] ?? "";
    const read = draft.trim() === "" && field.kind !== "text" ? nothing(field) : valueOf(field, draft);
    if ("fault" in read) {
      faults[field.key] = read.fault;
    } else if (field.key === REST) {
      parts.push((read.json ?? "{}").slice(1, -1));
    } else if (read.json !== undefined) {
      parts.push(`${JSON.stringify(field.key)}:${read.json}`);
    }
  }
  return Object.keys(faults).length > 0
    ? { ok: false, faults }
    : { ok: true, text: `{${parts.filter((part) => part !== "").join(",")}}` };
}

type Read = { readonly json: string | undefined } | { readonly fault: string };

function nothing({ required, label }: Field): Read {
  return required ? { fault: `${label} is needed` } : { json: undefined };
}

function valueOf(field: Field, draft: string): Read {
  switch (field.kind) {
    case "text":
      return draft === "" && !field.required && field.schema.default === undefined
        ? { json: undefined }
        : { json: JSON.stringify(draft) };
    case "time": {
      const at = new Date(draft);
      return Number.isNaN(at.getTime()) ? { fault: "This is no date and time" } : { json: JSON.stringify(at.toISOString()) };
    }
    case "integer":
    case "number":
      return numberOf(field, draft.trim());
    case "boolean":
    case "choice":
      return { json: draft };
    default:
      return jsonOf(field, draft);
  }
}

function numberOf({ kind, schema: { minimum, maximum } }: Field, draft: string): Read {
  const plain = draft.replace(/^\+/, "");
  const value = numberFrom(plain);
  if (value === undefined) {
    return { fault: "This is no number; write it like 42 or -0.5" };
  }
  if (kind === "integer" && !/^-?\d+$/.test(plain)) {
    return { fault: "A whole number is needed" };
  }
  const near = Number(plain);
  if (minimum !== undefined && near < minimum) {
    return { fault: `At least ${minimum} is needed` };
  }
  if (maximum !== undefined && near > maximum) {
    return { fault: `At most ${maximum} is possible` };
  }
  return { json: plain };
}

function jsonOf({ schema }: Field, draft: string): Read {
  let value: Json;
  try {
    value = parse(draft);
  } catch (error) {
    return { fault: error instanceof Error ? error.message : "This is no JSON" };
  }
  if (schema.type === "object" && !isObject(value)) {
    return { fault: "A JSON object is needed: {…}" };
  }
  if (schema.type === "array" && !Array.isArray(value)) {
    return { fault: "A JSON list is needed: […]" };
  }
  return { json: stringify(value) };
}
