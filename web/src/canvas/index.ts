/**
 * The canvas: a board drawn, and edited by pointer and keys. It knows React and React Flow; what a
 * board is, which wires fit, how big a node is and what a command does it takes from `core`.
 */
export { Camera, firstView, fitted } from "./ground/camera";
export { Ground, type GroundProps } from "./ground/ground";
export type { GroundHooks, Joining, MenuTarget, Spot, Taken } from "./ground/hooks";
export { colorsOf } from "./look/colors";
export { FlowModel, type FlowArrays, isEnd } from "./flow/model";
export { Lives, type NodeLife, type RunState } from "./state/lives";
export { Moved } from "./state/moved";
export { createStage, type Fit, type Stage, type StageStore, type Wiring } from "./state/stage";
export type { CanvasTools, NodeActs } from "./state/context";
export { Scene, type SceneInput, type SceneView } from "./view/scene";
export type { NodeView, PinPlace, PinView, ThingView, WireView } from "./view/model";
