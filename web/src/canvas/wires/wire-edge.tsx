import type { EdgeProps } from "@xyflow/react";
import { memo, use, useCallback, useSyncExternalStore } from "react";

import { wirePath } from "~/core";
import { classes } from "~/ui/classes";

import type { WireEdge as FlowWire } from "../flow/model";
import { FarContext, useStage, useTools } from "../state/context";
import type { Lives } from "../state/lives";
import type { WireView } from "../view/model";
import { wireLife } from "./wire-life";

/** A wire between two pins. Its middle takes the pointer over a width of 20. */
export const WireEdge = memo(function WireEdge({
  data,
  selected,
  sourceX,
  sourceY,
  targetX,
  targetY,
}: EdgeProps<FlowWire>) {
  const far = use(FarContext);
  const wire = data?.wire;
  const path = wirePath({ x: sourceX, y: sourceY }, { x: targetX, y: targetY });
  if (wire === undefined) {
    return null;
  }
  if (far) {
    return <path className={classes("wire-far", wire.kind, selected === true && "sel")} d={path} />;
  }
  return <NearWire wire={wire} path={path} selected={selected === true} />;
});

interface NearWireProps {
  readonly wire: WireView;
  readonly path: string;
  readonly selected: boolean;
}

const NearWire = memo(function NearWire({ wire, path, selected }: NearWireProps) {
  const { lives } = useTools();
  const hot = useStage((stage) => stage.splice === wire.id);
  const life = useWireLife(lives, wire);
  return (
    <>
      <path
        className={classes(
          "wire",
          wire.kind,
          `t-${wire.hue}`,
          wire.bad !== "" && "bad",
          life,
          (hot || selected) && "sel",
        )}
        d={path}
      />
      <path className="wire-hit" d={path} data-wire={wire.id} />
      {life === "going" && <circle className="wire-dot" r="5" style={{ offsetPath: `path("${path}")` }} />}
    </>
  );
});

function useWireLife(lives: Lives, wire: WireView): string {
  const subscribe = useCallback(
    (listener: () => void) => {
      const stops = [wire.id, wire.from.node, wire.to.node].map((id) => lives.watch(id, listener));
      return () => {
        for (const stop of stops) {
          stop();
        }
      };
    },
    [lives, wire],
  );
  return useSyncExternalStore(subscribe, () => wireLife(lives, wire));
}
