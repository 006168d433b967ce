/** What the pointer does on the ground, told to the stage and to the hooks. */
import type { NodeChange, ReactFlowProps } from "@xyflow/react";
import { createRef, type ReactNode, type RefObject, useEffect, useMemo, useState } from "react";

import type { Point } from "~/core";

import { thingAt } from "../far/hit";
import { useTools } from "../state/context";
import { deselect, select, selectWire, type StageStore } from "../state/stage";
import type { SceneView } from "../view/scene";
import type { Camera } from "./camera";
import { useDragging } from "./dragging";
import { isPainting } from "./far";
import type { Guides } from "./guides";
import type { GroundProps } from "./ground";
import type { Spot } from "./hooks";
import { type Hover, useHover } from "./hovering";
import { useLatest } from "./latest";
import { LongPress } from "./long-press";
import { inField, type Pointed, pointed } from "./pointer";
import { type LooseElements, useWiring, type WiringHandlers } from "./wiring";

export interface GroundEvents {
  readonly flow: Partial<ReactFlowProps>;
  readonly overlay: ReactNode;
  readonly hover: Hover;
  readonly guides: Guides;
}

type Input = GroundProps & { readonly root: { readonly current: HTMLDivElement | null } };

export function useGroundEvents(props: Input): GroundEvents {
  const { stage } = useTools();
  const latest = useLatest(props);
  const loose = useLoose();
  const wiring = useWiring(
    {
      scene: { current: props.scene },
      hooks: props.hooks,
      readOnly: props.readOnly,
      toGround: (client) => props.camera.toGround(client),
      toClient: (ground) => props.camera.toClient(ground),
    },
    loose,
  );
  const hover = useHover();
  const { enter, leave } = hover;
  const wire = useLatest(wiring);
  useRootEvents(props, latest, stage, wire);
  const drag = useDragging(latest);
  const free = useHeldKeys(props.root);

  const flow = useMemo(
    (): Partial<ReactFlowProps> => ({
      onNodesChange: (changes) => takeChanges(changes, stage, drag.positions),
      onNodeDragStart: drag.start,
      onNodeDrag: drag.move,
      onNodeDragStop: drag.stop,
      onSelectionDragStart: (event, nodes) => nodes[0] && drag.start(event as never, nodes[0], nodes),
      onSelectionDrag: (event, nodes) => nodes[0] && drag.move(event as never, nodes[0], nodes),
      onSelectionDragStop: (event, nodes) => nodes[0] && drag.stop(event as never, nodes[0], nodes),
      onNodeClick: (_event, node) => stage.setState({ cursor: node.id, cursorPin: null }),
      onEdgeClick: (event, edge) => selectWire(stage, edge.id, event.shiftKey || event.ctrlKey || event.metaKey),
      onEdgeMouseEnter: (_event, edge) => enter(edge.id),
      onEdgeMouseLeave: leave,
      onPaneClick: () => {
        stage.setState({ wiring: null, editing: null });
        deselect(stage);
      },
    }),
    [stage, drag, enter, leave],
  );
  return { flow: { ...flow, snapToGrid: !free }, overlay: <Loose {...loose} />, hover, guides: drag.guides };
}

function spotOf(event: { readonly clientX: number; readonly clientY: number }, camera: Camera): Spot {
  const client = { x: event.clientX, y: event.clientY };
  return { client, ground: camera.toGround(client) };
}

function takeChanges(changes: readonly NodeChange[], stage: StageStore, positions: Map<string, Point>): void {
  let selected: Set<string> | undefined;
  for (const change of changes) {
    if (change.type === "select") {
      selected ??= new Set(stage.getState().selected);
      if (change.selected) {
        selected.add(change.id);
      } else {
        selected.delete(change.id);
      }
    } else if (change.type === "position" && change.position !== undefined && change.dragging === true) {
      positions.set(change.id, change.position);
    }
  }
  if (selected !== undefined) {
    const { selectedWires } = stage.getState();
    select(stage, selected);
    if (selectedWires.size > 0 && selected.size === 0) {
      stage.setState({ selectedWires });
    }
  }
}

/** Whether Alt is held: then nothing snaps. While Space is held, a press carries the view, whatever it is on. */
function useHeldKeys(root: Input["root"]): boolean {
  const [free, setFree] = useState(false);
  useEffect(() => {
    const listen = (event: KeyboardEvent | FocusEvent) => {
      setFree("altKey" in event && event.altKey);
      if (!("code" in event)) {
        root.current?.removeAttribute("data-hand");
      } else if (event.code === "Space" && !inField(event.target)) {
        root.current?.toggleAttribute("data-hand", event.type === "keydown");
      }
    };
    window.addEventListener("keydown", listen);
    window.addEventListener("keyup", listen);
    window.addEventListener("blur", listen);
    return () => {
      window.removeEventListener("keydown", listen);
      window.removeEventListener("keyup", listen);
      window.removeEventListener("blur", listen);
    };
  }, [root]);
  return free;
}

function useRootEvents(
  props: Input,
  latest: { readonly current: Input },
  stage: StageStore,
  wire: { readonly current: WiringHandlers },
): void {
  const { root } = props;
  useEffect(() => {
    const element = root.current;
    if (element === null) {
      return undefined;
    }
    const stop = new AbortController();
    const on = <K extends keyof HTMLElementEventMap>(type: K, listener: (event: HTMLElementEventMap[K]) => void, capture = false) =>
      element.addEventListener(type, listener, { signal: stop.signal, capture });

    const finger = new LongPress<PointerEvent>((event) => {
      wire.current.cancel();
      menuAsked(event, latest.current, stage, true);
    });
    on(
      "pointerdown",
      (event) => {
        if (!inField(event.target)) {
          finger.down(event);
          wire.current.onPointerDown(event as never);
        }
      },
      true,
    );
    on("pointermove", (event) => finger.move(event), true);
    on("pointerup", () => finger.end(), true);
    on("pointercancel", () => finger.end(), true);
    on("click", (event) => clicked(event, latest.current, stage));
    on("dblclick", (event) => doubleClicked(event, latest.current));
    on("contextmenu", (event) => {
      if (!inField(event.target)) {
        event.preventDefault();
        if (!finger.isEcho()) {
          menuAsked(event, latest.current, stage, false);
        }
      }
    });
    on("dragover", (event) => event.preventDefault());
    on("drop", (event) => {
      event.preventDefault();
      if (event.dataTransfer !== null) {
        latest.current.hooks.drop(event.dataTransfer, spotOf(event, latest.current.camera), event.altKey);
      }
    });
    return () => {
      finger.end();
      stop.abort();
    };
  }, [root, latest, stage, wire]);
}

function clicked(event: MouseEvent, { hooks, readOnly }: Input, stage: StageStore): void {
  const { thing, literal, fold, wire } = pointed(event.target as Element);
  if (wire !== undefined) {
    return;
  }
  if (thing !== undefined && fold) {
    hooks.unfold(thing);
  } else if (thing !== undefined && literal !== undefined && !readOnly && stage.getState().wiring === null) {
    hooks.edit({ node: thing, side: "in", key: literal });
  }
}

function doubleClicked(event: MouseEvent, { hooks, camera, readOnly, scene }: Input): void {
  if (inField(event.target)) {
    return;
  }
  const spot = spotOf(event, camera);
  const { thing, pin, literal, wire } = met(event.target, spot, scene);
  if (pin !== undefined || literal !== undefined) {
    return;
  }
  if (wire !== undefined && !readOnly) {
    hooks.bend(wire, spot.ground);
  } else if (thing !== undefined) {
    hooks.open(thing, spot);
  } else if (isPane(event.target) && !readOnly) {
    hooks.palette(spot);
  }
}

/** The menu of what is under the pointer. A finger, which has no Shift, adds it to what is selected. */
function menuAsked(event: MouseEvent, { hooks, camera, readOnly, scene }: Input, stage: StageStore, more: boolean): void {
  const spot = spotOf(event, camera);
  const { thing, pin, wire } = met(event.target, spot, scene);
  if (pin !== undefined) {
    hooks.menu({ kind: "pin", place: pin }, spot);
  } else if (wire !== undefined) {
    selectWire(stage, wire, false);
    hooks.menu({ kind: "wire", id: wire }, spot);
  } else if (thing !== undefined) {
    const { selected } = stage.getState();
    if (!selected.has(thing)) {
      select(stage, [...(more ? selected : []), thing]);
    }
    hooks.menu({ kind: "thing", id: thing }, spot);
  } else if (isPane(event.target) && !readOnly) {
    hooks.palette(spot);
  }
}

/** What an event met: an element, or a painted thing. */
function met(target: EventTarget | null, { ground }: Spot, scene: SceneView): Pointed {
  const found = pointed(target as Element);
  return isPainting(target) ? { ...found, thing: thingAt(scene, ground) } : found;
}

function isPane(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(".react-flow__pane, .react-flow__nodesselection, .frame") !== null;
}

function useLoose(): LooseElements {
  const [loose] = useState(() => ({ path: createRef<SVGPathElement>(), tip: createRef<HTMLDivElement>() }));
  return loose;
}

function Loose({ path, tip }: LooseElements) {
  return (
    <>
      <svg className="loose" aria-hidden="true">
        <path ref={path as RefObject<SVGPathElement | null>} className="wire" />
      </svg>
      <div ref={tip as RefObject<HTMLDivElement | null>} className="wire-tip" hidden />
    </>
  );
}
