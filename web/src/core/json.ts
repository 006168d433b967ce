/**
 * JSON as boards need it: nothing changes on the way through a browser.
 *
 * A number that JavaScript would write differently from how it was read (9007199254740993, 1.0)
 * stays a {@link Lossless} with its source text. Reading is strict: no key twice, no number beyond
 * what a board can hold, bounded depth. Objects have no prototype, so that a node called
 * `constructor` is as good as any other and `__proto__` is a key like the rest.
 */

/** A number whose text JavaScript would change. Plain integers are integers, the rest are floats. */
export class Lossless {
  /** The number as it was written. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** Whether the text is that of a whole number: no fraction, no exponent. */
  get isInteger(): boolean {
    return !FLOAT.test(this.text);
  }

  /** The nearest number JavaScript has. */
  get value(): number {
    return Number(this.text);
  }

  toString(): string {
    return this.text;
  }
}

/** A JSON value. */
export type Json = null | boolean | number | string | Lossless | readonly Json[] | JsonObject;

/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json };

/** A dictionary that is not written to any more. Reading a key it lacks gives `undefined`. */
export type Table<T> = { readonly [key: string]: T };

/** Why a text is not read. `code` is that of the server's reader, `line` counts from 1. */
export class JsonError extends Error {
  readonly code: string;
  readonly line: number;

  constructor(code: string, message: string, line: number) {
    super(message);
    this.name = "JsonError";
    this.code = code;
    this.line = line;
  }
}

const FLOAT = /[.eE]/;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** A number, however it goes on: 01, 1., 1e are no numbers. */
const NUMBER_ENDS = new Set([",", "]", "}", " ", "\n", "\r", "\t", ""]);
const CONTROL = /[\u0000-\u001f]/; // oxlint-disable-line no-control-regex -- JSON forbids exactly these
const MOST_DIGITS = 1234; // 4,096 bits, the most a board holds
const SAFE_DIGITS = 15;

/** Deepest nesting that is read: a board's own limit and what an answer puts around it. */
export const DEPTH = 80;

const Bare = function Bare() {} as unknown as { new (): Record<string, unknown>; prototype: object };
Bare.prototype = Object.create(null) as object;

/** A fresh dictionary without a prototype; fast to read, unlike one of `Object.create(null)`. */
export function bare<T>(): Record<string, T> {
  return new Bare() as Record<string, T>;
}

/** A dictionary of the entries; later ones win. */
export function table<T>(entries: Iterable<readonly [string, T]> = []): Record<string, T> {
  const made = bare<T>();
  for (const [key, value] of entries) {
    made[key] = value;
  }
  return made;
}

/** A copy of a dictionary, without a prototype. */
export function copyOf<T>(source: Table<T>): Record<string, T> {
  const made = bare<T>();
  for (const key of Object.keys(source)) {
    made[key] = source[key] as T;
  }
  return made;
}

/** Whether a value is a JSON object: no list, no {@link Lossless}. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Lossless);
}

/** Whether a value is a number of either kind. */
export function isNumber(value: unknown): value is number | Lossless {
  return typeof value === "number" || value instanceof Lossless;
}

/** Whether a number is a whole one by its writing: 1 is, 1.0 is not. */
export function isInteger(value: number | Lossless): boolean {
  return value instanceof Lossless ? value.isInteger : !FLOAT.test(String(value));
}

/** The nearest JavaScript number. */
export function toNumber(value: number | Lossless): number {
  return value instanceof Lossless ? value.value : value;
}

/** A number from its text, {@link Lossless} if JavaScript would change it; undefined if it is none. */
export function numberFrom(text: string): number | Lossless | undefined {
  NUMBER.lastIndex = 0;
  const match = NUMBER.exec(text);
  if (match === null || match[0].length !== text.length) {
    return undefined;
  }
  const value = Number(text);
  if (String(value) === text) {
    return value;
  }
  const isFloat = FLOAT.test(text);
  if (isFloat ? !Number.isFinite(value) : text.length > MOST_DIGITS) {
    return undefined;
  }
  return new Lossless(text);
}

/** The value a JSON text holds. Throws {@link JsonError}, and nothing else. */
export function parse(text: string, depth: number = DEPTH): Json {
  return new Reader(text, depth).whole();
}

class Reader {
  readonly #text: string;
  readonly #depth: number;
  #at = 0;

  constructor(text: string, depth: number) {
    this.#text = text;
    this.#depth = depth;
  }

  whole(): Json {
    this.#space();
    if (this.#at >= this.#text.length) {
      throw this.#error("text.empty", "There is no JSON in the text.");
    }
    const value = this.#value(0);
    this.#space();
    if (this.#at < this.#text.length) {
      throw this.#error("text.syntax", "Something follows where the value ends.");
    }
    return value;
  }

  #value(level: number): Json {
    switch (this.#text.charCodeAt(this.#at)) {
      case 0x22:
        return this.#string();
      case 0x7b:
        return this.#object(level + 1);
      case 0x5b:
        return this.#list(level + 1);
      case 0x74:
        return this.#word("true", true);
      case 0x66:
        return this.#word("false", false);
      case 0x6e:
        return this.#word("null", null);
      default:
        return this.#number();
    }
  }

  #object(level: number): JsonObject {
    this.#enter(level);
    const found = bare<Json>();
    if (this.#next() === 0x7d) {
      this.#at += 1;
      return found;
    }
    for (;;) {
      if (this.#text.charCodeAt(this.#at) !== 0x22) {
        throw this.#unexpected();
      }
      const start = this.#at;
      const key = this.#string();
      if (found[key] !== undefined) {
        this.#at = start;
        throw this.#error("text.duplicate-key", "A key stands twice in one object.");
      }
      if (this.#next() !== 0x3a) {
        throw this.#unexpected();
      }
      this.#at += 1;
      this.#space();
      found[key] = this.#value(level);
      const end = this.#next();
      this.#at += 1;
      if (end === 0x7d) {
        return found;
      }
      if (end !== 0x2c) {
        this.#at -= 1;
        throw this.#unexpected();
      }
      this.#space();
    }
  }

  #list(level: number): Json[] {
    this.#enter(level);
    const found: Json[] = [];
    if (this.#next() === 0x5d) {
      this.#at += 1;
      return found;
    }
    for (;;) {
      found.push(this.#value(level));
      const end = this.#next();
      this.#at += 1;
      if (end === 0x5d) {
        return found;
      }
      if (end !== 0x2c) {
        this.#at -= 1;
        throw this.#unexpected();
      }
      this.#space();
    }
  }

  #string(): string {
    const text = this.#text;
    const start = this.#at + 1;
    let end = text.indexOf('"', start);
    if (end < 0) {
      throw this.#error("text.truncated", "The text ends within a string.");
    }
    const part = text.slice(start, end);
    if (!part.includes("\\")) {
      if (CONTROL.test(part)) {
        throw this.#error("text.syntax", "A string holds a line break or control character.");
      }
      this.#at = end + 1;
      return part;
    }
    while (isEscaped(text, end)) {
      end = text.indexOf('"', end + 1);
      if (end < 0) {
        throw this.#error("text.truncated", "The text ends within a string.");
      }
    }
    const value = this.#unescaped(text.slice(start - 1, end + 1));
    this.#at = end + 1;
    return value;
  }

  #unescaped(quoted: string): string {
    let value: string;
    try {
      value = JSON.parse(quoted) as string;
    } catch {
      throw this.#error("text.syntax", "A string holds an escape or character JSON does not know.");
    }
    if (!value.isWellFormed()) {
      throw this.#error("text.surrogate", "A string holds half of a surrogate pair.");
    }
    return value;
  }

  #number(): number | Lossless {
    const text = this.#text;
    const start = this.#at;
    let at = start;
    let code = text.charCodeAt(at);
    let value = 0;
    while (code >= 0x30 && code <= 0x39) {
      value = value * 10 + code - 0x30;
      at += 1;
      code = text.charCodeAt(at);
    }
    const digits = at - start;
    const plain = code === 0x2c || code === 0x7d || code === 0x5d;
    if (plain && digits > 0 && digits <= SAFE_DIGITS && (digits === 1 || text[start] !== "0")) {
      this.#at = at;
      return value;
    }
    NUMBER.lastIndex = start;
    const match = NUMBER.exec(text);
    if (match === null || !NUMBER_ENDS.has(text.charAt(start + match[0].length))) {
      throw this.#unexpected();
    }
    const found = numberFrom(match[0]);
    if (found === undefined) {
      throw this.#error("text.number", "A number is larger than a board can hold.");
    }
    this.#at = start + match[0].length;
    return found;
  }

  #word<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) {
      throw this.#unexpected();
    }
    this.#at += word.length;
    return value;
  }

  #enter(level: number): void {
    if (level > this.#depth) {
      throw this.#error("text.depth", `The text nests more than ${this.#depth} objects and lists.`);
    }
    this.#at += 1;
    this.#space();
  }

  /** The code of the next character that is no space. */
  #next(): number {
    this.#space();
    return this.#text.charCodeAt(this.#at);
  }

  #space(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) {
        return;
      }
      this.#at += 1;
    }
  }

  #unexpected(): JsonError {
    const found = this.#text.charAt(this.#at);
    return found === ""
      ? this.#error("text.truncated", "The text ends before the value does.")
      : this.#error("text.syntax", `${JSON.stringify(found)} is not expected here.`);
  }

  #error(code: string, message: string): JsonError {
    let line = 1;
    for (let at = this.#text.indexOf("\n"); at >= 0 && at < this.#at; at = this.#text.indexOf("\n", at + 1)) {
      line += 1;
    }
    return new JsonError(code, message, line);
  }
}

function isEscaped(text: string, quote: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(quote - 1 - backslashes) === 0x5c) {
    backslashes += 1;
  }
  return backslashes % 2 === 1;
}

/**
 * The JSON text of a value; keys in their order, or sorted. Fields that are `undefined` are left
 * out. Throws TypeError for what JSON cannot say.
 */
export function stringify(value: unknown, options: { readonly sorted?: boolean } = {}): string {
  return written(value, options.sorted === true);
}

function written(value: unknown, sorted: boolean): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "boolean":
      return value ? "true" : "false";
    case "number":
      if (!Number.isFinite(value)) {
        throw new TypeError(`${value} is no JSON number`);
      }
      return Object.is(value, -0) ? "-0.0" : String(value);
    case "object":
      break;
    default:
      throw new TypeError(`JSON has no ${typeof value}`);
  }
  if (value === null) {
    return "null";
  }
  if (value instanceof Lossless) {
    return value.text;
  }
  if (Array.isArray(value)) {
    return `[${value.map((item) => written(item, sorted)).join(",")}]`;
  }
  return writtenObject(value as Table<unknown>, sorted);
}

function writtenObject(value: Table<unknown>, sorted: boolean): string {
  const keys = Object.keys(value);
  if (sorted) {
    keys.sort();
  }
  let text = "";
  for (const key of keys) {
    const item = value[key];
    if (item !== undefined) {
      text += `${text === "" ? "" : ","}${JSON.stringify(key)}:${written(item, sorted)}`;
    }
  }
  return `{${text}}`;
}

/**
 * Whether two JSON values read the same: 1, 1.0 and true differ, the order of keys does not count.
 * Fields that are `undefined` count as absent.
 */
export function same(left: unknown, right: unknown): boolean {
  if (left === right) {
    return left !== 0 || Object.is(left, right);
  }
  if (isNumber(left) && isNumber(right)) {
    return sameNumber(left, right);
  }
  if (Array.isArray(left)) {
    return (
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((item, index) => same(item, right[index]))
    );
  }
  return isObject(left) && isObject(right) && sameObjects(left, right);
}

function sameNumber(left: number | Lossless, right: number | Lossless): boolean {
  const whole = isInteger(left);
  if (whole !== isInteger(right)) {
    return false;
  }
  return whole ? BigInt(String(left)) === BigInt(String(right)) : Object.is(toNumber(left), toNumber(right));
}

function sameObjects(left: JsonObject, right: JsonObject): boolean {
  const keys = Object.keys(left).filter((key) => left[key] !== undefined);
  return (
    keys.length === Object.keys(right).filter((key) => right[key] !== undefined).length &&
    keys.every((key) => Object.hasOwn(right, key) && same(left[key], right[key]))
  );
}
