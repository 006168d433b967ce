/** The rows of the outline: what runs after what, each node once, then what nothing leads to. */
import type { PinView, SceneView } from "~/canvas";

export interface OutlineRow {
  readonly id: string;
  readonly thing: string;
  readonly depth: number;
  /** Whether it is unfolded; undefined if it has nothing inside. */
  readonly open: boolean | undefined;
  readonly pin?: PinView;
}

/** Deeper than this, rows are not indented further. */
const DEEPEST = 8;

export function outlineOf(scene: SceneView, isStart: (id: string) => boolean, open: ReadonlySet<string>): readonly OutlineRow[] {
  const rows: OutlineRow[] = [];
  const seen = new Set<string>();
  const next = successors(scene);
  const visit = (id: string, depth: number) => {
    const stack: [string, number][] = [[id, depth]];
    for (let step = stack.pop(); step !== undefined; step = stack.pop()) {
      const [at, level] = step;
      if (!seen.has(at)) {
        seen.add(at);
        pushThing(rows, scene, at, Math.min(level, DEEPEST), open);
        const after = next.get(at) ?? [];
        for (const one of after.toReversed()) {
          stack.push([one, after.length > 1 ? level + 1 : level === depth ? level + 1 : level]);
        }
      }
    }
  };
  const ids = inReadingOrder(scene);
  for (const id of ids) {
    if (isStart(id)) {
      visit(id, 0);
    }
  }
  for (const id of ids) {
    if (scene.things.get(id)?.kind !== "frame") {
      visit(id, 0);
    }
  }
  for (const id of ids) {
    if (!seen.has(id)) {
      pushThing(rows, scene, id, 0, open);
    }
  }
  return rows;
}

function pushThing(rows: OutlineRow[], scene: SceneView, id: string, depth: number, open: ReadonlySet<string>): void {
  const view = scene.things.get(id);
  const pins = view === undefined || view.kind === "frame" ? [] : view.pins;
  const isOpen = pins.length === 0 ? undefined : open.has(id);
  rows.push({ id, thing: id, depth, open: isOpen });
  if (isOpen === true) {
    for (const pin of pins) {
      rows.push({ id: `${id} ${pin.side}:${pin.key}`, thing: id, depth: depth + 1, open: undefined, pin });
    }
  }
}

/** What execution goes on to, and pure nodes before what pulls them would come too late: they follow it. */
function successors(scene: SceneView): ReadonlyMap<string, readonly string[]> {
  const next = new Map<string, string[]>();
  const add = (from: string, to: string) => {
    const list = next.get(from);
    if (list === undefined) {
      next.set(from, [to]);
    } else if (!list.includes(to)) {
      list.push(to);
    }
  };
  for (const wire of scene.wires.values()) {
    if (wire.kind === "exec") {
      add(wire.from.node, wire.to.node);
    }
  }
  for (const wire of scene.wires.values()) {
    const source = scene.things.get(wire.from.node);
    if (wire.kind === "data" && source?.kind === "node" && source.tint === "pure") {
      add(wire.to.node, wire.from.node);
    }
  }
  return next;
}

function inReadingOrder(scene: SceneView): string[] {
  const at = (id: string) => scene.places.get(id) ?? { x: 0, y: 0 };
  return [...scene.things.keys()].sort((one, two) => at(one).x - at(two).x || at(one).y - at(two).y);
}
