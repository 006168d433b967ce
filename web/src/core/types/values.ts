/**
 * Values at the borders: whether JSON is what a wire of a type may carry. The texts are the
 * server's, so that what is said while typing is what is said later.
 */
import type { DataType, PinDefinition } from "../definition";
import type { Json } from "../json";
import { isInteger, isNumber, isObject, toNumber } from "../json";
import { misfit } from "./fit";
import { SchemaDocument } from "./schema";
import type { Shape, Typed } from "./shapes";
import { elementOf, shapeOf } from "./shapes";

/** A value that does not fit its type; `path` leads to the part at fault. */
export interface ValueFault {
  readonly code: "value.mismatch" | "value.integer-beyond-64-bits" | "value.not-finite";
  readonly path: string;
  readonly message: string;
}

const [LOWEST, HIGHEST] = [-(2n ** 63n), 2n ** 63n - 1n];
const DEPTH = 64;
const ISO_DATE = /^(\d{4})-?(\d{2})-?(\d{2})(?:[T ](\d{2})(?::?(\d{2})(?::?(\d{2})(?:[.,]\d+)?)?)?(Z|[+-]\d{2}(?::?\d{2}(?::?\d{2})?)?)?)?$/i;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Why a value does not fit a pin, variable or shape; undefined if it does. */
export function valueFault(value: Json, typed: Typed): ValueFault | undefined {
  if (value === null && (typed as PinDefinition).optional === true) {
    return undefined;
  }
  return faultIn(value, shapeOf(typed));
}

/** Why a value does not fit a shape; undefined if it does. */
export function faultIn(value: Json, shape: Shape): ValueFault | undefined {
  switch (shape.value_type) {
    case "Normal":
      return plainFault(value, shape.type) ?? schemaFault(value, shape);
    case "HashMap":
      return isObject(value)
        ? firstFault(Object.entries(value), elementOf(shape))
        : wrong(value, "a HashMap (an object)");
    default:
      return Array.isArray(value)
        ? firstFault((value as Json[]).map((item, index) => [`[${index}]`, item] as const), elementOf(shape))
        : wrong(value, shape.value_type === "Array" ? "an Array" : "a HashSet (an array)");
  }
}

function firstFault(items: readonly (readonly [string, Json])[], element: Shape): ValueFault | undefined {
  for (const [place, item] of items) {
    const fault = faultIn(item, element);
    if (fault !== undefined) {
      const rest = fault.path;
      return { ...fault, path: rest === "" || rest.startsWith("[") ? place + rest : `${place}.${rest}` };
    }
  }
  return undefined;
}

function schemaFault(value: Json, shape: Shape): ValueFault | undefined {
  if (shape.schema === undefined) {
    return undefined;
  }
  const found = misfit(value, new SchemaDocument(shape.schema));
  return found === undefined ? undefined : fault(found.reason, found.path);
}

function fault(message: string, path = "", code: ValueFault["code"] = "value.mismatch"): ValueFault {
  return { code, path, message };
}

function wrong(value: Json, wanted: string): ValueFault {
  return fault(`is ${nameOf(value)}, requires ${wanted}`);
}

function nameOf(value: Json): string {
  if (value === null) {
    return "null";
  }
  if (isNumber(value)) {
    return isInteger(value) ? "an Integer" : "a Float";
  }
  if (Array.isArray(value)) {
    return "an Array";
  }
  return { boolean: "a Boolean", string: "a String", object: "a Struct" }[typeof value as "string"] ?? "a value";
}

function plainFault(value: Json, type: DataType): ValueFault | undefined {
  switch (type) {
    case "String":
      return typeof value === "string" ? undefined : wrong(value, "a String");
    case "PathBuf":
      return pathFault(value);
    case "Integer":
      return isNumber(value) && isInteger(value) ? numberFault(value) : wrong(value, "an Integer");
    case "Float":
      return floatFault(value);
    case "Boolean":
      return typeof value === "boolean" ? undefined : wrong(value, "a Boolean");
    case "Date":
      return dateFault(value);
    case "Byte":
      return bytesFault(value);
    case "Struct":
      return isObject(value) ? anyFault(value, "", 0) : wrong(value, "a Struct");
    case "Generic":
      return anyFault(value, "", 0);
    case "Execution":
      return fault("execution carries no value");
  }
}

function pathFault(value: Json): ValueFault | undefined {
  if (typeof value !== "string") {
    return wrong(value, "a PathBuf (text)");
  }
  return value.includes("\0") ? fault("holds a null character, which no path may") : undefined;
}

function floatFault(value: Json): ValueFault | undefined {
  if (!isNumber(value)) {
    return wrong(value, "a Float");
  }
  return Number.isFinite(toNumber(value)) ? undefined : fault("is too large for a Float", "", "value.not-finite");
}

function bytesFault(value: Json): ValueFault | undefined {
  if (typeof value !== "string") {
    return wrong(value, "bytes (base64 text)");
  }
  return BASE64.test(value) ? undefined : fault("is no base64 text");
}

function dateFault(value: Json): ValueFault | undefined {
  if (typeof value !== "string") {
    return wrong(value, "a Date (ISO-8601 text)");
  }
  const match = ISO_DATE.exec(value);
  if (match === null || !isRealDate(match)) {
    return fault("is no ISO-8601 date, such as 2026-02-21T10:30:00Z");
  }
  return match[7] === undefined
    ? fault("names no time zone; end the text with Z or an offset like +01:00")
    : undefined;
}

function isRealDate(match: RegExpExecArray): boolean {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map((part) => Number(part ?? 0));
  const last = new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
  return year > 0 && month >= 1 && month <= 12 && day >= 1 && day <= last && hour < 24 && minute < 60 && second < 60;
}

function numberFault(value: Json, path = ""): ValueFault | undefined {
  const number = BigInt(String(value));
  return number >= LOWEST && number <= HIGHEST
    ? undefined
    : fault("is beyond 64 bits", path, "value.integer-beyond-64-bits");
}

/** Any value JSON can say, as far as a wire carries it. */
function anyFault(value: Json, path: string, depth: number): ValueFault | undefined {
  if (isNumber(value)) {
    return isInteger(value) ? numberFault(value, path) : undefined;
  }
  const isList = Array.isArray(value);
  if (!isList && !isObject(value)) {
    return undefined;
  }
  if (depth >= DEPTH) {
    return fault(`is nested deeper than ${DEPTH} levels`, path);
  }
  const items: readonly (readonly [string, Json])[] = isList
    ? (value as Json[]).map((item, index) => [`${path}[${index}]`, item] as const)
    : Object.entries(value).map(([name, item]) => [path === "" ? name : `${path}.${name}`, item] as const);
  for (const [place, item] of items) {
    const found = anyFault(item, place, depth + 1);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}
