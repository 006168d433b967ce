/** Where things are on the ground, without a browser: cards, pins, wires, neighbours. */
export type { Axis, Edge, Guide, Guided, Places } from "./arrange";
export { align, distribute, guide } from "./arrange";
export type { Box, Point } from "./box";
export { boundsOf, boxBetween, contains, GRID, grown, holds, middleOf, overlap, snap, snapped } from "./box";
export type { Card, CardContent, CardOptions, CardPin, PinSpot, Wired } from "./card";
export {
  CARD,
  cardOf,
  COMMENT_SIZE,
  contentOf,
  contentOfLayer,
  contentOfSides,
  hasWell,
  layOut,
  pinLabel,
  shownInputs,
  wellText,
} from "./card";
export { SpatialIndex } from "./spatial";
export type { CharacterWidth, Font } from "./text-width";
export { cutText, measureBy, textWidth } from "./text-width";
export type { Curve } from "./wire-path";
export { boundsOfCurve, curveOf, distanceToCurve, pathOfCurve, pointAt, wirePath } from "./wire-path";
