/** What may stand in a document: JSON values, names, coordinates. */
import type { Place } from "../document";
import type { Json } from "../json";
import { isInteger, isNumber, isObject, toNumber } from "../json";
import type { RefusalPlace } from "./refusal";
import { refusal } from "./refusal";

/** Most bytes one command may write as a literal or text. */
export const VALUE_BYTES = 4 * 1024 * 1024;
export const NAME_LENGTH = 200;
const INTEGER_BITS = 4096;
const DEPTH = 64;
const UNPRINTABLE = /[\p{C}\p{Z}]/u;
const ENTITY_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

/** Whether an id is well-formed. */
export function isId(id: string): boolean {
  return ENTITY_ID.test(id);
}

/** Refuse a malformed id. */
export function checkId(id: string): void {
  if (!isId(id)) {
    throw refusal("command.bad-id", "An id is malformed.", { path: id.slice(0, 80) });
  }
}

/** The value, if a board can hold it: JSON, finite, not too deep, not too large. */
export function checkValue<T>(value: T, where: RefusalPlace = {}): T {
  const size = sizeOf(value, DEPTH, where);
  if (size > VALUE_BYTES) {
    throw refusal("command.too-large", "The value is larger than 4,194,304 bytes.", where);
  }
  return value;
}

function sizeOf(value: unknown, depth: number, where: RefusalPlace): number {
  if (value === null || typeof value === "boolean") {
    return 5;
  }
  if (typeof value === "string") {
    if (!value.isWellFormed()) {
      throw bad("holds half a character", where);
    }
    return value.length + 2;
  }
  if (isNumber(value)) {
    return sizeOfNumber(value, where);
  }
  if (depth === 0) {
    throw bad(`is nested deeper than ${DEPTH}`, where);
  }
  if (Array.isArray(value)) {
    return value.reduce<number>((sum, item) => sum + sizeOf(item, depth - 1, where) + 1, 2);
  }
  if (!isObject(value)) {
    throw bad("is not JSON", where);
  }
  let sum = 2;
  for (const key of Object.keys(value)) {
    const item = value[key];
    sum += item === undefined ? 0 : sizeOf(key, depth, where) + sizeOf(item, depth - 1, where);
  }
  return sum;
}

function sizeOfNumber(value: Json, where: RefusalPlace): number {
  if (isNumber(value) && isInteger(value)) {
    const bits = BigInt(String(value)).toString(2).length;
    if (bits > INTEGER_BITS) {
      throw bad("has too many digits", where);
    }
    return Math.floor(bits / 3) + 1;
  }
  if (isNumber(value) && !Number.isFinite(toNumber(value))) {
    throw bad("is not a finite number", where);
  }
  return 20;
}

function bad(fault: string, where: RefusalPlace): Error {
  return refusal("command.bad-value", `The value ${fault}.`, where);
}

/** Whether a text has only characters that show, and spaces. */
export function isPrintable(text: string): boolean {
  return !UNPRINTABLE.test(text.replaceAll(" ", ""));
}

/** The name of something people see: one line, not too long. */
export function checkName(name: string, where: RefusalPlace = {}, mayBeEmpty = false): string {
  if ((name.trim() === "" && !(mayBeEmpty && name === "")) || Array.from(name).length > NAME_LENGTH) {
    throw refusal("command.bad-name", `A name has 1 to ${NAME_LENGTH} characters, not only spaces.`, where);
  }
  if (!isPrintable(name)) {
    throw refusal("command.bad-name", "A name holds no line breaks or control characters.", where);
  }
  return name;
}

/** The coordinate as the 32-bit float that is stored. */
export function coordinate(value: number, node: string): number {
  const rounded = Math.fround(value);
  if (!Number.isFinite(rounded)) {
    throw refusal("command.bad-value", "A coordinate is not a 32-bit number.", { node });
  }
  return rounded + 0; // no negative zero
}

/** The place with its coordinates as they are stored. */
export function checkPlace(place: Place, node: string): Place {
  const made: { -readonly [field in keyof Place]: Place[field] } = {
    x: coordinate(place.x ?? 0, node),
    y: coordinate(place.y ?? 0, node),
    z: coordinate(place.z ?? 0, node),
  };
  for (const field of ["width", "height"] as const) {
    const size = place[field] ?? undefined;
    if (size !== undefined) {
      made[field] = coordinate(size, node);
    }
  }
  for (const field of ["entry", "exit"] as const) {
    const end = place[field] ?? undefined;
    if (end !== undefined) {
      made[field] = [coordinate(end[0], node), coordinate(end[1], node)];
    }
  }
  return made;
}
