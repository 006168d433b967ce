import { describe, expect, test } from "vitest";

import { boardOf, node, sampleBoard, TYPES, value, wire } from "~/core/testing/boards";
import { type Board, typesOf } from "~/core";

import { FlowModel, isEnd } from "../flow/model";
import type { FrameView, NodeView } from "./model";
import { ENTRY, endOfPlace, EXIT, pinAt, placeOfEnd, Scene, type SceneInput, type SceneView } from "./scene";

const NONE: ReadonlySet<string> = new Set();

function sceneOf(board: Board, more: Partial<SceneInput> = {}, scene = new Scene()): SceneView {
  return scene.update({
    board,
    types: TYPES,
    layer: "",
    unfolded: NONE,
    problems: new Map(),
    resolve: (_id, _side, _key, pin) => pin,
    refusal: () => "",
    ...more,
  });
}

function nodeIn(scene: SceneView, id: string): NodeView {
  return scene.things.get(id) as NodeView;
}

const pinOf = (view: NodeView, key: string) => view.pins.find((pin) => pin.key === key);

describe("a node", () => {
  test("shows its pins, literals and what is wired", () => {
    const scene = sceneOf(sampleBoard());
    const add = nodeIn(scene, "add");
    expect(add).toMatchObject({ kind: "node", title: "Add", tint: "pure", type: "int_add@1" });
    expect(pinOf(add, "integer1")).toMatchObject({ hue: "int", shape: "one", wired: false, missing: false, literal: { kind: "integer", text: "1" } });
    expect(pinOf(add, "sum")).toMatchObject({ wired: true });
    expect(pinOf(nodeIn(scene, "log"), "message")?.literal).toBeUndefined();
    expect(pinOf(nodeIn(scene, "start"), "exec_out")).toMatchObject({ hue: "exec", shape: "exec" });
  });

  test("says what it is to screen readers", () => {
    const { label } = nodeIn(sceneOf(sampleBoard(), { problems: new Map([["add", "Too small"]]) }), "add");
    expect(label).toContain("Add");
    expect(label).toContain("Too small");
  });

  test("an input that is needed and has nothing is missing", () => {
    const view = nodeIn(sceneOf(boardOf(node("text", "int_to_text"))), "text");
    expect(pinOf(view, "value")).toMatchObject({ missing: true });
  });

  test("a secret shows dots only", () => {
    const view = nodeIn(sceneOf(boardOf(node("login", "login"), value("login", "password", "hunter2"))), "login");
    expect(JSON.stringify(view)).not.toContain('"text":"hunter2"');
    expect(pinOf(view, "password")?.literal?.kind).toBe("secret");
  });

  test("hostile names are titles, nothing else; long ones and long values are cut", () => {
    const name = `<img src=x onerror=alert(1)>${"x".repeat(5000)}`;
    const board = boardOf(node("log", "log_info"), value("log", "message", "y".repeat(100_000)));
    const renamed = { ...board, nodes: { ...board.nodes, log: { ...board.nodes["log"], name } as never } };
    const view = nodeIn(sceneOf(renamed), "log");
    expect(view.width).toBeLessThan(600);
    expect(pinOf(view, "message")?.literal?.text.length).toBeLessThan(200);
  });

  test("a type that is not installed is drawn from what the board keeps, or as unknown", () => {
    const scene = sceneOf(sampleBoard(), { types: typesOf({}) });
    expect(["node", "unknown"]).toContain(nodeIn(scene, "add").kind);
    const bare = { ...sampleBoard(), types: {} };
    expect(nodeIn(sceneOf(bare, { types: typesOf({}) }), "add").kind).toBe("unknown");
  });

  test("badges tell what is off, pinned or noted", () => {
    const board = boardOf(
      node("add", "int_add"),
      { command: "set_node_setting", node: "add", setting: "disabled", value: true },
      { command: "set_node_setting", node: "add", setting: "pinned", value: { sum: 7 } },
      { command: "set_comment", id: "add", comment: "why" },
    );
    const view = nodeIn(sceneOf(board), "add");
    expect(view).toMatchObject({ off: true, note: "why" });
    expect(view.badges).toContain("pinned");
  });

  test("pins of a bend lie at its middle", () => {
    const view = nodeIn(sceneOf(boardOf(node("bend", "reroute"))), "bend");
    expect(view.kind).toBe("bend");
    expect(view.pins.map(({ y }) => y)).toEqual([view.height / 2, view.height / 2]);
  });
});

describe("views are kept", () => {
  test("as long as nothing they show changed", () => {
    const scene = new Scene();
    const board = sampleBoard();
    const before = sceneOf(board, {}, scene);
    const after = sceneOf({ ...board, nodes: { ...board.nodes, log: { ...board.nodes["log"], name: "Say" } as never } }, {}, scene);
    expect(after.things.get("add")).toBe(before.things.get("add"));
    expect(after.things.get("log")).not.toBe(before.things.get("log"));
    expect([...after.wires.values()]).toEqual([...before.wires.values()]);
    expect([...after.wires.values()].every((one) => one === before.wires.get(one.id))).toBe(true);
  });

  test("a wire that goes changes only its two ends", () => {
    const scene = new Scene();
    const board = sampleBoard();
    const before = sceneOf(board, {}, scene);
    const cut = boardOf(node("start", "start"), node("add", "int_add", 0, 160), node("text", "int_to_text", 240, 160), node("log", "log_info", 480));
    const same = { ...board, nodes: { ...board.nodes, add: { ...board.nodes["add"], out: {} } as never } };
    const after = sceneOf(same, {}, scene);
    expect(after.things.get("text")).not.toBe(before.things.get("text"));
    expect(after.things.get("start")).toBe(before.things.get("start"));
    expect(sceneOf(cut).wires.size).toBe(0);
  });
});

describe("wires", () => {
  test("have the hue of their type, and say if they do not fit", () => {
    const scene = sceneOf(sampleBoard(), { refusal: (source) => (source.type === "Integer" ? "no" : "") });
    expect(scene.wires.get("start.exec_out>log.exec_in")).toMatchObject({ kind: "exec", hue: "exec", bad: "" });
    expect(scene.wires.get("add.sum>text.value")).toMatchObject({ kind: "data", hue: "int", bad: "no" });
  });
});

describe("a layer", () => {
  const board = boardOf(
    node("start", "start"),
    node("log", "log_info", 300),
    node("more", "log_info", 600),
    wire("start.exec_out", "log.exec_in"),
    wire("log.exec_out", "more.exec_in"),
    { command: "collapse", id: "part", members: ["log"], name: "Part", place: { x: 300, y: 0 } },
  );

  test("is a node outside, with a wire through it", () => {
    const scene = sceneOf(board);
    expect(nodeIn(scene, "part")).toMatchObject({ kind: "layer", title: "Part" });
    expect([...scene.things.keys()].toSorted()).toEqual(["more", "part", "start"]);
    expect([...scene.wires.values()].map(({ from, to }) => `${from.node}>${to.node}`).toSorted()).toEqual(["part>more", "start>part"]);
  });

  test("inside it has two ends, which stand beside what is in it", () => {
    const scene = sceneOf(board, { layer: "part" });
    expect([...scene.things.keys()].toSorted()).toEqual([ENTRY, EXIT, "log"].toSorted());
    expect([...scene.wires.values()].map(({ from, to }) => `${from.node}>${to.node}`).toSorted()).toEqual([`${ENTRY}>log`, `log>${EXIT}`]);
    const [entry, exit, log] = [ENTRY, EXIT, "log"].map((id) => scene.places.get(id)?.x ?? 0) as [number, number, number];
    expect([entry < log, exit > log]).toEqual([true, true]);
    expect([isEnd(ENTRY), isEnd(EXIT), isEnd("log")]).toEqual([true, true, false]);
  });

  test("pins on the ground and ends in the document belong together", () => {
    const scene = sceneOf(board, { layer: "part" });
    const [first] = scene.wires.values();
    expect(first && endOfPlace(first.from, "part")).toBe(first?.source);
    expect(placeOfEnd(first?.source ?? "", "out", scene)).toEqual(first?.from);
    expect(placeOfEnd("more.exec_in", "in", scene)).toBeUndefined();
    expect(first && pinAt(scene, first.from)?.shape).toBe("exec");
    expect(pinAt(scene, { node: "log", side: "in", key: "gone" })).toBeUndefined();
  });
});

describe("a comment", () => {
  test("lies below what is in it, also with hostile text", () => {
    const content = "<script>alert(1)</script>";
    const board = boardOf({ command: "upsert_comment", id: "note", comment: { content, color: "red" }, place: { x: 8, y: 8, width: 300, height: 200, z: -2 } });
    const scene = sceneOf(board);
    expect(scene.things.get("note") as FrameView).toMatchObject({ kind: "frame", content, color: "red", width: 300, height: 200 });
    expect(scene.depths.get("note")).toBe(-2);
  });
});

describe("arrays for the flow", () => {
  const input = (scene: SceneView, more: object = {}) => ({ scene, selected: NONE, selectedWires: NONE, moved: new Map(), readOnly: false, ...more });

  test("stay the same until something changes", () => {
    const model = new FlowModel();
    const scene = sceneOf(sampleBoard());
    const first = model.update(input(scene));
    expect(model.update(input(scene))).toBe(first);
    const second = model.update(input(scene, { selected: new Set(["add"]) }));
    expect(second.edges).toBe(first.edges);
    expect(second.nodes.filter((one, at) => one !== first.nodes[at]).map(({ id, selected }) => [id, selected])).toEqual([["add", true]]);
    const third = model.update(input(scene, { selected: new Set(["add"]), selectedWires: new Set(["add.sum>text.value"]) }));
    expect(third.nodes).toBe(second.nodes);
    expect(third.edges.find(({ selected }) => selected)?.id).toBe("add.sum>text.value");
  });

  test("give sizes and pin places, so that nothing is measured", () => {
    const { nodes, edges } = new FlowModel().update(input(sceneOf(sampleBoard())));
    const add = nodes.find(({ id }) => id === "add");
    expect(add?.measured).toEqual({ width: add?.width, height: add?.height });
    const out = add?.handles?.find(({ id }) => id === "out:sum");
    expect([out?.x, (out?.y ?? 0) > 0, out?.type]).toEqual([add?.width, true, "source"]);
    expect(edges.find(({ id }) => id === "add.sum>text.value")).toMatchObject({ sourceHandle: "out:sum", targetHandle: "in:value", focusable: false });
  });

  test("what is dragged stands where the pointer is", () => {
    const { nodes } = new FlowModel().update(input(sceneOf(sampleBoard()), { moved: new Map([["add", { x: 1, y: 2 }]]) }));
    expect(nodes.find(({ id }) => id === "add")?.position).toEqual({ x: 1, y: 2 });
  });

  test("changes against another version are told to their things only", () => {
    const model = new FlowModel();
    const scene = sceneOf(sampleBoard());
    const { nodes } = model.update(input(scene, { changes: new Map([["log", "added"]]), readOnly: true }));
    expect(nodes.map(({ id, data, draggable }) => [id, data.change, draggable])).toContainEqual(["log", "added", false]);
    expect(nodes.find(({ id }) => id === "add")?.data.change).toBeUndefined();
  });
});
