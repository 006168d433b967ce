import { describe, expect, test } from "vitest";

import type { EventDocument } from "~/api";

import { boardIdOf, eventGlyph, eventWay, idFrom } from "./words";

const event = (rest: Partial<EventDocument>): EventDocument => ({
  format: "flowlike.event/1",
  id: "e",
  name: "E",
  board: "b",
  node: "n",
  ...rest,
});

test("an event says what starts it", () => {
  expect(eventWay(event({ kind: "http", method: "POST", path: "/orders" }))).toBe("POST /orders");
  expect(eventWay(event({ kind: "generic" }))).toBe("Form");
  expect(eventWay(event({}))).toBe("Quick action");
  expect(eventGlyph(event({ kind: "http" }))).toBe("webhook");
});

test("a board is named by id or by file", () => {
  expect(boardIdOf("boards/triage.board.json")).toBe("triage");
  expect(boardIdOf("triage")).toBe("triage");
});

describe("an id from a name", () => {
  test.each([
    ["Order received", "order-received"],
    ["  Über-Größe! ", "uber-gro-e"],
    ["日本", "event"],
    ["a".repeat(80), "a".repeat(48)],
  ])("%s", (name, id) => {
    expect(idFrom(name, [])).toBe(id);
  });

  test("is free", () => {
    expect(idFrom("Sum", ["sum", "sum-2"])).toBe("sum-3");
  });
});
