import { act, cleanup, renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, expect, test, vi } from "vitest";

import { deskFor } from "~/testing/editor/desk";

import { CanvasContext } from "../state/context";
import { useDragging } from "./dragging";

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

/** A drag of the node `log` by 100 to the right, not let go yet. */
function dragged() {
  vi.useFakeTimers();
  const { desk } = deskFor();
  const tools = { stage: desk.stage, lives: desk.lives, moved: desk.moved, acts: {} as never };
  const went: unknown[] = [];
  const hooks = { membersOf: () => [], spliceAt: () => "", move: (places: unknown) => void went.push(places) };
  const latest = { current: { scene: desk.scene, hooks, camera: { view: () => ({ x: 0, y: 0, width: 1000, height: 800 }) } } };
  const wrapper = ({ children }: { readonly children: ReactNode }) => <CanvasContext value={tools}>{children}</CanvasContext>;
  const { result } = renderHook(() => useDragging(latest), { wrapper });
  const at = desk.scene.places.get("log") ?? { x: 0, y: 0 };
  const node = { id: "log", position: { x: at.x + 100, y: at.y }, data: {} };
  const event = { ctrlKey: false, altKey: true } as never;
  act(() => {
    result.current.start(event, node, [node]);
    result.current.positions.set("log", node.position);
    result.current.move(event, node, [node]);
  });
  expect(desk.moved.get().get("log")).toEqual(node.position);
  return { desk, went, stop: () => result.current.stop(event, node, [node]) };
}

test("a drag whose node was removed on the way leaves nothing where it is not", () => {
  const { desk, went } = dragged();
  act(() => {
    window.dispatchEvent(new Event("pointerup"));
    vi.advanceTimersByTime(1);
  });
  expect(desk.moved.get().size).toBe(0);
  expect(went).toEqual([]);
});

test("a drag that is let go moves, once", () => {
  const { desk, went, stop } = dragged();
  act(() => {
    window.dispatchEvent(new Event("pointerup"));
    stop();
    vi.advanceTimersByTime(1);
  });
  expect(desk.moved.get().size).toBe(0);
  expect(went).toHaveLength(1);
});
