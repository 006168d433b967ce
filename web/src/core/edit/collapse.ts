/**
 * A part of the board becomes a layer, and a layer dissolves. Behaviour stays as it was.
 *
 * Wires that enter the new layer share a relay pin per inner pin; wires that leave share one per
 * inner data output, and one per run of neighbours at an execution output, so that their order is
 * kept.
 */
import type { PinDefinition } from "../definition";
import { isExecution } from "../definition";
import type { Layer, Output, Place } from "../document";
import { ERROR_PIN } from "../document";
import { table } from "../json";
import { splitEnd, splitKey } from "../pins";
import { byCodePoints } from "./change";
import type * as commands from "./commands";
import type { Draft, Wire } from "./draft";
import { sortedWires } from "./draft";
import { refusal } from "./refusal";
import { tidyLayer, tidyPin, tidyPins } from "./tidy";
import { checkName, checkPlace, coordinate } from "./values";

/** The relay pins of a layer that is being made. */
class Bridges {
  readonly inward: PinDefinition[] = [];
  readonly outward: PinDefinition[] = [];
  readonly leads = new Map<string, string[]>();
  readonly #draft: Draft;
  readonly #layer: string;
  readonly #entered = new Map<string, string>();

  constructor(draft: Draft, layer: string) {
    this.#draft = draft;
    this.#layer = layer;
  }

  /** Endpoint of the relay that leads in to `target`. */
  enter(target: string): string {
    let relay = this.#entered.get(target);
    if (relay === undefined) {
      const name = this.#name(splitEnd(target)[1]);
      this.inward.push(relayPin(name, this.#draft.targetPin(target)));
      this.leads.set(name, [target]);
      relay = `${this.#layer}.${name}`;
      this.#entered.set(target, relay);
    }
    return relay;
  }

  /** Name of a new relay that leads out from an output. */
  leave(source: string, key: string): string {
    const name = this.#name(key);
    this.outward.push(relayPin(name, this.#draft.sourcePin(`${source}.${key}`)));
    this.leads.set(name, []);
    return name;
  }

  #name(key: string): string {
    const [name, ordinal] = splitKey(key);
    let base = ordinal === 1 ? name : `${name}_${ordinal}`;
    if (base.startsWith(ERROR_PIN)) {
      base = base.slice("auto_handle_".length);
    }
    let chosen = base;
    for (let number = 2; this.leads.has(chosen); number += 1) {
      chosen = `${base}_${number}`;
    }
    return chosen;
  }
}

function relayPin(name: string, pin: PinDefinition): PinDefinition {
  const { default: _, ...rest } = pin;
  return tidyPin({ ...rest, name, variadic: false, count: 1, lazy: false, generic: "" });
}

/** Puts entities of one layer into a new layer below it. */
export function collapse(draft: Draft, command: commands.Collapse): void {
  const id = draft.fresh(command.id);
  const name = checkName(command.name ?? "Layer", { node: id });
  const homes = new Set(command.members.map((member) => draft.homeOf(member)));
  const [parent] = homes;
  if (homes.size !== 1 || parent === undefined) {
    throw refusal("command.mixed-layers", "The selection is not within one layer.", { node: id });
  }
  const inside = new Set([
    ...command.members,
    ...draft.members(command.members.filter((member) => draft.layers[member] !== undefined)),
  ]);
  draft.put("place", id, placeOf(draft, command));
  const bridges = new Bridges(draft, id);
  for (const [source, key] of outputsOf(sortedWires(draft.wiresInto(inside)), inside)) {
    const ends = draft.wiresFrom(source, key);
    draft.setWires(
      source,
      key,
      ends.map((end) => (inside.has(splitEnd(end)[0]) ? bridges.enter(end) : end)),
    );
  }
  for (const source of [...inside].sort(byCodePoints)) {
    if (draft.isWired(source)) {
      leadOut(draft, source, inside, bridges, id);
    }
  }
  const leads = [...bridges.leads].map(([key, to]): [string, Output] => [key, to.length > 0 ? { to } : {}]);
  const pins = tidyPins({ in: bridges.inward, out: bridges.outward });
  draft.put("layer", id, tidyLayer({ name, parent, pins, out: table(leads) }));
  for (const member of command.members) {
    draft.setHome(member, id);
  }
}

/** The outputs of wires, each once, in the order of the wires. */
function outputsOf(wires: readonly Wire[], without: ReadonlySet<string>): (readonly [string, string])[] {
  const found = new Map<string, readonly [string, string]>();
  for (const [source, key] of wires) {
    if (!without.has(source)) {
      found.set(`${source}.${key}`, [source, key]);
    }
  }
  return [...found.values()];
}

function leadOut(draft: Draft, source: string, inside: ReadonlySet<string>, bridges: Bridges, layer: string): void {
  for (const key of Object.keys(draft.wired(source).out ?? {}).sort(byCodePoints)) {
    const ends = draft.wiresFrom(source, key);
    const isInside = (end: string) => inside.has(splitEnd(end)[0]);
    if (ends.every(isInside)) {
      continue;
    }
    const ordered = isExecution(draft.sourcePin(`${source}.${key}`));
    const kept: string[] = [];
    let relay = "";
    for (const end of ends) {
      if (isInside(end)) {
        kept.push(end);
        relay = ordered ? "" : relay;
        continue;
      }
      if (relay === "") {
        relay = bridges.leave(source, key);
        kept.push(`${layer}.${relay}`);
      }
      bridges.leads.get(relay)?.push(end);
    }
    draft.setWires(source, key, kept);
  }
}

/** Dissolves a layer; each wire into a relay leads where the relay led, in its place. */
export function expand(draft: Draft, command: commands.Expand): void {
  const { id } = command;
  const layer = draft.layer(id);
  for (const [source, key] of outputsOf(draft.wiresInto([id]), new Set([id]))) {
    const ends = new Set<string>();
    for (const end of draft.wiresFrom(source, key)) {
      for (const further of onward(layer, id, end, new Set())) {
        ends.add(further);
      }
    }
    draft.setWires(source, key, [...ends]);
  }
  const parent = layer.parent ?? "";
  for (const kind of ["node", "comment", "layer"] as const) {
    for (const member of Object.keys(draft.table(kind))) {
      if (draft.homeOf(member) === id) {
        draft.setHome(member, parent);
      }
    }
  }
  draft.drop("layer", id);
  draft.drop("place", id);
}

function onward(layer: Layer, id: string, end: string, passed: ReadonlySet<string>): string[] {
  const [entity, key] = splitEnd(end);
  if (entity !== id) {
    return [end];
  }
  if (passed.has(key)) {
    return [];
  }
  const further = layer.out?.[key]?.to ?? [];
  return further.flatMap((each) => onward(layer, id, each, new Set([...passed, key])));
}

function placeOf(draft: Draft, command: commands.Collapse): Place {
  if (command.place !== undefined && command.place !== null) {
    return checkPlace(command.place, command.id);
  }
  const places = command.members.map((member) => draft.layout[member] ?? {});
  const middle = (values: number[]) => coordinate(Math.min(...values) / 2 + Math.max(...values) / 2, command.id);
  return {
    x: middle(places.map((place) => place.x ?? 0)),
    y: middle(places.map((place) => place.y ?? 0)),
  };
}
