/** Finding things on a board. */
export type { FilterName, Query } from "./query";
export { FILTERS, isEmptyQuery, parseQuery } from "./query";
export type { BoardHit, KnownProblem, SearchOptions } from "./search";
export { replaceInLiterals, searchBoard, usesOf } from "./search";
