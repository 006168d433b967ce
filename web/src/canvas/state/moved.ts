/** Where things are that are being dragged. Not part of the board until they are let go. */
import type { Point } from "~/core";

export class Moved {
  #places: ReadonlyMap<string, Point> = new Map();
  readonly #listeners = new Set<() => void>();

  get = (): ReadonlyMap<string, Point> => this.#places;

  set(places: ReadonlyMap<string, Point>): void {
    if (places.size === 0 && this.#places.size === 0) {
      return;
    }
    this.#places = places;
    for (const listener of this.#listeners) {
      listener();
    }
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}
