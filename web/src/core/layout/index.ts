/** Auto-layout: from a board to its input, in a worker, and back as one command. */
export type { CardLookup } from "./board-layout";
export { layoutCommand, layoutInput } from "./board-layout";
export type { LayoutAnswer, LayoutPort, LayoutRequest } from "./client";
export { Layouts } from "./client";
export type { LayoutFrame, LayoutInput, LayoutNode, LayoutResult, LayoutWire } from "./layout";
