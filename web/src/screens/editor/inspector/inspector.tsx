import { titleOfNode } from "~/core";
import { iconOf } from "~/canvas/look/icons";
import { Tabs } from "~/ui";

import { Grip } from "../bar/panel";
import { useBoard, useDesk, useDeskState, useStageOf, useSurface } from "../desk/context";
import type { InspectorTab } from "../desk/surface";
import { rowsOf } from "../over/menus";
import { BoardInspector } from "./board";
import { CommentInspector } from "./comment";
import { Head } from "./head";
import { HelpTab } from "./help";
import { LayerInspector } from "./layer";
import { SettingsTab } from "./settings";
import { ValuesTab } from "./values";
import { WireInspector } from "./wire";

const NARROWEST = 280;
const WIDEST = 640;

/** What is selected, beside the board: its values, settings, help. Without a selection, the board. */
export function Inspector() {
  const desk = useDesk();
  const width = useSurface((surface) => surface.inspectorWidth);
  return (
    <aside className="inspector" aria-label="Inspector" data-region="" style={{ width }}>
      <Grip
        label="Width of the inspector"
        axis="x"
        value={width}
        least={NARROWEST}
        most={WIDEST}
        reversed
        onChange={(inspectorWidth) => desk.surface.setState({ inspectorWidth })}
      />
      <Subject />
    </aside>
  );
}

function Subject() {
  const desk = useDesk();
  const board = useBoard();
  const scene = useDeskState((state) => state.scene);
  const selected = useStageOf((stage) => stage.selected);
  const wires = useStageOf((stage) => stage.selectedWires);
  const cursor = useStageOf((stage) => stage.cursor);
  const ids = selected.size > 0 ? [...selected] : scene.things.has(cursor) ? [cursor] : [];
  const [id] = ids;
  const [wire] = wires;
  if (ids.length > 1) {
    return <Several count={ids.length} />;
  }
  if (id === undefined) {
    const found = wire === undefined ? undefined : scene.wires.get(wire);
    return found === undefined ? <BoardInspector /> : <WireInspector wire={found} />;
  }
  if (board.nodes[id] !== undefined) {
    return <NodeInspector key={id} id={id} />;
  }
  if (board.layers[id] !== undefined || id.startsWith("@")) {
    return <LayerInspector key={id} id={id.startsWith("@") ? desk.layer : id} />;
  }
  return board.comments[id] === undefined ? <BoardInspector /> : <CommentInspector key={id} id={id} />;
}

const TABS: readonly { readonly id: InspectorTab; readonly label: string }[] = [
  { id: "values", label: "Values" },
  { id: "settings", label: "Settings" },
  { id: "help", label: "Help" },
];
const ACTIONS = ["edit.rename", "edit.off", "run.pin", null, "edit.duplicate", "edit.error-pins", null, "edit.remove-heal", "edit.remove"];

function NodeInspector({ id }: { readonly id: string }) {
  const desk = useDesk();
  const board = useBoard();
  const tab = useSurface((surface) => surface.inspectorTab);
  const node = board.nodes[id];
  if (node === undefined) {
    return null;
  }
  const definition = desk.session.types.get(node.type) ?? board.types[node.type];
  const detail = definition === undefined ? `${node.type} is not installed` : `${definition.title ?? definition.name} · ${definition.category ?? ""}`;
  return (
    <>
      <Head icon={definition === undefined ? "warn" : iconOf(definition)} title={titleOfNode(node, definition)} detail={detail} actions={ACTIONS} />
      <Tabs label="Inspector" tabs={TABS} value={tab} onChange={(inspectorTab) => desk.surface.setState({ inspectorTab })}>
        <div className="insp-body">
          {tab === "values" && <ValuesTab id={id} node={node} definition={definition} />}
          {tab === "settings" && <SettingsTab id={id} node={node} definition={definition} />}
          {tab === "help" && <HelpTab node={node} definition={definition} />}
        </div>
      </Tabs>
    </>
  );
}

const SEVERAL = [
  "layer.collapse",
  "edit.comment",
  "arrange.tidy",
  "arrange.straighten",
  "arrange.left",
  "arrange.center",
  "arrange.right",
  "arrange.top",
  "arrange.middle",
  "arrange.bottom",
  "arrange.rows",
  "arrange.columns",
  "edit.duplicate",
  "edit.off",
  "run.pin",
  "edit.remove-heal",
  "edit.remove",
];

/** Several things: what can be done with all of them. */
function Several({ count }: { readonly count: number }) {
  const items = rowsOf(SEVERAL);
  return (
    <>
      <Head icon="grid" title={`${count} things selected`} detail="What is done is done to all of them" />
      <ul className="several">
        {items.map((item) => (
          <li key={item.id}>
            <button type="button" className={item.danger === true ? "c-fail" : undefined} onClick={item.run}>
              <span className="grow">{item.label}</span>
              {item.keys !== undefined && <kbd>{item.keys}</kbd>}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
