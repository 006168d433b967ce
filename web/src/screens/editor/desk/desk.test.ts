import { describe, expect, test } from "vitest";

import type { NodeView } from "~/canvas";
import { select } from "~/canvas/state/stage";
import { boardOf, node, sampleBoard, TYPES, wire } from "~/core/testing/boards";
import { deskFor, saidBy } from "~/testing/editor/desk";

import { Generics } from "./generics";
import { focusAfterEdits, nodeActs } from "./ground-hooks";
import { freshId } from "./ids";
import { closeFloating, createSurface } from "./surface";
import { arrowWords, Conversions, refusalOf, wordsOf } from "./types";

describe("a desk", () => {
  test("is the same object until something that is drawn changes", () => {
    const { desk, session } = deskFor();
    const before = desk.state();
    let told = 0;
    desk.subscribe(() => {
      told += 1;
    });
    desk.stage.setState({ cursor: "add" });
    expect(desk.state()).toBe(before);
    session.edit([{ command: "rename", id: "add", name: "Sum" }]);
    expect(desk.state()).not.toBe(before);
    expect(told).toBe(1);
  });

  test("what did not change is not drawn anew", () => {
    const { desk } = deskFor();
    const { scene, flow } = desk.state();
    desk.edit([{ command: "rename", id: "add", name: "Sum" }]);
    const now = desk.state();
    expect(now.scene.things.get("log")).toBe(scene.things.get("log"));
    expect(now.scene.things.get("add")).not.toBe(scene.things.get("add"));
    expect(now.flow.edges).toBe(flow.edges);
    expect(now.flow.nodes.filter((one, index) => one !== flow.nodes[index])).toHaveLength(1);
  });

  test("selecting draws only what is selected", () => {
    const { desk } = deskFor();
    const before = desk.state();
    select(desk.stage, ["add"]);
    expect(desk.state().scene).toBe(before.scene);
    expect(desk.state().flow.nodes.filter((one, index) => one !== before.flow.nodes[index]).map(({ id }) => id)).toEqual(["add"]);
  });

  test("things that are dragged stand elsewhere until they are let go", () => {
    const { desk } = deskFor();
    desk.moved.set(new Map([["add", { x: 5, y: 6 }]]));
    const dragged = desk.state().flow.nodes.find(({ id }) => id === "add");
    expect(dragged?.position).toEqual({ x: 5, y: 6 });
    expect(desk.scene.places.get("add")).toEqual({ x: 0, y: 160 });
    desk.moved.set(new Map());
    expect(desk.state().flow.nodes.find(({ id }) => id === "add")?.position).toEqual({ x: 0, y: 160 });
  });

  test("forgets what is gone: selection, cursor, what was edited", () => {
    const { desk } = deskFor();
    select(desk.stage, ["add", "log"]);
    desk.stage.setState({ cursor: "add", editing: { kind: "title", node: "add" } });
    desk.edit([{ command: "remove", ids: ["add"] }]);
    expect(desk.selected).toEqual(["log"]);
    expect(desk.stage.getState()).toMatchObject({ cursor: "", editing: null });
  });

  test.each(["leaving it", "its node being removed"])("the keys go back to the board after %s", (how) => {
    const { desk } = deskFor();
    document.body.innerHTML = '<div data-board tabindex="0"><input></div>';
    const end = focusAfterEdits(desk);
    desk.stage.setState({ editing: { kind: "title", node: "add" } });
    document.querySelector("input")?.focus();
    if (how === "leaving it") {
      nodeActs(desk).endEdit();
    } else {
      desk.edit([{ command: "remove", ids: ["add"] }]);
    }
    expect(document.activeElement).toBe(document.querySelector("[data-board]"));
    end();
    document.body.replaceChildren();
  });

  test("a board that is only shown is not changed", () => {
    const { desk } = deskFor(sampleBoard(), { readOnly: true });
    expect(desk.edit([{ command: "rename", id: "add", name: "x" }])).toBe(false);
    expect(desk.state().flow.nodes.every(({ draggable }) => draggable === false)).toBe(true);
  });

  test("says the same words again, so that they are read again", () => {
    const { desk } = deskFor();
    desk.say("Copied");
    const first = desk.stage.getState().said;
    desk.say("Copied");
    expect(desk.stage.getState().said).not.toBe(first);
    expect(saidBy(desk)).toBe("Copied");
  });

  test("closed, it hears nothing more", () => {
    const { desk, session } = deskFor();
    desk.close();
    const before = desk.state();
    session.edit([{ command: "rename", id: "add", name: "x" }]);
    expect(desk.state()).toBe(before);
  });
});

describe("generic pins", () => {
  const board = boardOf(
    node("add", "int_add"),
    node("bend", "reroute", 200),
    node("more", "reroute", 400),
    node("each", "for_each", 600),
    node("get", "variable_get", 0, 300),
    wire("add.sum", "bend.route_in"),
    wire("bend.route_out", "more.route_in"),
    { command: "upsert_variable", id: "names", variable: { name: "names", type: "String", value_type: "Array" } },
    { command: "set_pin_value", node: "get", pin: "var_ref", value: "names" },
    wire("get.value_ref", "each.array"),
  );
  const { desk } = deskFor(board);
  const typeOf = (id: string, key: string) => (desk.scene.things.get(id) as NodeView).pins.find((pin) => pin.key === key)?.type;

  test("become what is wired to them, through bends", () => {
    expect(typeOf("bend", "route_out")).toBe("Integer");
    expect(typeOf("more", "route_out")).toBe("Integer");
  });

  test("become what their variable is; an item is one of a list", () => {
    expect(typeOf("get", "value_ref")).toMatch(/String/u);
    expect(typeOf("each", "value")).toBe("String");
  });

  test("in a ring of bends an end is found", () => {
    const ring = boardOf(node("a", "reroute"), node("b", "reroute"), wire("a.route_out", "b.route_in"), wire("b.route_out", "a.route_in"));
    const generics = new Generics(ring, TYPES);
    const pin = TYPES.get("reroute@1")?.inputs?.[0];
    expect(pin && generics.resolve("a", "in", "route_in", pin).type).toBe("Generic");
  });
});

describe("types", () => {
  const pin = (id: string, side: "inputs" | "outputs", at: number) => TYPES.get(`${id}@1`)?.[side]?.[at] as never;

  test("that fit give no reason, others do, and always the same", () => {
    expect(refusalOf(pin("int_add", "outputs", 0), pin("int_to_text", "inputs", 0))).toBe("");
    const reason = refusalOf(pin("int_to_text", "outputs", 0), pin("int_add", "inputs", 0));
    expect(reason).not.toBe("");
    expect(refusalOf(pin("int_to_text", "outputs", 0), pin("int_add", "inputs", 0))).toBe(reason);
  });

  test("have words", () => {
    expect(arrowWords(pin("int_add", "outputs", 0), pin("concat", "inputs", 0))).toBe("Integer → String");
    expect(wordsOf({ name: "x", type: "String", value_type: "Array" })).toMatch(/String/u);
  });

  test("conversions are nodes that lead from one to the other; execution has none", () => {
    const conversions = new Conversions(TYPES);
    expect(conversions.between(pin("int_add", "outputs", 0), pin("concat", "inputs", 0))).toEqual([
      expect.objectContaining({ type: "int_to_text@1", input: "value", output: "text" }),
    ]);
    expect(conversions.between(pin("start", "outputs", 0), pin("concat", "inputs", 0))).toEqual([]);
    expect(conversions.between(pin("int_to_text", "outputs", 0), pin("int_add", "inputs", 0))).toEqual([]);
  });
});

function storage(start: Record<string, string> = {}) {
  const kept = { ...start };
  return { kept, getItem: (key: string) => kept[key] ?? null, setItem: (key: string, value: string) => void (kept[key] = value) };
}

describe("panels", () => {
  test("are remembered from one visit to the next, but not what floats", () => {
    const store = storage();
    const surface = createSurface(store);
    surface.setState({ left: "outline", dockHeight: 300, sheet: "keys" });
    const again = createSurface(store).getState();
    expect(again).toMatchObject({ left: "outline", dockHeight: 300, sheet: null });
  });

  test("nonsense that was kept is forgotten", () => {
    const key = "flowlike.editor.panels";
    const bad = { left: "cellar", dock: "yes", dockHeight: 1e9, dockTab: "log", minimap: false, sheet: "run" };
    const { left, dock, dockHeight, minimap, sheet } = createSurface(storage({ [key]: JSON.stringify(bad) })).getState();
    expect({ left, dock, dockHeight, minimap, sheet }).toEqual({ left: null, dock: false, dockHeight: 184, minimap: false, sheet: null });
    expect(createSurface(storage({ [key]: "{" })).getState().dock).toBe(false);
    expect(createSurface(storage({ [key]: "7" })).getState().dock).toBe(false);
  });

  test("a store that refuses does not stop anything", () => {
    const surface = createSurface({
      getItem: () => null,
      setItem: () => {
        throw new Error("full");
      },
    });
    surface.setState({ dock: true });
    expect(surface.getState().dock).toBe(true);
  });

  test("what floats is closed together", () => {
    const surface = createSurface(undefined);
    const at = { client: { x: 0, y: 0 }, ground: { x: 0, y: 0 } };
    surface.setState({ palette: { spot: at }, menu: { target: { kind: "ground" }, spot: at }, dock: true });
    closeFloating(surface);
    expect(surface.getState()).toMatchObject({ palette: null, menu: null, dock: true });
  });
});

describe("ids", () => {
  test("begin with what a thing is, and differ", () => {
    expect(freshId("Get Field!")).toMatch(/^get_field-[a-z2-9]{7}$/u);
    expect(freshId("???")).toMatch(/^n-/u);
    expect(new Set(Array.from({ length: 200 }, () => freshId("x"))).size).toBe(200);
  });
});
