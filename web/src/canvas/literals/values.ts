/**
 * Literals as people type them: which editor a pin wants, what stands in its well, what a typed text
 * means. A number keeps the text it was typed with where JavaScript would change it.
 */
import {
  isInteger,
  isNumber,
  type Json,
  JsonError,
  numberFrom,
  parse,
  type PinDefinition,
  stringify,
  toNumber,
  valueTypeOf,
} from "~/core";

import type { LiteralKind } from "../view/model";

/** Most characters that are ever looked at to fill a well. */
const WELL = 48;
/** A text longer than this is edited in a panel of its own. */
const LONG = 120;

/** What of a pin (or variable) says how its value is typed. */
export type Typable = Pick<PinDefinition, "type" | "value_type" | "sensitive" | "choices">;

/** The editor a data pin wants. `value` tells a long text from a short one. */
export function literalKind(pin: Typable, value: Json | undefined): LiteralKind {
  if (pin.sensitive === true) {
    return "secret";
  }
  if (valueTypeOf(pin) !== "Normal") {
    return "json";
  }
  switch (pin.type) {
    case "Integer":
      return "integer";
    case "Float":
      return "float";
    case "Boolean":
      return "boolean";
    case "Date":
      return "date";
    case "String":
    case "PathBuf":
      return textKind(pin, value);
    case "Byte":
      return "text";
    case "Generic":
      return isOneLine(value) ? "any" : "json";
    default:
      return "json";
  }
}

function isOneLine(value: Json | undefined): boolean {
  return typeof value === "string" ? value.length <= LONG && !value.includes("\n") : typeof value !== "object" || value === null || isNumber(value);
}

function textKind(pin: Typable, value: Json | undefined): LiteralKind {
  if (pin.choices !== undefined && pin.choices.length > 0) {
    return "choice";
  }
  return typeof value === "string" && (value.length > LONG || value.includes("\n")) ? "lines" : "text";
}

/** The few characters that stand in the well of a value. */
export function wellText(kind: LiteralKind, value: Json | undefined): string {
  if (kind === "boolean") {
    return value === true ? "on" : "off";
  }
  if (value === undefined) {
    return "";
  }
  if (kind === "secret") {
    return "••••";
  }
  if (kind === "any") {
    return oneLine(anyText(value));
  }
  if (typeof value === "string") {
    return kind === "json" ? `"${oneLine(value)}"` : oneLine(kind === "date" ? shortDate(value) : value);
  }
  return kind === "json" ? summary(value) : oneLine(brief(value));
}

/** A value on one line: a text as it is, unless it would be read as something else. */
function anyText(value: Json): string {
  if (typeof value !== "string") {
    return brief(value);
  }
  const read = readAny(value);
  return value === "" || ("value" in read && read.value === value) ? value : JSON.stringify(value);
}

function oneLine(text: string): string {
  const start = text.slice(0, WELL + 1).replaceAll(/\s+/gu, " ");
  return text.length > WELL ? `${start.slice(0, WELL - 1)}…` : start;
}

function shortDate(text: string): string {
  return text.replace("T", " ").replace(/:00(?:\.0+)?(?=Z|[+-]\d|$)/u, "");
}

/** A list or an object in a few characters, without writing all of it. */
function summary(value: Json): string {
  if (Array.isArray(value)) {
    const list = value as readonly Json[];
    if (list.length > 8 || list.some((item) => typeof item === "object" && item !== null && !isNumber(item))) {
      return `[${list.length} ${list.length === 1 ? "item" : "items"}]`;
    }
    return oneLine(stringify(list.map((item) => (typeof item === "string" ? item.slice(0, WELL) : item))));
  }
  if (typeof value === "object" && value !== null && !isNumber(value)) {
    const keys = Object.keys(value);
    return keys.length === 0 ? "{}" : oneLine(`{${keys.slice(0, 6).join(", ")}${keys.length > 6 ? ", …" : ""}}`);
  }
  return oneLine(brief(value));
}

function brief(value: Json): string {
  return value === null ? "null" : isNumber(value) ? String(value) : stringify(value);
}

/** The text an editor starts with. */
export function editText(kind: LiteralKind, value: Json | undefined): string {
  if (value === undefined || kind === "secret") {
    return "";
  }
  if (kind === "json") {
    return pretty(value);
  }
  if (kind === "any") {
    return anyText(value);
  }
  return typeof value === "string" ? value : brief(value);
}

/** JSON over several lines, with the numbers as they were written. */
export function pretty(value: Json, indent = ""): string {
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const list = value as readonly Json[];
    const flat = list.every((item) => typeof item !== "object" || item === null || isNumber(item));
    if (list.length === 0 || (flat && list.length <= 12)) {
      return `[${list.map((item) => stringify(item)).join(", ")}]`;
    }
    return `[\n${list.map((item) => inner + pretty(item, inner)).join(",\n")}\n${indent}]`;
  }
  if (typeof value === "object" && value !== null && !isNumber(value)) {
    const entries = Object.entries(value as Readonly<Record<string, Json>>);
    if (entries.length === 0) {
      return "{}";
    }
    const lines = entries.map(([key, item]) => `${inner}${JSON.stringify(key)}: ${pretty(item, inner)}`);
    return `{\n${lines.join(",\n")}\n${indent}}`;
  }
  return stringify(value);
}

/** What a typed text means: a value, nothing (the literal goes), or a sentence that says what is wrong. */
export type Typed =
  | { readonly value: Json }
  | { readonly nothing: true }
  | { readonly wrong: string };

export function readLiteral(kind: LiteralKind, text: string, pin?: Pick<PinDefinition, "range" | "type" | "value_type">): Typed {
  switch (kind) {
    case "integer":
    case "float":
      return readNumber(kind, text.trim(), pin?.range);
    case "boolean":
      return { value: text === "true" };
    case "date":
      return readDate(text.trim());
    case "json":
      return pin?.type === "Generic" && (pin.value_type ?? "Normal") === "Normal" ? readAny(text) : readJson(text);
    case "any":
      return readAny(text);
    default:
      return { value: text };
  }
}

function readNumber(kind: "integer" | "float", text: string, range: readonly [number, number] | undefined): Typed {
  if (text === "") {
    return { nothing: true };
  }
  const plain = text.replace(/^\+/u, "").replace(/^(-?)\./u, "$10.").replace(/\.$/u, ".0");
  const value = numberFrom(plain);
  if (value === undefined) {
    return { wrong: kind === "integer" ? "Type a whole number, such as 42." : "Type a number, such as 1.5." };
  }
  if (kind === "integer" && !isInteger(value)) {
    return { wrong: "This pin takes whole numbers only." };
  }
  if (kind === "integer" && beyond64(String(value))) {
    return { wrong: "A whole number here has at most 64 bits." };
  }
  if (range !== undefined && (toNumber(value) < range[0] || toNumber(value) > range[1])) {
    return { wrong: `Between ${range[0]} and ${range[1]}, please.` };
  }
  return { value };
}

function beyond64(text: string): boolean {
  const value = BigInt(text);
  return value < -(2n ** 63n) || value >= 2n ** 63n;
}

const DATE = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2}(?:\.\d{1,6})?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/u;

function readDate(text: string): Typed {
  if (text === "") {
    return { nothing: true };
  }
  const match = DATE.exec(text);
  if (match === null || Number.isNaN(Date.parse(`${match[1]}T${match[2] ?? "00:00"}:00Z`))) {
    return { wrong: "Type a date such as 2026-02-21 10:30." };
  }
  const [, day, minutes = "00:00", seconds = ":00", zone = "Z"] = match;
  return { value: `${day}T${minutes}${seconds}${zone}` };
}

/** Begins like JSON: what is wrong with it is a slip, not a text. */
const MEANT = /^\s*[[{"]/u;

/** Words that are no JSON are a text, as everybody types them at first. */
function readAny(text: string): Typed {
  const read = readJson(text);
  return "wrong" in read && !MEANT.test(text) ? { value: text } : read;
}

function readJson(text: string): Typed {
  if (text.trim() === "") {
    return { nothing: true };
  }
  try {
    return { value: parse(text, 64) };
  } catch (error) {
    if (error instanceof JsonError) {
      return { wrong: `Line ${error.line}: ${error.message}` };
    }
    throw error;
  }
}

/** A number one step up or down, written like the one it was; undefined if the text is no number. */
export function stepped(
  text: string,
  direction: 1 | -1,
  step: number,
  range?: readonly [number, number],
): string | undefined {
  const value = text.trim() === "" ? 0 : numberFrom(text.trim());
  if (value === undefined) {
    return undefined;
  }
  if (isInteger(value) && Number.isInteger(step)) {
    const next = BigInt(String(value)) + BigInt(direction * step);
    const held = range === undefined ? next : clampBig(next, range);
    return String(held);
  }
  const next = toNumber(value) + direction * step;
  const held = range === undefined ? next : Math.min(range[1], Math.max(range[0], next));
  return String(Number(held.toPrecision(12)));
}

function clampBig(value: bigint, range: readonly [number, number]): bigint {
  const [low, high] = [BigInt(Math.ceil(range[0])), BigInt(Math.floor(range[1]))];
  return value < low ? low : value > high ? high : value;
}
