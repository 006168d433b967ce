import { MenuAt, type MenuItem } from "~/ui";
import { keysText, registry } from "~/ui/shortcuts";

import type { Desk } from "../desk/desk";
import { useDesk, useSurface } from "../desk/context";
import { colorFrame, lockFrame } from "../acts/comments";
import { addVariadic, errorPins, removePin, toggleErrorPins } from "../acts/nodes";
import { bendWire, convert, cutPin, cutWires, wiresAt } from "../acts/wires";
import { pinAt } from "~/canvas/view/scene";
import type { MenuTarget, PinPlace, Spot } from "~/canvas";

/** The menu of what was clicked with the right button. */
export function ContextMenu() {
  const desk = useDesk();
  const menu = useSurface((surface) => surface.menu);
  if (menu === null) {
    return null;
  }
  const items = itemsFor(desk, menu.target, menu.spot);
  return (
    <MenuAt
      key={`${menu.spot.client.x} ${menu.spot.client.y}`}
      label="What can be done here"
      items={items}
      anchor={boxAt(menu.spot)}
      onClose={() => desk.surface.setState({ menu: null })}
    />
  );
}

function boxAt({ client }: Spot) {
  return { left: client.x, top: client.y, width: 0, height: 0 };
}

/** Actions of the register, as rows of a menu; what makes no sense now is left out. */
export function rowsOf(ids: readonly (string | null)[]): MenuItem[] {
  const rows: MenuItem[] = [];
  let apart = false;
  for (const id of ids) {
    const action = id === null ? undefined : registry.get(id);
    if (id === null) {
      apart = rows.length > 0;
    } else if (action !== undefined && registry.can(id)) {
      const [keys] = registry.keysOf(id);
      rows.push({
        id,
        label: action.label,
        ...(keys === undefined ? {} : { keys: keysText(keys) }),
        danger: id.startsWith("edit.remove"),
        apart,
        run: () => void registry.run(id),
      });
      apart = false;
    }
  }
  return rows;
}

const THING = [
  "edit.rename",
  "edit.off",
  "run.pin",
  null,
  "edit.cut",
  "edit.copy",
  "edit.duplicate",
  null,
  "layer.collapse",
  "layer.expand",
  "edit.comment",
  "arrange.tidy",
  "arrange.straighten",
  null,
  "arrange.left",
  "arrange.top",
  "arrange.middle",
  "arrange.rows",
  "arrange.columns",
  null,
  "edit.remove-heal",
  "edit.remove",
];

function itemsFor(desk: Desk, target: MenuTarget, spot: Spot): MenuItem[] {
  switch (target.kind) {
    case "ground":
      return rowsOf(["edit.add", "edit.paste", null, "edit.comment", "arrange.tidy", null, "view.fit"]);
    case "thing":
      return thingItems(desk, target.id);
    case "pin":
      return pinItems(desk, target.place, spot);
    case "wire":
      return wireItems(desk, target.id, spot);
  }
}

function thingItems(desk: Desk, id: string): MenuItem[] {
  const thing = desk.scene.things.get(id);
  if (desk.readOnly || thing === undefined) {
    return rowsOf(["edit.copy", "view.fit-selected"]);
  }
  if (thing.kind === "frame") {
    const colors = ["sand", "blue", "green", "red", "violet", "grey"].map((color, index): MenuItem => ({
      id: color,
      label: color.replace(/^./u, (letter) => letter.toUpperCase()),
      checked: (thing.color || "sand") === color,
      apart: index === 0,
      run: () => void colorFrame(desk, id, color),
    }));
    const lock: MenuItem = {
      id: "lock",
      label: thing.locked ? "Unlock" : "Lock",
      icon: "lock",
      run: () => void lockFrame(desk, id, !thing.locked),
    };
    return [...rowsOf(["edit.rename", "edit.copy", "edit.duplicate"]), lock, ...colors, ...rowsOf([null, "edit.remove"])];
  }
  const state = errorPins(desk, id);
  const errors: MenuItem[] =
    state === "none"
      ? []
      : [
          {
            id: "errors",
            label: state === "has" ? "Remove the error pins" : "Handle its failure",
            hint: state === "has" ? "Its failure then ends the run" : "Adds outputs that fire when it fails",
            icon: "warn",
            run: () => void toggleErrorPins(desk, id),
          },
        ];
  return [...rowsOf(THING.slice(0, 3)), ...errors, ...rowsOf(THING.slice(3))];
}

function pinItems(desk: Desk, place: PinPlace, spot: Spot): MenuItem[] {
  const pin = pinAt(desk.scene, place);
  if (pin === undefined || desk.readOnly) {
    return [];
  }
  const wires = wiresAt(desk.scene, place);
  const items: MenuItem[] = [
    { id: "add", label: "Add a node here…", icon: "plus", run: () => desk.surface.setState({ palette: { spot, from: place } }) },
    {
      id: "wire",
      label: "Wire to…",
      icon: "link",
      hint: "Lists the pins it fits",
      run: () => desk.surface.setState({ targets: place }),
    },
  ];
  if (wires.length > 0) {
    items.push({ id: "cut", label: wires.length === 1 ? "Remove the wire" : `Remove ${wires.length} wires`, icon: "close", run: () => void cutPin(desk, place) });
  }
  if (pin.definition.variadic === true) {
    const name = pin.definition.name;
    items.push(
      { id: "more", label: `Add another ${pin.definition.label ?? name}`, icon: "plus", apart: true, run: () => void addVariadic(desk, place.node, place.side, name) },
      { id: "less", label: "Remove this pin", icon: "minus", run: () => void removePin(desk, place.node, place.side, place.key) },
    );
  } else if (isOwnPin(desk, place)) {
    items.push({ id: "less", label: "Remove this pin", icon: "minus", apart: true, run: () => void removePin(desk, place.node, place.side, place.key) });
  }
  return items;
}

function isOwnPin(desk: Desk, place: PinPlace): boolean {
  const pins = (desk.board.nodes[place.node] ?? desk.board.layers[place.node])?.pins?.[place.side];
  return pins?.some((pin) => pin.name === place.key) === true;
}

function wireItems(desk: Desk, id: string, spot: Spot): MenuItem[] {
  if (desk.readOnly) {
    return [];
  }
  return [
    { id: "insert", label: "Insert a node…", icon: "plus", run: () => desk.surface.setState({ palette: { spot, wire: id } }) },
    { id: "bend", label: "Add a bend", icon: "flow", hint: "Or double-click the wire", run: () => void bendWire(desk, id, spot.ground) },
    { id: "cut", label: "Remove", icon: "close", danger: true, apart: true, run: () => void cutWires(desk, [id]) },
  ];
}

/** A refused wire for which a node would convert: which one? */
export function ConversionOffer() {
  const desk = useDesk();
  const offer = useSurface((surface) => surface.offer);
  if (offer === null) {
    return null;
  }
  const items = offer.options.map((option, index): MenuItem => ({
    id: option.type,
    label: `Put ${option.title} between`,
    icon: "arrow",
    ...(index === 0 ? { hint: offer.words } : {}),
    run: () => void convert(desk, offer.from, offer.to, option, offer.spot),
  }));
  items.push({ id: "no", label: "Leave it unwired", icon: "close", apart: true, run: () => {} });
  return (
    <MenuAt
      label={offer.words}
      items={items}
      anchor={boxAt(offer.spot)}
      onClose={() => desk.surface.setState({ offer: null })}
    />
  );
}
