/**
 * What the editor knows without React and without a browser: the document, its commands, the type
 * rules, geometry and search. Everything outsiders use is exported here, and nothing else.
 */
export type { Json, JsonObject, Table } from "./json";
export {
  copyOf,
  isInteger,
  isNumber,
  isObject,
  JsonError,
  Lossless,
  numberFrom,
  parse,
  same,
  stringify,
  table,
  toNumber,
} from "./json";
export type { DataType, Kind, NodeDefinition, PinDefinition, Types, ValueType } from "./definition";
export {
  DATA_TYPES,
  inputsOf,
  isExecution,
  isPure,
  keyOf,
  kindOf,
  labelOf,
  outputsOf,
  titleOfType,
  typesOf,
  VALUE_TYPES,
  valueTypeOf,
} from "./definition";
export type {
  Board,
  BoardSettings,
  Comment,
  EntityKind,
  ExecutionMode,
  Input,
  InstancePins,
  Layer,
  LayerKind,
  LogLevel,
  Node,
  NodeSettings,
  Output,
  Place,
  PlacedKind,
  Retry,
  Stage,
  TraceLevel,
  Variable,
} from "./document";
export {
  emptyBoard,
  ERROR_PIN,
  ERROR_TEXT_PIN,
  FORMAT,
  homeOf,
  idsIn,
  isEditable,
  literalOf,
  placedKind,
  readBoard,
  readDefinition,
  titleOfNode,
  wayTo,
  wiresFrom,
} from "./document";
export type { PinTable, Sides } from "./pins";
export {
  definitionOf,
  endOf,
  innerSides,
  inputPins,
  layerPins,
  outputPins,
  pinKey,
  sidesOf,
  sidesOfLayer,
  splitEnd,
  splitKey,
} from "./pins";
export * from "./edit";
export { applyPatch, fitsPatch } from "./patch";
export * from "./types";
export * from "./geometry";
export * from "./registry";
export type {
  Accepted,
  Clock,
  Conflict,
  EditOptions,
  Entry,
  Following,
  Gesture,
  Link,
  Loaded,
  Outcome,
  Refusal,
  Rejected,
  Reply,
  SaveState,
  Session,
  Snapshot,
  Storage,
  Submission,
} from "./session/model";
export { Denied } from "./session/model";
export type { SessionOptions } from "./session/session";
export { openSession } from "./session/session";
export { fingerprint } from "./fingerprint";
export * from "./layout";
export * from "./search";
export * from "./problems";
