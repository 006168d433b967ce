/** The wires of the open layer, found from their sources. */
import { type Output, type PinDefinition, type PinTable, splitEnd, type Table } from "~/core";

import { HUES } from "../look/types";
import type { WireView } from "./model";
import type { SceneInput } from "./scene";

/** Something in the open layer that wires leave from or lead to. */
export interface WireSource {
  /** Its id on the ground. */
  readonly thing: string;
  /** Its id in the document. */
  readonly entity: string;
  readonly inputs: PinTable;
  readonly outputs: PinTable;
  readonly out: Table<Output> | undefined;
}

export interface FoundWires {
  readonly wires: readonly WireView[];
  readonly wiredIn: ReadonlyMap<string, ReadonlySet<string>>;
  readonly wiredOut: ReadonlyMap<string, ReadonlySet<string>>;
}

interface Landing {
  readonly thing: string;
  readonly pin: PinDefinition;
}

export function wiresOf(input: SceneInput, sources: readonly WireSource[]): FoundWires {
  const wires: WireView[] = [];
  const wiredIn = new Map<string, Set<string>>();
  const wiredOut = new Map<string, Set<string>>();
  const landings = landingsOf(sources);
  for (const source of sources) {
    for (const key of Object.keys(source.out ?? {})) {
      const pin = source.outputs.get(key);
      const ends = source.out?.[key]?.to ?? [];
      if (pin === undefined || ends.length === 0) {
        continue;
      }
      note(wiredOut, source.thing, key);
      for (const end of ends) {
        const landing = landings.get(end);
        if (landing === undefined) {
          continue;
        }
        note(wiredIn, landing.thing, splitEnd(end)[1]);
        wires.push(wireBetween(input, source, key, pin, end, landing));
      }
    }
  }
  for (const end of endsElsewhere(input, sources)) {
    const landing = landings.get(end);
    if (landing !== undefined) {
      note(wiredIn, landing.thing, splitEnd(end)[1]);
    }
  }
  return { wires, wiredIn, wiredOut };
}

/** Where wires lead that leave from other layers: seldom into this one, but then the pin is taken. */
function* endsElsewhere({ board }: SceneInput, sources: readonly WireSource[]): Generator<string> {
  if (Object.keys(board.layers).length === 0) {
    return;
  }
  const here = new Set(sources.map((source) => source.entity));
  for (const table of [board.nodes, board.layers]) {
    for (const id of Object.keys(table)) {
      if (!here.has(id)) {
        for (const output of Object.values(table[id]?.out ?? {})) {
          yield* output.to ?? [];
        }
      }
    }
  }
}

function landingsOf(sources: readonly WireSource[]): Map<string, Landing> {
  const landings = new Map<string, Landing>();
  for (const { thing, entity, inputs } of sources) {
    for (const [key, pin] of inputs) {
      landings.set(`${entity}.${key}`, { thing, pin });
    }
  }
  return landings;
}

function note(into: Map<string, Set<string>>, id: string, key: string): void {
  const keys = into.get(id);
  if (keys === undefined) {
    into.set(id, new Set([key]));
  } else {
    keys.add(key);
  }
}

function wireBetween(
  input: SceneInput,
  source: WireSource,
  key: string,
  bare: PinDefinition,
  end: string,
  landing: Landing,
): WireView {
  const targetKey = splitEnd(end)[1];
  const pin = input.resolve(source.thing, "out", key, bare);
  const target = input.resolve(landing.thing, "in", targetKey, landing.pin);
  const exec = pin.type === "Execution";
  const fn = targetKey === "fn_ref";
  const from = `${source.entity}.${key}`;
  return {
    id: `${from}>${end}`,
    source: from,
    target: end,
    from: { node: source.thing, side: "out", key },
    to: { node: landing.thing, side: "in", key: targetKey },
    kind: exec ? "exec" : fn ? "fn" : "data",
    hue: fn ? "fn" : HUES[pin.type === "Generic" ? target.type : pin.type],
    bad: input.refusal(pin, target),
  };
}
