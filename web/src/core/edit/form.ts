/** Whether JSON has the form of an entity: fields known, each of its type. */
import { DATA_TYPES, VALUE_TYPES } from "../definition";
import type { EntityKind } from "../document";
import type { Json, JsonObject } from "../json";
import { isInteger, isNumber, isObject } from "../json";

type Form = (value: Json) => boolean;

const text: Form = (value) => typeof value === "string";
const flag: Form = (value) => typeof value === "boolean";
const number: Form = (value) => isNumber(value);
const whole: Form = (value) => isNumber(value) && isInteger(value);
const anything: Form = () => true;
const object: Form = (value) => isObject(value);
const orNull =
  (form: Form): Form =>
  (value) =>
    value === null || form(value);
const oneOf =
  (choices: readonly string[]): Form =>
  (value) =>
    typeof value === "string" && choices.includes(value);
const listOf =
  (form: Form): Form =>
  (value) =>
    Array.isArray(value) && value.every((item) => form(item as Json));
const tableOf =
  (form: Form): Form =>
  (value) =>
    isObject(value) && Object.values(value).every(form);
const pair: Form = (value) => Array.isArray(value) && value.length === 2 && value.every((item) => number(item as Json));

function fields(forms: { readonly [field: string]: Form }, required: readonly string[] = []): Form {
  return (value) =>
    isObject(value) &&
    required.every((field) => value[field] !== undefined) &&
    Object.keys(value).every((field) => {
      const item = value[field];
      return item === undefined || (Object.hasOwn(forms, field) && forms[field]?.(item) === true);
    });
}

const trace = orNull(oneOf(["off", "errors", "steps", "data"]));
const dataType = oneOf(DATA_TYPES);
const valueType = oneOf(VALUE_TYPES);

const pin = fields(
  {
    name: text,
    type: dataType,
    value_type: valueType,
    label: text,
    description: text,
    schema: orNull(object),
    default: anything,
    choices: listOf(text),
    range: orNull(pair),
    step: orNull(number),
    sensitive: flag,
    optional: flag,
    lazy: flag,
    variadic: flag,
    count: whole,
    generic: text,
    enforce_schema: flag,
    enforce_value_type: flag,
  },
  ["name", "type"],
);
const pins = fields({ in: listOf(pin), out: listOf(pin) });
const outputs = tableOf(fields({ to: listOf(text) }));
const settings = fields({
  disabled: flag,
  pinned: orNull(object),
  retry: orNull(fields({ attempts: whole, delay_ms: whole })),
  timeout_ms: orNull(whole),
  on_body_error: oneOf(["stop", "continue"]),
  trace,
});
const origin = orNull(object);

const FORMS: { readonly [kind in Exclude<EntityKind, "board">]: Form } = {
  node: fields(
    {
      type: text,
      name: text,
      comment: text,
      layer: text,
      package: text,
      settings,
      pins,
      in: tableOf(fields({ value: anything })),
      out: outputs,
      functions: listOf(text),
      origin,
    },
    ["type"],
  ),
  layer: fields(
    {
      name: text,
      parent: text,
      kind: oneOf(["Collapsed", "Function", "Macro"]),
      comment: text,
      color: text,
      pins,
      out: outputs,
      origin,
    },
    ["name"],
  ),
  comment: fields({
    content: text,
    kind: oneOf(["Text", "Image", "Video"]),
    author: text,
    layer: text,
    color: text,
    locked: flag,
    origin,
  }),
  variable: fields(
    {
      name: text,
      type: dataType,
      value_type: valueType,
      category: text,
      description: text,
      default: anything,
      schema: orNull(object),
      exposed: flag,
      secret: flag,
      editable: flag,
      runtime_configured: flag,
    },
    ["name", "type"],
  ),
  place: fields({
    x: number,
    y: number,
    z: number,
    width: orNull(number),
    height: orNull(number),
    entry: orNull(pair),
    exit: orNull(pair),
  }),
  type: fields(
    {
      name: text,
      version: whole,
      title: text,
      description: text,
      docs: text,
      category: text,
      icon: text,
      kind: text,
      inputs: listOf(pin),
      outputs: listOf(pin),
      permissions: listOf(text),
      keywords: listOf(text),
      deterministic: flag,
      long_running: flag,
      only_local: flag,
      declassifies: flag,
      derived: flag,
    },
    ["name"],
  ),
};

const head = fields({
  id: text,
  name: text,
  description: text,
  version: text,
  settings: fields({
    stage: oneOf(["Dev", "Int", "QA", "PreProd", "Prod"]),
    log_level: oneOf(["Debug", "Info", "Warn", "Error", "Fatal"]),
    execution_mode: oneOf(["Hybrid", "Remote", "Local"]),
    trace,
    pages: listOf(text),
  }),
  origin,
});

/** Whether a value has the form of an entity of a kind. */
export function isEntity(kind: Exclude<EntityKind, "board">, value: JsonObject): boolean {
  return FORMS[kind](value);
}

/** Whether a value has the form of the board's own fields. */
export function isHead(value: JsonObject): boolean {
  return head(value);
}
