import {
  Background,
  BackgroundVariant,
  type EdgeTypes,
  type NodeTypes,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  type Viewport,
} from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import "../look/canvas.css";
import { type ReactNode, useLayoutEffect, useRef, useState, useSyncExternalStore } from "react";

import { classes } from "~/ui/classes";

import type { FlowArrays } from "../flow/model";
import { BoardNode } from "../nodes/board-node";
import { FrameNode } from "../nodes/frame-node";
import { CanvasContext, type CanvasTools, FarContext, useStage } from "../state/context";
import type { SceneView } from "../view/scene";
import { WireEdge } from "../wires/wire-edge";
import type { Camera } from "./camera";
import { useCameraBinding } from "./camera-binding";
import { FAR, FarCanvas, MANY, useFar, usePainted } from "./far";
import type { GroundHooks } from "./hooks";
import { useGroundEvents } from "./events";
import { GuideLayer } from "./guides";
import { Unmeasured } from "./unmeasured";
import { HoverLayer } from "./hover";

const NODE_TYPES: NodeTypes = { node: BoardNode, frame: FrameNode };
const EDGE_TYPES: EdgeTypes = { wire: WireEdge };
const SNAP: [number, number] = [16, 16];
const PAN_BUTTONS = [1];
const MORE_KEYS = ["Shift", "Meta", "Control"];
const NONE: readonly never[] = [];
const EXTENT = { min: 0.05, max: 2.5 } as const;

export interface GroundProps {
  readonly tools: CanvasTools;
  readonly scene: SceneView;
  readonly flow: FlowArrays;
  readonly hooks: GroundHooks;
  readonly camera: Camera;
  /** Where the view begins, asked once the size is known. */
  readonly start: (size: { readonly width: number; readonly height: number }) => Viewport;
  readonly readOnly: boolean;
  /** What the board is called, for screen readers. */
  readonly label: string;
  /** The value that last went over a wire. */
  readonly lastValue?: ((wire: string) => string | undefined) | undefined;
  readonly wheelPans?: boolean;
  /** What floats over the ground. */
  readonly children?: ReactNode;
}

/** The ground of a board: things, wires, and what the pointer does to them. */
export function Ground(props: GroundProps) {
  const root = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<{ width: number; height: number } | null>(null);
  useLayoutEffect(() => {
    const box = root.current?.getBoundingClientRect();
    if (box !== undefined) {
      setSize({ width: box.width, height: box.height });
    }
  }, []);
  return (
    <CanvasContext value={props.tools}>
      <BoardRoot {...props} root={root}>
        {size !== null && (
          <ReactFlowProvider initialWidth={size.width} initialHeight={size.height}>
            <Unmeasured>
              <Flow {...props} size={size} root={root} />
            </Unmeasured>
          </ReactFlowProvider>
        )}
      </BoardRoot>
    </CanvasContext>
  );
}

type Root = { readonly root: { readonly current: HTMLDivElement | null } };

/** The one tab stop of the canvas. What the keys stand on is told by `aria-activedescendant`. */
function BoardRoot({ root, label, camera, scene, children }: GroundProps & Root & { readonly children: ReactNode }) {
  const wiring = useStage((stage) => stage.wiring !== null);
  const cursor = useStage((stage) => stage.cursor);
  const said = useStage((stage) => stage.said);
  const painted = useSyncExternalStore(camera.subscribe, () => camera.zoom() < FAR && scene.things.size > MANY);
  return (
    <div
      ref={root}
      className={classes("board", wiring && "wiring")}
      // It handles its keys itself; the outline is the way for those who cannot see it.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      role="application"
      aria-roledescription="canvas"
      aria-label={label}
      aria-activedescendant={cursor === "" || painted ? undefined : `node-${cursor}`}
      data-board=""
    >
      {children}
      <div className="vh" role="status" aria-live="polite">
        {said}
      </div>
    </div>
  );
}

function Flow(props: GroundProps & Root & { readonly size: { width: number; height: number } }) {
  const { flow, camera, readOnly, start, size, children, scene, hooks, lastValue } = props;
  const [viewport] = useState(() => start(size));
  const events = useGroundEvents(props);
  const far = useFar(viewport.zoom < FAR);
  const painted = usePainted(far, scene.things.size);
  return (
    <FarContext value={far}>
      <ReactFlow
        nodes={(painted ? NONE : flow.nodes) as never}
        edges={(painted ? NONE : flow.edges) as never}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        width={size.width}
        height={size.height}
        defaultViewport={viewport}
        minZoom={EXTENT.min}
        maxZoom={EXTENT.max}
        onlyRenderVisibleElements
        elevateNodesOnSelect={false}
        elevateEdgesOnSelect={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        nodesDraggable={!readOnly}
        disableKeyboardA11y
        deleteKeyCode={null}
        selectionKeyCode={null}
        multiSelectionKeyCode={MORE_KEYS}
        panActivationKeyCode="Space"
        selectionOnDrag
        selectionMode={SelectionMode.Partial}
        panOnDrag={PAN_BUTTONS}
        panOnScroll={props.wheelPans === true}
        zoomOnScroll={props.wheelPans !== true}
        zoomOnDoubleClick={false}
        snapGrid={SNAP}
        nodeDragThreshold={3}
        autoPanOnNodeFocus={false}
        proOptions={HIDE_ATTRIBUTION}
        {...events.flow}
      >
        <CameraBinding camera={camera} />
        {!far && <Background variant={BackgroundVariant.Dots} gap={16} size={1.25} className="board-dots" />}
        {painted && <FarCanvas scene={scene} hooks={hooks} camera={camera} readOnly={readOnly} />}
        <GuideLayer guides={events.guides} />
        <HoverLayer scene={scene} hooks={hooks} readOnly={readOnly} hover={events.hover} lastValue={lastValue} />
      </ReactFlow>
      {events.overlay}
      {children}
    </FarContext>
  );
}

// The licence of React Flow allows it; it is named in the inventory of third parties.
const HIDE_ATTRIBUTION = { hideAttribution: true };

function CameraBinding({ camera }: { readonly camera: Camera }) {
  useCameraBinding(camera);
  return null;
}
