import { IconButton, type IconName } from "~/ui";
import { registry } from "~/ui/shortcuts";

import { useDesk, useSurface } from "../desk/context";
import { useKeys } from "./keys-for";

/** The panels at the left, and the help. */
export function Rail() {
  const keysFor = useKeys();
  const desk = useDesk();
  const left = useSurface((surface) => surface.left);
  const palette = useSurface((surface) => surface.palette !== null);
  return (
    <nav className="rail" aria-label="Panels" data-region="">
      {!desk.readOnly && (
        <IconButton icon="plus" label="Add a node" keys={keysFor("edit.add")} side="right" on={palette} onClick={() => addInMiddle(desk)} />
      )}
      <RailButton icon="variable" label="Variables" action="view.variables" on={left === "variables"} />
      <RailButton icon="list" label="Outline" action="view.outline" on={left === "outline"} />
      <RailButton icon="history" label="History" action="view.history" on={left === "history"} />
      <span className="grow" />
      <RailButton icon="keyboard" label="Keyboard shortcuts" action="view.keys" />
    </nav>
  );
}

interface RailButtonProps {
  readonly icon: IconName;
  readonly label: string;
  readonly action: string;
  readonly on?: boolean;
}

function RailButton({ icon, label, action, on }: RailButtonProps) {
  const keysFor = useKeys();
  return (
    <IconButton
      icon={icon}
      label={label}
      keys={keysFor(action)}
      side="right"
      {...(on === undefined ? {} : { on })}
      onClick={() => registry.run(action)}
    />
  );
}

function addInMiddle(desk: ReturnType<typeof useDesk>): void {
  const ground = desk.camera.middle();
  const client = desk.camera.toClient(ground);
  desk.surface.setState({ palette: { spot: { client: { x: client.x - 280, y: client.y - 200 }, ground } } });
}
