/**
 * Whether an edit, applied on top of what others did meanwhile, would replace something its author
 * never saw. Then a person decides; else it goes through, since it changes other parts.
 */
import type { Change } from "../edit/change";
import { pathOf, sameParts } from "../edit/change";
import type { Json } from "../json";
import { isObject } from "../json";

/**
 * The first change that would replace unseen work, undefined if none does.
 *
 * @param original what the edit did when it was made
 * @param again what it does now
 * @param others what others did in between
 */
export function overwritten(
  original: readonly Change[],
  again: readonly Change[],
  others: readonly Change[],
): Change | undefined {
  return again.find((change) => {
    // Where something stands is worth no question: the later move wins.
    if (change.kind === "place" || !others.some((other) => overlap(change, other))) {
      return false;
    }
    const before = original.find((each) => isSamePart(each, change));
    if (pathOf(change)[0] === "out") {
      const seen = new Set(endsOf(before?.before));
      return removedEnds(change).some((end) => !seen.has(end));
    }
    return before === undefined
      ? change.before !== undefined
      : !sameParts(change.kind, before.before, change.before);
  });
}

/** Whether two changes are of one part, or of a whole and a part of it. */
export function overlap(one: Change, other: Change): boolean {
  if (one.kind !== other.kind || (one.id ?? "") !== (other.id ?? "")) {
    return false;
  }
  const [a, b] = [pathOf(one), pathOf(other)];
  return a.slice(0, b.length).every((step, index) => step === b[index]);
}

function isSamePart(one: Change, other: Change): boolean {
  return overlap(one, other) && pathOf(one).length === pathOf(other).length;
}

function removedEnds(change: Change): string[] {
  const kept = new Set(endsOf(change.after));
  return endsOf(change.before).filter((end) => !kept.has(end));
}

function endsOf(value: Json | undefined): readonly string[] {
  return isObject(value) && Array.isArray(value.to) ? (value.to as string[]) : [];
}
