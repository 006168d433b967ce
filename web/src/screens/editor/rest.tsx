/** What the editor shows beside its board and over it: one file of its own, fetched by `later-parts.tsx`. */
import { ContextMenu, ConversionOffer } from "./over/menus";
import { TargetList } from "./over/targets";
import { Palette } from "./palette/palette";
import { LiteralSheet } from "./sheets/literal";
import { Sheets } from "./sheets/sheets";

export * as clipActs from "./acts/clip";
export { findProblems } from "~/core";
export { Dock } from "./dock/dock";
export { Inspector } from "./inspector/inspector";
export { RunPill } from "./over/run-pill";

/** What opens over the board. */
export function Overlays() {
  return (
    <>
      <Palette />
      <ContextMenu />
      <ConversionOffer />
      <TargetList />
      <LiteralSheet />
      <Sheets />
    </>
  );
}
