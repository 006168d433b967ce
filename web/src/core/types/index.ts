/** Whether a wire fits, and what it carries. */
export type { Misfit } from "./fit";
export { misfit } from "./fit";
export type { SchemaKind } from "./schema";
export { kindOfValue, SchemaDocument } from "./schema";
export type { Shape, Typed } from "./shapes";
export { containerOf, elementOf, isUnknown, sameShape, shapeOf, showShape, UNKNOWN } from "./shapes";
export type { Answer, Relation } from "./subtype";
export { compare } from "./subtype";
export type { ValueFault } from "./values";
export { valueFault } from "./values";
export type { Conversion, Fits, Unfit, Verdict } from "./wire";
export { checkShapes, checkWire, enforces, showVerdict } from "./wire";
