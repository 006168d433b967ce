/** An index of boxes by place: what is near a point or in a box, without asking all of them. */
import type { Box, Point } from "./box";
import { grown, holds, overlap } from "./box";

const CELL = 512;
/** Boxes over so many cells are kept apart and asked each time. */
const MOST_CELLS = 256;

/** Boxes by id. `T` is the id, mostly a text. */
export class SpatialIndex<T> {
  readonly #boxes = new Map<T, Box>();
  readonly #cells = new Map<string, Set<T>>();
  readonly #huge = new Set<T>();

  constructor(boxes: Iterable<readonly [T, Box]> = []) {
    for (const [id, box] of boxes) {
      this.set(id, box);
    }
  }

  /** How many boxes there are. */
  get size(): number {
    return this.#boxes.size;
  }

  /** The box of an id. */
  get(id: T): Box | undefined {
    return this.#boxes.get(id);
  }

  /** Adds a box, or puts one elsewhere. */
  set(id: T, box: Box): void {
    this.delete(id);
    this.#boxes.set(id, box);
    const cells = cellsOf(box);
    if (cells === undefined) {
      this.#huge.add(id);
      return;
    }
    for (const cell of cells) {
      let members = this.#cells.get(cell);
      if (members === undefined) {
        members = new Set();
        this.#cells.set(cell, members);
      }
      members.add(id);
    }
  }

  /** Removes a box, if there is one. */
  delete(id: T): void {
    const box = this.#boxes.get(id);
    if (box === undefined) {
      return;
    }
    this.#boxes.delete(id);
    this.#huge.delete(id);
    for (const cell of cellsOf(box) ?? []) {
      const members = this.#cells.get(cell);
      members?.delete(id);
      if (members?.size === 0) {
        this.#cells.delete(cell);
      }
    }
  }

  /** Ids of the boxes that overlap a box, in the order they were added. */
  inBox(box: Box): T[] {
    const cells = cellsOf(grown(box, 1));
    if (cells === undefined) {
      return [...this.#boxes].filter(([, other]) => overlap(other, box)).map(([id]) => id);
    }
    const found = new Set<T>(this.#huge);
    for (const cell of cells) {
      for (const id of this.#cells.get(cell) ?? []) {
        found.add(id);
      }
    }
    return [...found].filter((id) => overlap(this.#boxes.get(id) as Box, box));
  }

  /** Ids of the boxes around a point; with a reach also of those so near. */
  at(point: Point, reach = 0): T[] {
    const box = grown({ ...point, width: 0, height: 0 }, Math.max(reach, 0.5));
    return this.inBox(box).filter((id) => holds(grown(this.#boxes.get(id) as Box, reach), point));
  }
}

function cellsOf(box: Box): string[] | undefined {
  const [left, top] = [Math.floor(box.x / CELL), Math.floor(box.y / CELL)];
  const [right, bottom] = [Math.floor((box.x + box.width) / CELL), Math.floor((box.y + box.height) / CELL)];
  const count = (right - left + 1) * (bottom - top + 1);
  if (!(count <= MOST_CELLS)) {
    return undefined;
  }
  const cells: string[] = [];
  for (let column = left; column <= right; column += 1) {
    for (let row = top; row <= bottom; row += 1) {
      cells.push(`${column}:${row}`);
    }
  }
  return cells;
}
