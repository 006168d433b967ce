/** Brings a node to a newer version of its type. Pins match by name and ordinal. */
import type { NodeDefinition, PinDefinition } from "../definition";
import { valueTypeOf } from "../definition";
import type { Input } from "../document";
import { table } from "../json";
import type { PinTable } from "../pins";
import { inputPins, outputPins, splitEnd } from "../pins";
import { checkWire } from "../types/wire";
import type * as commands from "./commands";
import type { Draft, Wire } from "./draft";
import { followLiterals, followStarts } from "./follow";
import { refusal } from "./refusal";

/** Exchanges the type; keeps literals and wires whose pins are still there and still fit. */
export function upgradeNode(draft: Draft, command: commands.UpgradeNode): void {
  const id = command.node;
  const node = draft.node(id);
  const mark = node.type.lastIndexOf("@");
  const [name, version] = [node.type.slice(0, mark), node.type.slice(mark + 1)];
  const key = `${name}@${command.version}`;
  const [fresh, old] = [draft.types.get(key), draft.definition(node)];
  if (fresh === undefined || old === undefined || !/^\d+$/.test(version) || command.version <= Number(version)) {
    throw refusal("command.bad-upgrade", `${node.type} cannot become ${key}.`, { node: id });
  }
  const before = inputPins(node, old);
  const bare = { ...node, type: key };
  const [after, outputs] = [inputPins(bare, fresh), outputPins(bare, fresh)];
  const inputs = Object.entries(node.in ?? {})
    .filter(([pin]) => after.has(pin))
    .map(([pin, item]): [string, Input] => {
      const fits = item.value !== undefined && isAlike(before.get(pin), after.get(pin));
      return [pin, fits ? item : {}];
    });
  draft.editNode(id, {
    type: key,
    in: table(inputs),
    out: table(Object.entries(node.out ?? {}).filter(([pin]) => outputs.has(pin))),
  });
  followLiterals(draft, id);
  cutMisfits(draft, id, fresh);
  followStarts(draft, [id]);
}

function isAlike(before: PinDefinition | undefined, after: PinDefinition | undefined): boolean {
  return (
    before !== undefined &&
    after !== undefined &&
    before.type === after.type &&
    valueTypeOf(before) === valueTypeOf(after)
  );
}

/** Removes wires whose pin is gone or that no longer fit. */
function cutMisfits(draft: Draft, id: string, definition: NodeDefinition): void {
  const node = draft.node(id);
  const [inputs, outputs] = [inputPins(node, definition), outputPins(node, definition)];
  const lost: Wire[] = [];
  for (const [source, key, target] of draft.wiresInto([id])) {
    if (!fits(pinAt(draft, source, key, "out"), inputs.get(splitEnd(target)[1]))) {
      lost.push([source, key, target]);
    }
  }
  for (const key of Object.keys(node.out ?? {})) {
    for (const target of draft.wiresFrom(id, key)) {
      const [entity, pin] = splitEnd(target);
      if (!fits(outputs.get(key), pinAt(draft, entity, pin, "in"))) {
        lost.push([id, key, target]);
      }
    }
  }
  draft.cut(lost);
}

function pinAt(draft: Draft, id: string, key: string, side: commands.Direction): PinDefinition | undefined {
  const node = draft.nodes[id];
  if (!draft.isWired(id) || (node !== undefined && draft.definition(node) === undefined)) {
    return undefined;
  }
  const pins: PinTable = side === "in" ? draft.inputTable(id) : draft.outputTable(id);
  return pins.get(key);
}

function fits(source: PinDefinition | undefined, target: PinDefinition | undefined): boolean {
  return source !== undefined && target !== undefined && checkWire(source, target).ok;
}
