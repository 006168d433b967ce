/** Wires: draw, remove, order. */
import { isExecution } from "../definition";
import { splitEnd } from "../pins";
import { checkWire } from "../types/wire";
import type * as commands from "./commands";
import type { Draft } from "./draft";
import { byCodePoints } from "./change";
import { refusal } from "./refusal";

/** Draws a wire; one that a data input already has is replaced, also between relays. */
export function connect(draft: Draft, command: commands.Connect): void {
  const [source, key] = splitEnd(command.source);
  const [target, targetKey] = splitEnd(command.target);
  const [given, taken] = [draft.sourcePin(command.source), draft.targetPin(command.target)];
  if (source === target && (draft.isNode(source) || key === targetKey)) {
    throw refusal("command.self-wire", "A wire cannot lead back to where it starts.", { node: source });
  }
  let wires = draft.wiresFrom(source, key);
  if (wires.includes(command.target)) {
    throw refusal("command.wire-exists", "The wire exists already.", { node: source, pin: key });
  }
  const verdict = checkWire(given, taken);
  if (!verdict.ok) {
    const message = `${command.source} does not fit ${command.target}: ${verdict.message}`;
    throw refusal("command.wire-refused", message, { node: target, pin: targetKey, path: verdict.path });
  }
  if (!isExecution(taken)) {
    draft.cut(draft.wiresInto([target]).filter((wire) => wire[2] === command.target));
    wires = draft.wiresFrom(source, key);
  }
  const index = command.index ?? wires.length;
  if (!Number.isInteger(index) || index < 0 || index > wires.length) {
    throw refusal("command.bad-order", `There is no turn ${index}.`, { node: source, pin: key });
  }
  draft.setWires(source, key, wires.toSpliced(index, 0, command.target));
}

/** Removes a wire, also one to something that is not there. */
export function disconnect(draft: Draft, command: commands.Disconnect): void {
  const [source, key] = splitEnd(command.source);
  const wires = draft.wiresFrom(source, key);
  if (!wires.includes(command.target)) {
    const message = `There is no wire from ${command.source} to ${command.target}.`;
    throw refusal("command.unknown-wire", message, { node: source, pin: key });
  }
  draft.setWires(
    source,
    key,
    wires.filter((end) => end !== command.target),
  );
}

/** Gives the wires of one output another order. */
export function orderWires(draft: Draft, command: commands.OrderWires): void {
  const [source, key] = splitEnd(command.source);
  const [old, fresh] = [draft.wiresFrom(source, key), command.to].map((ends) => ends.toSorted(byCodePoints).join("\0"));
  if (old !== fresh) {
    const message = `${command.source} does not lead to exactly these endpoints.`;
    throw refusal("command.bad-order", message, { node: source, pin: key });
  }
  draft.setWires(source, key, command.to);
}
