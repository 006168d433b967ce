import type { PinPlace, SceneView, WireView } from "~/canvas";
import { pinAt } from "~/canvas/view/scene";
import { Button, Icon } from "~/ui";

import { cutWires } from "../acts/wires";
import { jumpTo } from "../acts/layers";
import { useBoard, useDesk, useDeskState } from "../desk/context";
import { TypeMark } from "../parts/type-mark";
import { ValueView } from "../parts/value-view";
import { useSurroundings } from "../place";
import { useRun } from "../runs/use-run";
import { Head } from "./head";

/** A wire: what it joins, what it last carried, and in which turn it fires. */
export function WireInspector({ wire }: { readonly wire: WireView }) {
  const desk = useDesk();
  const scene = useDeskState((state) => state.scene);
  const { rooms } = useSurroundings();
  useRun((run) => run.story);
  const pin = pinAt(scene, wire.from);
  const content = rooms.roundOf(wire.from.node)?.outputs.get(wire.from.key);
  return (
    <>
      <Head icon="flow" title={wire.kind === "exec" ? "Execution" : (pin?.type ?? "Wire")} detail={wire.kind === "exec" ? "What runs next" : "What flows here"} />
      <div className="insp-body">
        {wire.bad !== "" && (
          <section className="sec">
            <div className="note fail">
              <Icon name="warn" size={14} />
              <b>{wire.bad}</b>
            </div>
          </section>
        )}
        <section className="sec">
          <End scene={scene} place={wire.from} title="From" onGo={() => jumpTo(desk, wire.from.node)} />
          <End scene={scene} place={wire.to} title="To" onGo={() => jumpTo(desk, wire.to.node)} />
        </section>
        {content !== undefined && pin !== undefined && (
          <section className="sec">
            <h3>Last carried</h3>
            <ValueView name={pin.label} pin={pin.definition} content={content} />
          </section>
        )}
        <Turns wire={wire} />
        {!desk.readOnly && (
          <div className="insp-foot">
            <Button small icon="close" onClick={() => cutWires(desk, [wire.id])}>
              Remove the wire
            </Button>
          </div>
        )}
      </div>
    </>
  );
}

function End({ scene, place, title, onGo }: { readonly scene: SceneView; readonly place: PinPlace; readonly title: string; readonly onGo: () => void }) {
  const thing = scene.things.get(place.node);
  const pin = pinAt(scene, place);
  return (
    <div className="pin-line">
      {pin === undefined ? <span /> : <TypeMark pin={pin.definition} />}
      <span className="dim">{title}</span>
      <button type="button" className="link cut" onClick={onGo}>
        {thing === undefined || thing.kind === "frame" ? place.node : thing.title} {pin?.label}
      </button>
      <span />
    </div>
  );
}

/** Several wires of one output fire one after another: their order can be changed. */
function Turns({ wire }: { readonly wire: WireView }) {
  const desk = useDesk();
  const board = useBoard();
  const ends = (board.nodes[wire.from.node] ?? board.layers[wire.from.node])?.out?.[wire.from.key]?.to ?? [];
  const at = ends.indexOf(wire.target);
  if (wire.kind !== "exec" || ends.length < 2 || at < 0) {
    return null;
  }
  const move = (by: number) => {
    const to = [...ends];
    to.splice(at, 1);
    to.splice(at + by, 0, wire.target);
    desk.edit([{ command: "order_wires", source: wire.source, to }], { label: "Order changed" });
  };
  return (
    <section className="sec">
      <h3>
        Turn {at + 1} of {ends.length}
      </h3>
      <div className="row">
        <Button small icon="up" disabled={at === 0 || desk.readOnly} onClick={() => move(-1)}>
          Earlier
        </Button>
        <Button small icon="down" disabled={at === ends.length - 1 || desk.readOnly} onClick={() => move(1)}>
          Later
        </Button>
      </div>
    </section>
  );
}
