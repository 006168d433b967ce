/** Where the pointer is, if it is over the ground of a board. Kept without drawing anything. */
import type { Point } from "~/core";

let last: { readonly point: Point; readonly over: boolean } | undefined;

if (typeof window !== "undefined") {
  window.addEventListener(
    "pointermove",
    (event) => {
      const over = event.target instanceof Element && event.target.closest("[data-board]") !== null;
      last = { point: { x: event.clientX, y: event.clientY }, over };
    },
    { passive: true },
  );
}

export function pointerOver(): Point | undefined {
  return last?.over === true ? last.point : undefined;
}
