import { type KeyboardEvent, type MouseEvent, useMemo, useState } from "react";

import { kindOf } from "~/core";
import type { NodeView, PinView, SceneView } from "~/canvas";
import { select } from "~/canvas/state/stage";
import { classes, Icon, IconButton } from "~/ui";

import { jumpTo, leaveLayer } from "../acts/layers";
import { removeSelected } from "../acts/nodes";
import { wiresAt } from "../acts/wires";
import { Panel } from "../bar/panel";
import { useDesk, useDeskState, useStageOf } from "../desk/context";
import type { Desk } from "../desk/desk";
import { editLiteral, focusBoard, openThing } from "../desk/ground-hooks";
import { useRowsInView } from "../parts/rows-in-view";
import { outlineOf, type OutlineRow } from "./outline-rows";

const ROW = 26;

/**
 * The board as a tree grid: events, the nodes they lead to, their pins. It edits the same board by
 * the same acts, and is the way for screen readers and small screens.
 */
export function OutlinePanel({ onClose }: { readonly onClose: () => void }) {
  const desk = useDesk();
  const scene = useDeskState((state) => state.scene);
  return (
    <Panel
      title="Outline"
      onClose={onClose}
      actions={scene.layer !== "" && <IconButton icon="up" label="Up a layer" side="right" onClick={() => leaveLayer(desk)} />}
    >
      {scene.things.size === 0 ? (
        <p className="panel-hint faint">Nothing is on the board yet. Press Tab on it to add a node.</p>
      ) : (
        <OutlineGrid desk={desk} scene={scene} />
      )}
    </Panel>
  );
}

function OutlineGrid({ desk, scene }: { readonly desk: Desk; readonly scene: SceneView }) {
  const cursor = useStageOf((stage) => stage.cursor);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [at, setAt] = useState("");
  const rows = useMemo(() => outlineOf(scene, isStart(desk), open), [scene, desk, open]);
  const { scroll, indices, height, show } = useRowsInView(rows.length, ROW);
  const current = rows.some((row) => row.id === at) ? at : (rows[0]?.id ?? "");

  const toggle = (id: string, to: boolean) => setOpen(turned(open, id, to));
  const move = (id: string | undefined) => {
    if (id !== undefined) {
      setAt(id);
      show(rows.findIndex((row) => row.id === id));
      requestAnimationFrame(() => scroll.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`)?.focus());
    }
  };
  const onClick = (event: MouseEvent) => {
    const row = rowAt(rows, event.target as Element);
    if (row !== undefined) {
      setAt(row.id);
      jumpTo(desk, row.thing);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const index = rows.findIndex((row) => row.id === current);
    const row = rows[index];
    if (row === undefined) {
      return;
    }
    const neighbour = rows.slice(index).find(({ thing }) => thing !== row.thing) ?? rows.findLast(({ thing }, place) => place < index && thing !== row.thing);
    if (steer(event, desk, rows, index, row, { toggle, move })) {
      event.preventDefault();
      event.stopPropagation();
      if (event.key === "Delete" && !desk.scene.things.has(row.thing)) {
        setAt(neighbour?.id ?? "");
      }
      requestAnimationFrame(() => keepFocus(scroll.current));
    }
  };
  return (
    <div
      ref={scroll}
      role="treegrid"
      aria-label="Outline of the board"
      aria-rowcount={rows.length}
      className="outline"
      tabIndex={-1}
      onKeyDown={onKeyDown}
      onClick={onClick}
    >
      <div role="presentation" className="outline-all" style={{ height }}>
        {indices.map((index) => {
          const row = rows[index];
          const own = row !== undefined && row.thing === cursor && row.pin === undefined;
          return row && <Row key={row.id} row={row} index={index} scene={scene} cursor={own} focusable={row.id === current} onToggle={toggle} />;
        })}
      </div>
    </div>
  );
}

/** The row that had the focus may be gone with what it stood for: then the next one has it. */
function keepFocus(grid: HTMLElement | null): void {
  if (document.activeElement !== document.body) {
    return;
  }
  const row = grid?.querySelector<HTMLElement>('[role="row"][tabindex="0"]');
  if (row === null || row === undefined) {
    focusBoard(true);
  } else {
    row.focus();
  }
}

function turned(open: ReadonlySet<string>, id: string, to: boolean): ReadonlySet<string> {
  const next = new Set(open);
  if (to) {
    next.add(id);
  } else {
    next.delete(id);
  }
  return next;
}

/** The row that was clicked, unless the click was for its button. */
function rowAt(rows: readonly OutlineRow[], target: Element): OutlineRow | undefined {
  const id = target.closest<HTMLElement>("[data-row]")?.dataset["row"];
  return target.closest("button") === null ? rows.find((row) => row.id === id) : undefined;
}

function isStart(desk: Desk): (id: string) => boolean {
  return (id) => {
    const definition = desk.session.types.get(desk.board.nodes[id]?.type ?? "");
    return definition !== undefined && kindOf(definition) === "start";
  };
}

interface Hands {
  readonly toggle: (id: string, open: boolean) => void;
  readonly move: (id: string | undefined) => void;
}

/** Keys of a tree grid. True if one was for it. */
function steer(event: KeyboardEvent, desk: Desk, rows: readonly OutlineRow[], index: number, row: OutlineRow, hands: Hands): boolean {
  switch (event.key) {
    case "ArrowDown":
      hands.move(rows[index + 1]?.id);
      return true;
    case "ArrowUp":
      hands.move(rows[index - 1]?.id);
      return true;
    case "Home":
      hands.move(rows[0]?.id);
      return true;
    case "End":
      hands.move(rows.at(-1)?.id);
      return true;
    case "ArrowRight":
      if (row.open === false) {
        hands.toggle(row.id, true);
      } else {
        hands.move(rows[index + 1]?.id);
      }
      return true;
    case "ArrowLeft":
      if (row.open === true) {
        hands.toggle(row.id, false);
      } else {
        hands.move(rows.findLast((one, at) => at < index && one.depth < row.depth)?.id);
      }
      return true;
    default:
      return act(event.key, desk, row);
  }
}

function act(key: string, desk: Desk, row: OutlineRow): boolean {
  if (row.pin !== undefined) {
    const place = { node: row.thing, side: row.pin.side, key: row.pin.key };
    if (key === "Enter" && row.pin.literal !== undefined) {
      jumpTo(desk, row.thing);
      editLiteral(desk, row.thing, row.pin.key);
      return true;
    }
    if (key === "Enter" || key.toLowerCase() === "w") {
      desk.stage.setState({ cursor: row.thing, cursorPin: place });
      desk.surface.setState({ targets: place });
      return true;
    }
    if (key === "Delete") {
      const wires = wiresAt(desk.scene, place);
      desk.edit(wires.map((wire) => ({ command: "disconnect", source: wire.source, target: wire.target })), { label: "Wires removed" });
      return true;
    }
    return false;
  }
  switch (key) {
    case "Enter":
      if (desk.scene.things.get(row.thing)?.kind === "layer") {
        openThing(desk, row.thing);
      } else {
        jumpTo(desk, row.thing);
      }
      return true;
    case "F2": {
      const kind = desk.scene.things.get(row.thing)?.kind === "frame" ? "frame" : "title";
      jumpTo(desk, row.thing);
      desk.stage.setState({ editing: { kind, node: row.thing } });
      return true;
    }
    case "Delete":
      select(desk.stage, [row.thing]);
      return removeSelected(desk, false);
    default:
      return false;
  }
}

interface RowProps {
  readonly row: OutlineRow;
  readonly index: number;
  readonly scene: SceneView;
  readonly cursor: boolean;
  readonly focusable: boolean;
  readonly onToggle: (id: string, open: boolean) => void;
}

function Row({ row, index, scene, cursor, focusable, onToggle }: RowProps) {
  return (
    <div
      role="row"
      data-row={row.id}
      aria-rowindex={index + 1}
      aria-level={row.depth + 1}
      aria-expanded={row.open}
      aria-selected={cursor}
      tabIndex={focusable ? 0 : -1}
      className={classes("outline-row", cursor && "on", row.pin !== undefined && "pin-row")}
      style={{ paddingLeft: 8 + row.depth * 14, transform: `translateY(${index * ROW}px)` }}
    >
      <span role="gridcell" className="row grow">
        <button
          type="button"
          tabIndex={-1}
          className="outline-turn"
          aria-label={row.open === true ? "Fold" : "Unfold"}
          hidden={row.open === undefined}
          onClick={() => onToggle(row.id, row.open !== true)}
        >
          <Icon name={row.open === true ? "down" : "right"} size={12} />
        </button>
        {row.pin === undefined ? <ThingCell view={scene.things.get(row.thing)} /> : <PinCell pin={row.pin} />}
      </span>
      <span role="gridcell" className="cut faint outline-value">
        {row.pin !== undefined && pinValue(scene, row.thing, row.pin)}
      </span>
    </div>
  );
}

function ThingCell({ view }: { readonly view: ReturnType<SceneView["things"]["get"]> }) {
  if (view === undefined) {
    return null;
  }
  if (view.kind === "frame") {
    return (
      <>
        <Icon name="frame" size={14} />
        <span className="cut">{view.content.split("\n", 1)[0]?.slice(0, 80) || "Comment"}</span>
      </>
    );
  }
  return (
    <>
      <Icon name={view.icon} size={14} />
      <span className="cut">{view.title}</span>
      {view.problem !== "" && <Icon name="warn" size={12} label={view.problem} className="c-fail" />}
    </>
  );
}

function PinCell({ pin }: { readonly pin: PinView }) {
  return (
    <>
      <span className={`ty t-${pin.hue}`} aria-hidden="true">
        {pin.glyph}
      </span>
      <span className="cut">
        <span className="vh">{pin.side === "in" ? "Input " : "Output "}</span>
        {pin.label === "" ? (pin.shape === "exec" ? "execution" : pin.key) : pin.label}
        <span className="vh">, {pin.type}</span>
      </span>
    </>
  );
}

function pinValue(scene: SceneView, node: string, pin: PinView): string {
  const ends = wiresAt(scene, { node, side: pin.side, key: pin.key }).map((wire) => {
    const other = scene.things.get(pin.side === "in" ? wire.from.node : wire.to.node) as NodeView | undefined;
    return other?.title ?? "";
  });
  if (ends.length > 0) {
    return `${pin.side === "in" ? "←" : "→"} ${ends.join(", ")}`;
  }
  return pin.literal?.text || (pin.missing ? "missing" : "");
}
