/**
 * Everything a person can do in the editor, once: keys, menus, the list of commands and the help
 * sheet read these. `when` says whether it makes sense now.
 */
import type { Action } from "~/core";
import { isEnd } from "~/canvas";
import { select } from "~/canvas/state/stage";

import { alignSelected, distributeSelected, straighten } from "./acts/arrange";
import { addFrame } from "./acts/comments";
import type * as ClipActs from "./acts/clip";
import type { Form } from "./acts/exports";
import { nextProblem } from "./acts/findings";
import {
  along,
  arrow,
  askTargets,
  type Direction,
  enter,
  enterPins,
  escape,
  toggleCursor,
} from "./acts/keyboard";
import { collapseSelected, expandSelected, fitAll, fitSelected, leaveLayer } from "./acts/layers";
import { removeSelected, selectedNodes, toggleErrorPins, toggleOff } from "./acts/nodes";
import { pinOutputs, pinRun, unpinAll } from "./acts/pinned";
import { cutPin } from "./acts/wires";
import type { Desk } from "./desk/desk";
import type { DockTab, LeftPanel, Sheet } from "./desk/surface";

/** What acts need that the desk does not have: the clipboard of the machine, runs, other screens. */
export interface Doings {
  readonly run: () => void;
  readonly stop: () => void;
  readonly running: () => boolean;
  /** Whether a run that ended is shown. */
  readonly shown: () => boolean;
  /** Back to editing from a run that is shown; false if none is. */
  readonly leaveRun: () => boolean;
  readonly pointer: () => { readonly x: number; readonly y: number } | undefined;
  readonly go: (where: "boards" | "runs" | "events") => void;
}

/** Where the keys of most actions count: elsewhere they belong to whatever has the focus. */
const onBoard = () => {
  const focus = document.activeElement;
  return focus === null || focus === document.body || focus.closest("[data-board]") !== null;
};

export function editorActions(desk: Desk, doings: Doings): readonly Action[] {
  const writable = () => !desk.readOnly;
  const some = () => writable() && desk.selected.some((id) => !isEnd(id));
  return [
    ...editing(desk, doings, writable, some),
    ...arranging(desk, writable, some),
    ...structure(desk, some),
    ...looking(desk),
    ...keyboard(desk, doings),
    ...running(desk, doings),
    ...exporting(desk),
    ...going(doings),
  ];
}

type When = () => boolean;

/** Works in a worker anyway, so its code may come when it is asked for. */
async function tidyLater(desk: Desk): Promise<void> {
  await (await import("./acts/tidy")).tidy(desk);
}

function editing(desk: Desk, doings: Doings, writable: When, some: When): Action[] {
  const group = "Edit";
  const snapshot = () => desk.session.snapshot();
  return [
    {
      id: "edit.add",
      label: "Add a node…",
      group,
      keys: ["Tab"],
      words: ["insert", "palette", "new"],
      when: writable,
      keysWhen: onBoard,
      run: () => openPalette(desk, doings),
    },
    { id: "edit.undo", label: "Undo", group, keys: ["Mod+Z"], when: () => writable() && snapshot().canUndo, run: () => desk.session.undo() },
    { id: "edit.redo", label: "Redo", group, keys: ["Mod+Shift+Z", "Mod+Y"], when: () => writable() && snapshot().canRedo, run: () => desk.session.redo() },
    { id: "edit.cut", label: "Cut", group, keys: ["Mod+X"], when: some, keysWhen: onBoard, run: () => void clip((acts) => acts.cutSelected(desk)) },
    { id: "edit.copy", label: "Copy", group, keys: ["Mod+C"], when: () => desk.selected.length > 0, keysWhen: onBoard, run: () => void clip((acts) => acts.copySelected(desk)) },
    { id: "edit.paste", label: "Paste", group, keys: ["Mod+V"], when: writable, keysWhen: onBoard, run: () => pasteHere(desk, doings, false) },
    {
      id: "edit.paste-wired",
      label: "Paste with the wires that lead in",
      group,
      keys: ["Mod+Shift+V"],
      when: writable,
      keysWhen: onBoard,
      run: () => pasteHere(desk, doings, true),
    },
    { id: "edit.duplicate", label: "Duplicate", group, keys: ["Mod+D"], when: some, run: () => void clip((acts) => acts.duplicate(desk)) },
    {
      id: "edit.remove",
      label: "Remove",
      group,
      keys: ["Del", "Backspace"],
      words: ["delete"],
      when: () => writable() && (some() || desk.stage.getState().selectedWires.size > 0),
      keysWhen: onBoard,
      run: () => removeHere(desk),
    },
    {
      id: "edit.remove-heal",
      label: "Remove and join the wires",
      group,
      keys: ["Mod+Backspace", "Mod+Del"],
      words: ["heal", "delete"],
      when: some,
      keysWhen: onBoard,
      run: () => void removeSelected(desk, true),
    },
    { id: "edit.select-all", label: "Select all", group, keys: ["Mod+A"], keysWhen: onBoard, run: () => select(desk.stage, desk.scene.things.keys()) },
    { id: "edit.rename", label: "Rename", group, keys: ["F2"], when: some, run: () => renameFirst(desk) },
    { id: "edit.off", label: "Switch off or on", group, keys: ["D"], words: ["disable", "bypass"], when: () => writable() && selectedNodes(desk).length > 0, run: () => void toggleOff(desk) },
    { id: "edit.comment", label: "Comment around the selection", group, keys: ["C"], words: ["frame", "note"], when: writable, run: () => void addFrame(desk) },
    {
      id: "edit.error-pins",
      label: "Add or remove error pins",
      group,
      words: ["handle", "failure", "catch"],
      when: () => writable() && selectedNodes(desk).length === 1,
      run: () => toggleErrorPins(desk, selectedNodes(desk)[0] ?? ""),
    },
    { id: "edit.version", label: "Name this version…", group, keys: ["Mod+S"], words: ["save", "publish"], inFields: true, when: writable, run: () => openSheet(desk, "version") },
  ];
}

function arranging(desk: Desk, writable: When, some: When): Action[] {
  const group = "Arrange";
  const several = () => writable() && desk.selected.length > 1;
  return [
    { id: "arrange.tidy", label: "Tidy up", group, keys: ["Shift+L"], words: ["layout", "auto"], when: writable, run: () => void tidyLater(desk) },
    { id: "arrange.straighten", label: "Straighten wires", group, keys: ["Q"], when: some, run: () => void straighten(desk) },
    ...(["left", "center", "right", "top", "middle", "bottom"] as const).map(
      (edge): Action => ({ id: `arrange.${edge}`, label: `Align ${edge}`, group, when: several, run: () => void alignSelected(desk, edge) }),
    ),
    { id: "arrange.rows", label: "Distribute horizontally", group, when: several, run: () => void distributeSelected(desk, "x") },
    { id: "arrange.columns", label: "Distribute vertically", group, when: several, run: () => void distributeSelected(desk, "y") },
  ];
}

function structure(desk: Desk, some: When): Action[] {
  const group = "Layers";
  const layers = () => desk.selected.some((id) => desk.board.layers[id] !== undefined);
  return [
    { id: "layer.collapse", label: "Collapse to a layer", group, keys: ["Mod+G"], words: ["group", "subflow"], when: some, run: () => void collapseSelected(desk) },
    { id: "layer.expand", label: "Expand the layer", group, keys: ["Mod+Shift+G"], words: ["ungroup"], when: () => some() && layers(), run: () => void expandSelected(desk) },
    { id: "layer.leave", label: "Go up a layer", group, keys: ["Alt+Up"], when: () => desk.layer !== "", run: () => void leaveLayer(desk) },
  ];
}

function looking(desk: Desk): Action[] {
  const group = "View";
  const panel = (left: LeftPanel) => () =>
    desk.surface.setState({ left: desk.surface.getState().left === left ? null : left });
  const dock = (dockTab: DockTab) => () => {
    const now = desk.surface.getState();
    desk.surface.setState({ dock: !(now.dock && now.dockTab === dockTab), dockTab });
  };
  return [
    { id: "view.fit", label: "Show all", group, keys: ["1"], run: () => fitAll(desk) },
    { id: "view.fit-selected", label: "Show the selection", group, keys: ["2"], run: () => fitSelected(desk) },
    { id: "view.actual", label: "100 %", group, keys: ["0"], run: () => desk.camera.zoomTo(1) },
    { id: "view.in", label: "Zoom in", group, keys: ["+", "="], run: () => desk.camera.zoomBy(1.25) },
    { id: "view.out", label: "Zoom out", group, keys: ["-"], run: () => desk.camera.zoomBy(0.8) },
    { id: "view.search", label: "Search this board…", group, keys: ["Mod+F"], words: ["find", "replace"], inFields: true, run: () => openSheet(desk, "search") },
    { id: "view.commands", label: "All commands…", group, keys: ["Mod+K"], inFields: true, run: () => openSheet(desk, "commands") },
    { id: "view.keys", label: "Keyboard shortcuts", group, keys: ["?"], words: ["help"], run: () => openSheet(desk, "keys") },
    { id: "view.variables", label: "Variables", group, keys: ["V"], run: panel("variables") },
    { id: "view.outline", label: "Outline", group, keys: ["O"], words: ["list", "tree"], run: panel("outline") },
    { id: "view.history", label: "History", group, keys: ["H"], words: ["versions", "diff"], run: panel("history") },
    { id: "view.inspector", label: "Inspector", group, keys: ["I"], run: () => desk.surface.setState({ inspector: !desk.surface.getState().inspector }) },
    { id: "view.log", label: "Log", group, keys: ["L"], run: dock("log") },
    { id: "view.problems", label: "Problems", group, run: dock("problems") },
    { id: "view.minimap", label: "Map of the board", group, keys: ["M"], run: () => desk.surface.setState({ minimap: !desk.surface.getState().minimap }) },
    { id: "view.panels", label: "Hide or show all panels", group, keys: ["Mod+\\"], run: () => togglePanels(desk) },
    { id: "view.next-problem", label: "Next problem", group, keys: ["F8"], run: () => nextProblem(desk, 1) },
    { id: "view.previous-problem", label: "Previous problem", group, keys: ["Shift+F8"], run: () => nextProblem(desk, -1) },
  ];
}

function keyboard(desk: Desk, doings: Doings): Action[] {
  const group = "Keyboard";
  const arrows = (["left", "right", "up", "down"] as const).flatMap((direction: Direction): Action[] => [
    { id: `key.${direction}`, label: `Go or move ${direction}`, group, keys: [direction], hidden: true, keysWhen: onBoard, run: () => arrow(desk, direction, false) },
    { id: `key.far-${direction}`, label: `Move ${direction} by 64`, group, keys: [`Shift+${direction}`], hidden: true, keysWhen: onBoard, run: () => arrow(desk, direction, true) },
  ]);
  return [
    ...arrows,
    { id: "key.enter", label: "Open, or into the pins", group, keys: ["Enter"], hidden: true, keysWhen: onBoard, run: () => enter(desk) },
    { id: "key.pins", label: "Into the pins", group, keys: ["."], keysWhen: onBoard, run: () => enterPins(desk) },
    { id: "key.wire", label: "Wire this pin…", group, keys: ["W"], words: ["connect"], keysWhen: onBoard, run: () => askTargets(desk) },
    { id: "key.toggle", label: "Select or unselect", group, keys: ["Shift+Enter"], keysWhen: onBoard, run: () => toggleCursor(desk) },
    { id: "key.upstream", label: "To the node before", group, keys: ["["], keysWhen: onBoard, run: () => along(desk, false) },
    { id: "key.downstream", label: "To the node after", group, keys: ["]"], keysWhen: onBoard, run: () => along(desk, true) },
    { id: "key.escape", label: "Cancel, deselect, go up", group, keys: ["Esc"], hidden: true, keysWhen: onBoard, run: () => escape(desk, () => doings.leaveRun() || leaveLayer(desk)) },
    { id: "key.regions", label: "To the next part of the window", group, keys: ["F6"], inFields: true, run: () => nextRegion(1) },
    { id: "key.regions-back", label: "To the part before", group, keys: ["Shift+F6"], inFields: true, run: () => nextRegion(-1) },
  ];
}

function running(desk: Desk, doings: Doings): Action[] {
  const group = "Run";
  return [
    { id: "run.start", label: "Run…", group, keys: ["Mod+Enter"], inFields: true, when: () => !doings.running(), run: doings.run },
    { id: "run.stop", label: "Stop the run", group, keys: ["Mod+."], when: doings.running, run: doings.stop },
    { id: "run.pin", label: "Pin the outputs", group, keys: ["P"], when: () => !desk.readOnly && selectedNodes(desk).length > 0, run: () => void pinOutputs(desk) },
    { id: "run.pin-all", label: "Pin all outputs of this run", group, words: ["replay", "freeze"], when: () => !desk.readOnly && doings.shown(), run: () => void pinRun(desk) },
    { id: "run.unpin", label: "Unpin all", group, when: () => !desk.readOnly, run: () => void unpinAll(desk) },
    { id: "run.publish", label: "Publish…", group, when: () => !desk.readOnly, run: () => openSheet(desk, "publish") },
  ];
}

function exporting(desk: Desk): Action[] {
  const group = "Export";
  const words = ["save as", "download", "picture", "image"];
  return [
    { id: "export.svg", label: "Picture as SVG", group, words, run: () => void exportBoard(desk, "svg") },
    { id: "export.png", label: "Picture as PNG", group, words, run: () => void exportBoard(desk, "png") },
    { id: "export.json", label: "Board as a file", group, words: ["json", ...words], run: () => void exportBoard(desk, "json") },
  ];
}

/** Copying and pasting comes with what is shown beside the board: none of it is needed to draw one. */
async function clip(act: (acts: typeof ClipActs) => unknown): Promise<void> {
  await act((await import("./rest")).clipActs);
}

function pasteHere(desk: Desk, doings: Doings, incoming: boolean): void {
  const pointer = doings.pointer();
  void clip((acts) => acts.pasteClip(desk, pointer, incoming));
}

async function exportBoard(desk: Desk, form: Form): Promise<void> {
  await (await import("./acts/exports")).exportBoard(desk, form);
}

function going({ go }: Doings): Action[] {
  const group = "Go to";
  return [
    { id: "go.boards", label: "Boards", group, keys: ["G B"], run: () => go("boards") },
    { id: "go.runs", label: "Runs", group, keys: ["G R"], run: () => go("runs") },
    { id: "go.events", label: "Events", group, keys: ["G E"], run: () => go("events") },
  ];
}

function openSheet(desk: Desk, sheet: Sheet): void {
  desk.surface.setState({ sheet, palette: null, menu: null, offer: null, targets: null });
}

/** The palette at the pointer if it is over the ground, else beside the selection, else in the middle. */
function openPalette(desk: Desk, doings: Doings): void {
  const pointer = doings.pointer();
  const { cursorPin } = desk.stage.getState();
  const ground = pointer === undefined ? desk.camera.middle() : desk.camera.toGround(pointer);
  const client = pointer ?? desk.camera.toClient(ground);
  const spot = { client, ground };
  desk.surface.setState({ palette: cursorPin === null ? { spot } : { spot: beside(desk, spot), from: cursorPin } });
}

function beside(desk: Desk, spot: { client: { x: number; y: number }; ground: { x: number; y: number } }) {
  const { cursorPin } = desk.stage.getState();
  const view = cursorPin === null ? undefined : desk.scene.things.get(cursorPin.node);
  const at = cursorPin === null ? undefined : desk.scene.places.get(cursorPin.node);
  if (view === undefined || at === undefined || cursorPin === null) {
    return spot;
  }
  const ground = { x: cursorPin.side === "out" ? at.x + view.width + 80 : at.x - 80, y: at.y + 42 };
  return { client: desk.camera.toClient(ground), ground };
}

function removeHere(desk: Desk): void {
  const { cursorPin, selectedWires } = desk.stage.getState();
  if (cursorPin !== null && selectedWires.size === 0) {
    cutPin(desk, cursorPin);
  } else {
    removeSelected(desk, false);
  }
}

function renameFirst(desk: Desk): void {
  const [id] = desk.selected;
  const thing = id === undefined ? undefined : desk.scene.things.get(id);
  if (id !== undefined && thing !== undefined) {
    desk.stage.setState({ editing: { kind: thing.kind === "frame" ? "frame" : "title", node: id } });
  }
}

function togglePanels(desk: Desk): void {
  const { left, inspector, dock } = desk.surface.getState();
  const open = left !== null || inspector || dock;
  desk.surface.setState(open ? { left: null, inspector: false, dock: false } : { inspector: true, dock: true });
}

/** F6: from part to part of the window, the way out of the ground for the keyboard. */
function nextRegion(direction: 1 | -1): void {
  const regions = [...document.querySelectorAll<HTMLElement>("[data-region]")].filter((one) => one.offsetParent !== null);
  const at = regions.findIndex((one) => one.contains(document.activeElement));
  const next = regions[(at + direction + regions.length) % regions.length];
  const focusable = next?.matches("[data-board]") === true ? next : next?.querySelector<HTMLElement>("[data-board], button, a[href], input, [tabindex='0']");
  focusable?.focus();
}
