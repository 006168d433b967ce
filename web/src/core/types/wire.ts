/**
 * Whether a wire may join two pins, and why not. One pure question, answered the same everywhere.
 *
 * `choices` and `range` of a pin bound what people type, not wires. What can never fit is refused
 * also where a Generic is concerned: a list is no Integer.
 */
import type { DataType, PinDefinition } from "../definition";
import { isExecution } from "../definition";
import type { Json, JsonObject } from "../json";
import { copyOf, isObject, table } from "../json";
import type { Shape } from "./shapes";
import { elementOf, isUnknown, shapeOf, showShape } from "./shapes";
import type { Relation } from "./subtype";
import { compare, FITS } from "./subtype";

export const TYPE_MISMATCH = "board.type-mismatch";
export const SCHEMA_MISMATCH = "board.schema-mismatch";
export const SCHEMA_UNDECIDED = "board.schema-undecided";

/** A safe conversion the compiler puts on a wire. There is no other. */
export type Conversion = "integer-to-float" | "path-to-flow-path" | "flow-path-to-path" | "iso-date";

/** The wire may be drawn; if `undecided`, each value is checked when it arrives. */
export interface Fits {
  readonly ok: true;
  readonly conversion?: Conversion;
  readonly undecided: boolean;
  readonly path: string;
  readonly message: string;
}

/** The wire may not be drawn. `path` leads into the value, such as `orders[].total`. */
export interface Unfit {
  readonly ok: false;
  readonly code: string;
  readonly path: string;
  readonly message: string;
}

export type Verdict = Fits | Unfit;

const FINE: Fits = { ok: true, undecided: false, path: "", message: "" };
const FLOW_PATH = "FlowPath";
const LOOSE_NAMES = new Set(["value_ref", "value_in"]); // follow their variable, whatever its schema
const NESTING = 16;

const unsure = (path: string, message: string): Fits => ({ ok: true, undecided: true, path, message });
const unfit = (code: string, path: string, message: string): Unfit => ({ ok: false, code, path, message });

/**
 * Whether a wire may lead from an output pin to an input pin. Generic counts as unknown.
 *
 * Execution joins only execution; a reroute (`route_in`, `route_out`) takes what comes, even
 * control. Containers of Integer give containers of Float element by element, save sets: whole
 * numbers that differ may be one Float.
 */
export function checkWire(source: PinDefinition, target: PinDefinition): Verdict {
  if (isRoute(source) || isRoute(target)) {
    if (isExecution(source) || isExecution(target) || isRoute(target)) {
      return FINE;
    }
    return { ...FINE, undecided: !isUnknown(shapeOf(target)), message: "source may be any value" };
  }
  if (isExecution(source) || isExecution(target)) {
    if (isExecution(source) && isExecution(target)) {
      return FINE;
    }
    const [carrier, other] = isExecution(source) ? ["source", "target"] : ["target", "source"];
    return unfit(TYPE_MISMATCH, "", `${carrier} is Execution, ${other} carries data`);
  }
  if (formsForcedApart(source, target)) {
    return unlike(shapeOf(source), shapeOf(target), "");
  }
  return checkShapes(shapeOf(source), shapeOf(target), enforces(source, target));
}

/** Whether one of the pins forbids schemas that only values can be held against. */
export function enforces(source: PinDefinition, target: PinDefinition): boolean {
  return [source, target].some(
    (pin) => pin.enforce_schema === true && pin.type !== "Generic" && !LOOSE_NAMES.has(pin.name),
  );
}

/** Whether values of one shape may flow into another; `checkWire` for known types. */
export function checkShapes(source: Shape, target: Shape, enforce = false): Verdict {
  return check(source, target, "", enforce, NESTING);
}

/** A refusal as a person reads it: the path first, if there is one. */
export function showVerdict(verdict: Verdict): string {
  return verdict.path === "" ? verdict.message : `${verdict.path}: ${verdict.message}`;
}

function formsForcedApart(source: PinDefinition, target: PinDefinition): boolean {
  if (shapeOf(source).value_type === shapeOf(target).value_type) {
    return false;
  }
  const [own, wanted] = [source.enforce_value_type === true, target.enforce_value_type === true];
  return (own && wanted) || (own && target.type !== "Generic") || (wanted && !own && source.type !== "Generic");
}

function isRoute(pin: PinDefinition): boolean {
  return pin.type === "Generic" && (pin.name === "route_in" || pin.name === "route_out");
}

function unlike(source: Shape, target: Shape, path: string): Unfit {
  return unfit(TYPE_MISMATCH, path, `source is ${showShape(source)}, target requires ${showShape(target)}`);
}

function check(source: Shape, target: Shape, path: string, enforce: boolean, nesting: number): Verdict {
  if (isUnknown(target) && target.schema === undefined) {
    return FINE;
  }
  if (isUnknown(source) || nesting === 0) {
    return source.schema !== undefined && isUnknown(target)
      ? checkSchemas(source, target, path, enforce)
      : unsure(path, "source may be any value");
  }
  if (source.value_type !== target.value_type) {
    return checkForms(source, target, path);
  }
  if (source.value_type === "Normal") {
    return checkPlain(source, target, path, enforce);
  }
  const inside = source.value_type === "HashMap" ? joined(path, "*") : `${path}[]`;
  const verdict = check(elementOf(source), elementOf(target), inside, enforce, nesting - 1);
  const merges = source.value_type === "HashSet" && verdict.ok && verdict.conversion !== undefined;
  return merges || (!verdict.ok && verdict.code === TYPE_MISMATCH) ? unlike(source, target, path) : verdict;
}

/** Different containers: only where one side says nothing about the elements. */
function checkForms(source: Shape, target: Shape, path: string): Verdict {
  const loose = source.type === "Generic" || target.type === "Generic";
  const forms = `${source.value_type}>${target.value_type}`;
  const open = unsure(path, `source is ${showShape(source)}`);
  if (isUnknown(target)) {
    return open; // a schema of the whole value
  }
  if (loose && forms === "HashSet>Array") {
    return isUnknown(elementOf(target)) ? FINE : open;
  }
  if (loose && forms === "Array>HashSet") {
    return open;
  }
  // A struct and a map of anything are the same JSON object.
  if (source.type === "Struct" && forms === "Normal>HashMap" && loose) {
    return FINE;
  }
  if (target.type === "Struct" && forms === "HashMap>Normal" && loose) {
    return target.schema === undefined ? FINE : open;
  }
  return unlike(source, target, path);
}

function checkPlain(source: Shape, target: Shape, path: string, enforce: boolean): Verdict {
  if (source.type === target.type || target.type === "Generic") {
    return checkSchemas(source, target, path, enforce);
  }
  const pair = `${source.type}>${target.type}`;
  if (pair === "Integer>Float") {
    const verdict = checkSchemas(source, target, path, enforce);
    return verdict.ok ? { ...verdict, conversion: "integer-to-float" } : verdict;
  }
  if (pair === "String>Date") {
    return { ...FINE, conversion: "iso-date" };
  }
  if (pair === "PathBuf>Struct" && isFlowPath(target.schema)) {
    return { ...FINE, conversion: "path-to-flow-path" };
  }
  if (pair === "Struct>PathBuf" && isFlowPath(source.schema)) {
    return { ...FINE, conversion: "flow-path-to-path" };
  }
  return unlike(source, target, path);
}

/** Whether a struct's schema is that of a file's place: told by its title. */
export function isFlowPath(schema: JsonObject | undefined): boolean {
  if (schema === undefined) {
    return false;
  }
  const ref = schema.$ref;
  return schema.title === FLOW_PATH || (typeof ref === "string" && ref.split("/").at(-1) === FLOW_PATH);
}

const JSON_TYPES: { readonly [type in DataType]?: string } = {
  String: "string",
  PathBuf: "string",
  Integer: "integer",
  Float: "number",
  Boolean: "boolean",
  Struct: "object",
  Generic: "",
};

/** The schema of a plain shape with what its type says; undefined if JSON schemas cannot say it. */
function wholeSchema(shape: Shape): JsonObject | undefined {
  const type = JSON_TYPES[shape.type];
  if (type === undefined) {
    return undefined;
  }
  const own = type === "" ? table<Json>() : table<Json>([["type", type]]);
  if (shape.schema === undefined) {
    return own;
  }
  if (shape.schema.type !== undefined || type === "") {
    return shape.schema;
  }
  const whole = copyOf(shape.schema);
  whole.type = type;
  return whole;
}

function checkSchemas(source: Shape, target: Shape, path: string, enforce: boolean): Verdict {
  if (target.schema === undefined || target.schema === source.schema) {
    return FINE;
  }
  const [given, wanted] = [wholeSchema(source), wholeSchema(target)];
  let relation: Relation = FITS;
  if (wanted !== undefined && given === undefined) {
    relation = { answer: "undecided", path: "", reason: `source is ${showShape(source)}, which has no schema` };
  } else if (wanted !== undefined && isObject(given)) {
    relation = compare(given, wanted);
  }
  const place = relation.path.startsWith("[") ? path + relation.path : joined(path, relation.path);
  if (relation.answer === "fits") {
    return FINE;
  }
  if (relation.answer === "refused") {
    return unfit(SCHEMA_MISMATCH, place, relation.reason);
  }
  return enforce
    ? unfit(SCHEMA_UNDECIDED, place, `${relation.reason}; the pin wants this certain beforehand`)
    : unsure(place, relation.reason);
}

function joined(path: string, rest: string): string {
  return path !== "" && rest !== "" ? `${path}.${rest}` : path || rest;
}
