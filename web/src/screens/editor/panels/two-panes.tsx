import { useEffect, useMemo, useState } from "react";

import type { Board, Box, Types } from "~/core";
import { boundsOf } from "~/core";
import { Camera, createStage, firstView, fitted, FlowModel, Ground, type GroundHooks, Lives, Moved, type NodeActs, Scene } from "~/canvas";
import type { Difference } from "~/canvas/nodes/board-node";

import { Generics } from "../desk/generics";
import { refusalOf } from "../desk/types";

export interface TwoPanesProps {
  readonly before: Board;
  readonly after: Board;
  readonly types: Types;
  readonly changes: ReadonlyMap<string, Difference>;
  readonly titles?: readonly [string, string];
}

const THEN_AND_NOW = ["Then", "Now"] as const;

/** Two states of a board side by side; moving one view moves the other. */
export function TwoPanes({ before, after, types, changes, titles = THEN_AND_NOW }: TwoPanesProps) {
  const [cameras] = useState(() => [new Camera(), new Camera()] as const);
  useEffect(() => {
    const [left, right] = cameras;
    let leading = false;
    const follow = (leader: Camera, other: Camera) => () => {
      const view = leader.viewport();
      const theirs = other.viewport();
      const differs = view !== undefined && theirs !== undefined && (view.x !== theirs.x || view.y !== theirs.y || view.zoom !== theirs.zoom);
      if (differs && !leading) {
        leading = true;
        other.go(view);
        requestAnimationFrame(() => {
          leading = false;
        });
      }
    };
    const stops = [left.subscribe(follow(left, right)), right.subscribe(follow(right, left))];
    return () => stops.forEach((stop) => stop());
  }, [cameras]);
  const removed = useMemo(() => new Map([...changes].filter(([, what]) => what !== "added")), [changes]);
  const added = useMemo(() => new Map([...changes].filter(([, what]) => what !== "removed")), [changes]);
  const left = useMemo(() => stillOf(before, types, removed), [before, types, removed]);
  const right = useMemo(() => stillOf(after, types, added), [after, types, added]);
  const around = boundsOf([...left.boxes, ...right.boxes]);
  return (
    <div className="panes">
      <Pane title={titles[0]} still={left} board={before} camera={cameras[0]} around={around} />
      <Pane title={titles[1]} still={right} board={after} camera={cameras[1]} around={around} />
    </div>
  );
}

interface PaneProps {
  readonly title: string;
  readonly board: Board;
  readonly still: ReturnType<typeof stillOf>;
  readonly camera: Camera;
  /** What both panes show at first. */
  readonly around: Box | undefined;
}

function Pane({ title, board, still, camera, around }: PaneProps) {
  return (
    <figure className="pane">
      <figcaption>{title}</figcaption>
      <div className="pane-ground">
        <Ground
          tools={still.tools}
          scene={still.scene}
          flow={still.flow}
          hooks={IDLE}
          camera={camera}
          start={(size) => (around === undefined ? firstView([], undefined, size) : fitted(around, size))}
          readOnly
          label={`${title}: ${board.name ?? board.id}`}
        />
      </div>
    </figure>
  );
}

/** A board as a picture: drawn like any other, but nothing can be done to it. */
export function stillOf(board: Board, types: Types, changes?: ReadonlyMap<string, Difference>) {
  const scene = new Scene().update({
    board,
    types,
    layer: "",
    unfolded: new Set(),
    problems: new Map(),
    resolve: new Generics(board, types).resolve,
    refusal: refusalOf,
  });
  const none = new Set<string>();
  const flow = new FlowModel().update({
    scene,
    selected: none,
    selectedWires: none,
    moved: new Map(),
    readOnly: true,
    ...(changes === undefined ? {} : { changes }),
  });
  const boxes = [...scene.things].flatMap(([id, { width, height }]) => {
    const at = scene.places.get(id);
    return at === undefined ? [] : [{ ...at, width, height }];
  });
  return { scene, flow, boxes, tools: { stage: createStage(), lives: new Lives(), moved: new Moved(), acts: NO_ACTS } };
}

const nothing = () => {};
const NO_ACTS: NodeActs = {
  setLiteral: nothing,
  rename: nothing,
  writeFrame: nothing,
  resizeFrame: nothing,
  endEdit: nothing,
  openLiteral: nothing,
  editNext: nothing,
};
const IDLE: GroundHooks = {
  joining: () => ({ fit: "unfit", words: "" }),
  fitting: () => () => "unfit",
  connect: nothing,
  dropWire: nothing,
  grows: () => false,
  takeOff: () => undefined,
  cutPin: nothing,
  move: nothing,
  spliceAt: () => "",
  membersOf: () => [],
  open: nothing,
  edit: nothing,
  unfold: nothing,
  menu: nothing,
  palette: nothing,
  insertIn: nothing,
  bend: nothing,
  drop: nothing,
};
