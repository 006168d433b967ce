/** Type questions of the editor: which wires fit, why not, and what node would convert. */
import {
  checkWire,
  inputsOf,
  isPure,
  type NodeDefinition,
  outputsOf,
  type PinDefinition,
  showVerdict,
  type Types,
  valueTypeOf,
} from "~/core";

import { wordsFor } from "~/canvas/look/types";

const refusals = new WeakMap<PinDefinition, WeakMap<PinDefinition, string>>();

/** Why a wire between two pins does not fit; empty if it does. Each pair is asked about once. */
export function refusalOf(source: PinDefinition, target: PinDefinition): string {
  let of = refusals.get(source);
  if (of === undefined) {
    of = new WeakMap();
    refusals.set(source, of);
  }
  let words = of.get(target);
  if (words === undefined) {
    const verdict = checkWire(source, target);
    words = verdict.ok ? "" : showVerdict(verdict);
    of.set(target, words);
  }
  return words;
}

/** `String → Integer`. */
export function arrowWords(source: PinDefinition, target: PinDefinition): string {
  return `${wordsOf(source)} → ${wordsOf(target)}`;
}

export function wordsOf(pin: PinDefinition): string {
  return wordsFor(pin.type, valueTypeOf(pin));
}

/** A node that makes one type of another: its type, the pin to lead in, the pin to lead out. */
export interface ConversionNode {
  readonly type: string;
  readonly title: string;
  readonly input: string;
  readonly output: string;
}

interface Candidate extends ConversionNode {
  readonly source: PinDefinition;
  readonly target: PinDefinition;
  /** Converters that take or give anything come after those that say what they do. */
  readonly vague: boolean;
}

const NAMES = /_to_|_from_|^float_(?:floor|ceil)$|^to_|^utf8/u;

/** Nodes of a catalog that convert, found once. */
export class Conversions {
  readonly #candidates: readonly Candidate[];

  constructor(types: Types) {
    this.#candidates = [...types.keys()].flatMap((key) => {
      const definition = types.get(key);
      return definition === undefined ? [] : candidate(key, definition);
    });
  }

  /** Nodes that lead from one pin to another, the plainest first. */
  between(source: PinDefinition, target: PinDefinition): readonly ConversionNode[] {
    if (source.type === "Execution" || target.type === "Execution") {
      return [];
    }
    return this.#candidates
      .filter((one) => refusalOf(source, one.source) === "" && refusalOf(one.target, target) === "" && !idle(one, source, target))
      .sort((one, two) => Number(one.vague) - Number(two.vague))
      .slice(0, MOST);
  }
}

const MOST = 3;

/** A conversion that says nothing of either type would only hide that the types do not fit. */
function idle(one: Candidate, source: PinDefinition, target: PinDefinition): boolean {
  return one.target.type === "Generic" && target.type !== "Generic" && source.type !== "String" && source.type !== "Byte";
}

function candidate(key: string, definition: NodeDefinition): Candidate[] {
  if (!isPure(definition) || !(NAMES.test(definition.name) || (definition.category ?? "").includes("Conversion"))) {
    return [];
  }
  const needed = inputsOf(definition).filter((pin) => pin.default === undefined && pin.optional !== true);
  const [source] = needed;
  const [target] = outputsOf(definition);
  if (source === undefined || target === undefined || needed.length !== 1) {
    return [];
  }
  const vague = source.type === "Generic" || target.type === "Generic";
  const title = definition.title ?? definition.name;
  return [{ type: key, title, input: source.name, output: target.name, source, target, vague }];
}
