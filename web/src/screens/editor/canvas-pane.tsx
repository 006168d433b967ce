import { useEffect, useMemo } from "react";

import { boundsOf, kindOf } from "~/core";
import { firstView, Ground } from "~/canvas";
import { useLook } from "~/styles/theme";

import { boxOf } from "./acts/layers";
import { useDesk, useDeskState } from "./desk/context";
import type { Desk } from "./desk/desk";
import { focusAfterEdits, groundHooks, nodeActs } from "./desk/ground-hooks";
import { MiniMap, RunPill } from "./later-parts";
import { EmptyHint } from "./over/empty-hint";
import { PendingWire } from "./over/pending-wire";
import { Trail } from "./over/trail";
import { ZoomBar } from "./over/zoom-bar";

interface CanvasPaneProps {
  readonly lastValue?: (wire: string) => string | undefined;
  /** Outside of the editor, where nothing is run or begun. */
  readonly alone?: boolean;
}

/** The ground with what floats over it. */
export function CanvasPane({ lastValue, alone = false }: CanvasPaneProps) {
  const desk = useDesk();
  const { scene, flow, snapshot } = useDeskState((state) => state);
  const tools = useMemo(
    () => ({ stage: desk.stage, lives: desk.lives, moved: desk.moved, acts: nodeActs(desk) }),
    [desk],
  );
  const hooks = useMemo(() => groundHooks(desk), [desk]);
  useEffect(() => focusAfterEdits(desk), [desk]);
  const { wheel } = useLook();
  const { board } = snapshot;
  const count = Object.keys(board.nodes).length;
  return (
    <Ground
      tools={tools}
      scene={scene}
      flow={flow}
      hooks={hooks}
      camera={desk.camera}
      start={(size) => startView(desk, size)}
      readOnly={desk.readOnly}
      label={`Board ${board.name ?? board.id}, ${count} ${count === 1 ? "node" : "nodes"}`}
      lastValue={lastValue}
      wheelPans={wheel === "pans"}
    >
      <PendingWire />
      <Trail />
      {!alone && <RunPill />}
      {!alone && <EmptyHint />}
      <ZoomBar />
      <MiniMap />
    </Ground>
  );
}

function startView(desk: Desk, size: { readonly width: number; readonly height: number }) {
  const ids = [...desk.scene.things.keys()];
  const boxes = ids.flatMap((id) => boxOf(desk, id) ?? []);
  const starts = ids.filter((id) => {
    const type = desk.board.nodes[id]?.type;
    const definition = type === undefined ? undefined : desk.session.types.get(type);
    return definition !== undefined && kindOf(definition) === "start";
  });
  const beginning = boundsOf(starts.slice(0, 1).flatMap((id) => boxOf(desk, id) ?? []));
  return firstView(boxes, beginning, size);
}
