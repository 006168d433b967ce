/** Change a board by commands: each refused with a reason or applied with its exact inverse. */
export type { Applied } from "./apply";
export { apply, applyAll, recorded } from "./apply";
export type { Change } from "./change";
export { byCodePoints, reversed } from "./change";
export type { Batch, Command, Direction, Fragment, Move, Restore, Setting, Verb } from "./commands";
export { addNode, connect, disconnect, labelOfCommands, moveMany, remove, setValue } from "./commands";
export { copyPart } from "./copy";
export { FUNCTION_PIN, VARIABLE_PIN } from "./follow";
export { readCommand, readFragment } from "./read-command";
export type { RefusalCode, RefusalPlace } from "./refusal";
export { CommandRefused, REMEDIES } from "./refusal";
export { isId } from "./values";
