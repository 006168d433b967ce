import { act, cleanup, fireEvent, screen, within } from "@testing-library/react";
import { afterEach, describe, expect, test } from "vitest";

import { output, spot, wiresIn } from "~/testing/editor/desk";
import { renderPart } from "~/testing/editor/page";

import { Palette } from "./palette";

afterEach(cleanup);

function open(request: Partial<Parameters<ReturnType<typeof renderPart>["desk"]["surface"]["setState"]>[0]> | object = {}) {
  const all = renderPart(<Palette />);
  act(() => all.desk.surface.setState({ palette: { spot: spot(600, 300), ...request } }));
  const field = screen.getByRole("combobox", { name: "Add a node" });
  const type = (text: string) => fireEvent.change(field, { target: { value: text } });
  const key = (name: string) => fireEvent.keyDown(field, { key: name });
  const names = () => screen.getAllByRole("option").map((one) => one.querySelector("span")?.textContent);
  return { ...all, field, type, key, names };
}

describe("the palette", () => {
  test("has the focus, finds by name and by keyword, and inserts what is chosen", () => {
    const { desk, type, key, names, field } = open();
    expect(document.activeElement).toBe(field);
    type("begin");
    expect(names()[0]).toBe("Start");
    type("log inf");
    expect(names()[0]).toBe("Log Info");
    key("Enter");
    expect(desk.surface.getState().palette).toBeNull();
    expect(desk.selected).toHaveLength(1);
    expect(Object.keys(desk.board.nodes)).toHaveLength(5);
  });

  test("is gone through with the arrows, round", () => {
    const { type, key, field } = open();
    type("log");
    const active = () => document.getElementById(field.getAttribute("aria-activedescendant") ?? "")?.textContent;
    const first = active();
    key("ArrowDown");
    expect(active()).not.toBe(first);
    key("ArrowUp");
    expect(active()).toBe(first);
    expect(screen.getAllByRole("option").filter((one) => one.getAttribute("aria-selected") === "true")).toHaveLength(1);
  });

  test("opened by a wire it offers what fits, until all is asked for", () => {
    const { desk, key, names } = open({ from: output("add.sum") });
    expect(names()).toContain("To Text");
    expect(names()).not.toContain("Start");
    key("Tab");
    expect(names()).toContain("Start");
    fireEvent.click(screen.getByRole("button", { name: "Only what fits" }));
    expect(names()).not.toContain("Start");
    fireEvent.click(within(screen.getByRole("listbox")).getByText("To Text"));
    expect(wiresIn(desk).some((wire) => wire.startsWith("add.sum>int_to_text-"))).toBe(true);
  });

  test("Escape closes it and the board is as it was", () => {
    const { desk, key } = open();
    const before = desk.board;
    key("Escape");
    expect(screen.queryByRole("combobox")).toBeNull();
    expect(desk.board).toBe(before);
  });

  test("Escape closes it also when the focus has gone elsewhere", () => {
    const { desk } = open();
    const elsewhere = document.createElement("button");
    document.body.append(elsewhere);
    elsewhere.focus();
    fireEvent.keyDown(elsewhere, { key: "Escape" });
    expect(desk.surface.getState().palette).toBeNull();
    elsewhere.remove();
  });

  test("says when nothing is called that", () => {
    const { type } = open();
    type("qqqqzz");
    expect(screen.queryAllByRole("option")).toEqual([]);
    expect(screen.getByText(/Nothing is called that/u)).toBeTruthy();
  });

  test("Enter of somebody who is composing a word inserts nothing", () => {
    const { desk, field, type } = open();
    type("log");
    fireEvent.keyDown(field, { key: "Enter", isComposing: true });
    expect(Object.keys(desk.board.nodes)).toHaveLength(4);
  });
});
