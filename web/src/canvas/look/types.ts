/** How data types look: hue, shape, glyph and words. */
import type { DataType, ValueType } from "~/core";

import type { Hue, PinShape } from "../view/model";

export const HUES: Readonly<Record<DataType, Hue>> = {
  Execution: "exec",
  String: "string",
  Integer: "int",
  Float: "float",
  Boolean: "bool",
  Date: "date",
  PathBuf: "path",
  Struct: "struct",
  Byte: "byte",
  Generic: "generic",
};

const GLYPHS: Readonly<Record<Hue, string>> = {
  exec: "▸",
  string: "Aa",
  int: "1",
  float: "1.0",
  bool: "◐",
  date: "◷",
  path: "/",
  struct: "{}",
  byte: "01",
  generic: "?",
  fn: "ƒ",
};

const WORDS: Readonly<Record<DataType, string>> = {
  Execution: "Execution",
  String: "String",
  Integer: "Integer",
  Float: "Float",
  Boolean: "Boolean",
  Date: "Date",
  PathBuf: "Path",
  Struct: "Struct",
  Byte: "Bytes",
  Generic: "anything",
};

export function glyphOf(hue: Hue): string {
  return GLYPHS[hue];
}

export function shapeOf(type: DataType, container: ValueType): PinShape {
  if (type === "Execution") {
    return "exec";
  }
  switch (container) {
    case "Array":
      return "array";
    case "HashSet":
      return "set";
    case "HashMap":
      return "map";
    case "Normal":
      return "one";
  }
}

const CONTAINERS: Readonly<Record<ValueType, string>> = { Normal: "", Array: " list", HashSet: " set", HashMap: " map" };

/** A type as people say it: `String`, `String list`, `Integer map`. */
export function wordsFor(type: DataType, container: ValueType = "Normal"): string {
  return WORDS[type] + CONTAINERS[container];
}
