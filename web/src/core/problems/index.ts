/** What is wrong with a board, and what its pins really carry. */
export { findProblems, problemsOf } from "./find";
export type { Problem, Severity } from "./problem";
export type { Part } from "./scene";
export { BoardScene } from "./scene";
export { ResolvedTypes } from "./unify";
export type { Wiring } from "./wiring";
export { resolveWires } from "./wiring";
