import { Dialog, SearchList } from "~/ui";

import { connectPins, targetsOf } from "../acts/wires";
import { pinWords } from "../acts/keyboard";
import { useDesk, useSurface } from "../desk/context";
import { focusBoard } from "../desk/ground-hooks";
import { pinAt } from "~/canvas/view/scene";

const MOST = 200;

/** The pins that a pin can be wired to, as a list: drawing a wire without a pointer. */
export function TargetList() {
  const desk = useDesk();
  const from = useSurface((surface) => surface.targets);
  if (from === null) {
    return null;
  }
  const close = () => {
    desk.surface.setState({ targets: null });
    focusBoard(true);
  };
  const targets = targetsOf(desk, from).slice(0, MOST);
  const pin = pinAt(desk.scene, from);
  const thing = desk.scene.things.get(from.node);
  const title = `Wire ${thing?.kind === "frame" ? "" : (thing?.title ?? "")} ${pin?.label ?? ""}`.trim();
  return (
    <Dialog title={title} description={pin === undefined ? undefined : pinWords(desk, from, pin)} size="s" onClose={close}>
      <SearchList
        label="Pins it fits"
        placeholder="A node or pin…"
        options={targets.map((target, index) => ({
          id: String(index),
          label: `${target.title} · ${target.pin}`,
          detail: target.fit === "converts" ? `${target.type}, through a conversion` : target.wired ? `${target.type}, wired` : target.type,
        }))}
        empty="No pin of this layer fits. Press Tab on the pin to add a node that does."
        onChoose={(option) => {
          const target = targets[Number(option.id)];
          close();
          if (target !== undefined) {
            const ground = desk.camera.middle();
            connectPins(desk, from, target.place, { ground, client: desk.camera.toClient(ground) });
          }
        }}
      />
    </Dialog>
  );
}
