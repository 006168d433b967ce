import { describe, expect, test } from "vitest";

import { boardOf, node, sampleBoard, value } from "~/core/testing/boards";
import { deskFor, framed } from "~/testing/editor/desk";

import type { Colors } from "../look/colors";
import { pictureOf } from "./svg";

const COLORS = new Proxy({}, { get: (_target, name) => `#${String(name)}` }) as Colors;

function drawn(svg: string): Document {
  const parsed = new DOMParser().parseFromString(svg, "image/svg+xml");
  expect(parsed.querySelector("parsererror")).toBeNull();
  return parsed;
}

describe("a picture of a board", () => {
  test("holds every card and wire, at their places", () => {
    const { desk } = deskFor(sampleBoard());
    const picture = pictureOf(desk.scene, COLORS);
    const parsed = drawn(picture?.svg ?? "");
    expect(parsed.querySelectorAll("g").length).toBe(desk.scene.things.size);
    expect(parsed.querySelectorAll('path[fill="none"]').length).toBe(desk.scene.wires.size);
    expect(picture?.svg).toContain("Log Info");
  });

  test("says as text what names and values say, and only what XML can hold", () => {
    const { desk } = deskFor(boardOf(node("log", "log_info"), value("log", "message", `<b a="1">&\u0000</b>`)));
    desk.edit([{ command: "rename", id: "log", name: "</svg><script>x" }]);
    const { svg = "" } = pictureOf(desk.scene, COLORS) ?? {};
    const parsed = drawn(svg);
    expect([parsed.querySelectorAll("script").length, parsed.querySelectorAll("b").length]).toEqual([0, 0]);
    expect(svg).toContain("&lt;/svg&gt;");
  });

  test("puts frames behind, line by line", () => {
    const { desk } = deskFor(boardOf(node("log", "log_info")));
    desk.stage.setState({ selected: new Set(["log"]) });
    framed(desk, "First\nSecond");
    const [frame, card] = [...drawn(pictureOf(desk.scene, COLORS)?.svg ?? "").querySelectorAll("g")];
    expect([...(frame?.querySelectorAll("text") ?? [])].map((each) => each.textContent)).toEqual(["First", "Second"]);
    expect(card?.textContent).toContain("Log Info");
  });

  test("of nothing is none", () => {
    expect(pictureOf(deskFor(boardOf()).desk.scene, COLORS)).toBeUndefined();
  });
});
