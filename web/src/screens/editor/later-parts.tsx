/**
 * The parts of the editor that come after its board: the board stands and can be edited before
 * they are fetched, and their places are kept free so that it does not move when they come.
 */
import { later } from "~/ui";

import { useSurface } from "./desk/context";

/** The board is painted: what comes now does not keep it from that. */
const painted = () => new Promise<void>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())));

const rest = async () => {
  await painted();
  return import("./rest");
};

export const Inspector = later(async () => (await rest()).Inspector, InspectorPlace);
export const Dock = later(async () => (await rest()).Dock, DockPlace);
export const Overlays = later(async () => (await rest()).Overlays);
export const RunPill = later(async () => (await rest()).RunPill);
export const MiniMap = later(async () => (await import("./over/minimap")).MiniMap);

/** What the page can tell itself of what is wrong with a board. */
export const problemFinder = async () => (await rest()).findProblems;

function InspectorPlace() {
  const width = useSurface((surface) => surface.inspectorWidth);
  return <aside className="inspector" aria-label="Inspector" aria-busy="true" style={{ width }} />;
}

function DockPlace() {
  const open = useSurface((surface) => surface.dock);
  const height = useSurface((surface) => surface.dockHeight);
  return (
    <section className="dock" aria-label="Runs, log and problems" aria-busy="true" style={open ? { height } : undefined}>
      <div className="bar" />
    </section>
  );
}
