import { act, cleanup, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, test } from "vitest";

import { boardOf, node, sampleBoard, wire } from "~/core/testing/boards";

import { addVariable } from "../acts/variables";
import type { Difference } from "../desk/board-link";
import { select } from "~/canvas/state/stage";
import { deskFor, framed } from "~/testing/editor/desk";
import { renderPart } from "~/testing/editor/page";

import { DifferenceList } from "./diff";
import { labelOf, titleOf, valueOf } from "./diff-words";
import { entriesOf, HistoryPanel } from "./history";
import { OutlinePanel } from "./outline";
import { outlineOf } from "./outline-rows";
import { VariablesPanel } from "./variables";

afterEach(cleanup);

const nothing = () => {};

describe("rows of the outline", () => {
  const { desk } = deskFor(
    boardOf(
      node("start", "start"),
      node("if", "control_branch", 200),
      node("yes", "log_info", 400),
      node("no", "log_info", 400, 200),
      node("text", "int_to_text", 200, 300),
      node("lost", "log_info", 900),
      wire("start.exec_out", "if.exec_in"),
      wire("if.true", "yes.exec_in"),
      wire("if.false", "no.exec_in"),
      wire("text.text", "yes.message"),
    ),
  );
  const start = (id: string) => id === "start";

  test("follow execution, each node once, then what nothing leads to", () => {
    const rows = outlineOf(desk.scene, start, new Set());
    expect(rows.map(({ id }) => id)).toEqual(["start", "if", "yes", "text", "no", "lost"]);
    const depth = Object.fromEntries(rows.map(({ id, depth: at }) => [id, at]));
    expect([depth["start"], depth["if"], depth["yes"] === depth["no"], depth["lost"]]).toEqual([0, 1, true, 0]);
  });

  test("an open node shows its pins", () => {
    const rows = outlineOf(desk.scene, start, new Set(["if"]));
    expect(rows.filter(({ pin }) => pin !== undefined).map(({ id }) => id)).toEqual(["if in:exec_in", "if in:condition", "if out:true", "if out:false"]);
  });

  test("a ring ends", () => {
    const ring = deskFor(boardOf(node("a", "log_info"), node("b", "log_info", 300), wire("a.exec_out", "b.exec_in"), wire("b.exec_out", "a.exec_in")));
    expect(outlineOf(ring.desk.scene, () => false, new Set()).map(({ id }) => id)).toEqual(["a", "b"]);
  });
});

describe("the outline", () => {
  test("is a tree grid that is gone through by keys and leads to the node", async () => {
    const { desk } = renderPart(<OutlinePanel onClose={nothing} />);
    const grid = screen.getByRole("treegrid");
    const rows = within(grid).getAllByRole("row");
    expect(rows.map((row) => [row.getAttribute("aria-level"), row.textContent])[0]).toEqual(["1", "Start"]);
    rows[0]?.focus();
    fireEvent.keyDown(grid, { key: "ArrowDown" });
    fireEvent.keyDown(grid, { key: "Enter" });
    expect(desk.selected).toEqual(["log"]);
    fireEvent.keyDown(grid, { key: "ArrowRight" });
    await waitFor(() => expect(within(grid).getByText("Message")).toBeTruthy());
    expect(within(grid).getAllByRole("row").find((row) => row.getAttribute("aria-expanded") === "true")?.textContent).toContain("Log Info");
  });

  test("wires, renames and removes by keys", () => {
    const { desk } = renderPart(<OutlinePanel onClose={nothing} />);
    const grid = screen.getByRole("treegrid");
    fireEvent.keyDown(grid, { key: "F2" });
    expect(desk.stage.getState().editing).toEqual({ kind: "title", node: "start" });
    fireEvent.keyDown(grid, { key: "ArrowRight" });
    fireEvent.keyDown(grid, { key: "ArrowRight" });
    fireEvent.keyDown(grid, { key: "w" });
    expect(desk.surface.getState().targets).toEqual({ node: "start", side: "out", key: "exec_out" });
    act(() => void fireEvent.keyDown(grid, { key: "Delete" }));
    expect(desk.scene.wires.has("start.exec_out>log.exec_in")).toBe(false);
    fireEvent.keyDown(grid, { key: "Home" });
    fireEvent.keyDown(grid, { key: "Delete" });
    expect(desk.board.nodes["start"]).toBeUndefined();
  });

  test("keeps the focus when what it stands on is removed, and writes comments too", async () => {
    const { desk } = renderPart(<OutlinePanel onClose={nothing} />, { board: boardOf(node("one", "log_info", 0, 0), node("two", "log_info", 300, 0)) });
    act(() => select(desk.stage, ["two"]));
    let note = "";
    act(() => {
      note = framed(desk, "Around");
    });
    const grid = screen.getByRole("treegrid");
    const focused = () => document.activeElement?.getAttribute("data-row");
    within(grid).getAllByRole("row")[0]?.focus();
    expect(focused()).toBe("one");
    act(() => void fireEvent.keyDown(grid, { key: "Delete" }));
    await waitFor(() => expect(focused()).toBe("two"));
    act(() => void fireEvent.keyDown(grid, { key: "End" }));
    await waitFor(() => expect(focused()).toBe(note));
    act(() => void fireEvent.keyDown(grid, { key: "F2" }));
    expect(desk.stage.getState().editing).toEqual({ kind: "frame", node: note });
    act(() => void fireEvent.keyDown(grid, { key: "Delete" }));
    await waitFor(() => expect(focused()).toBe("two"));
  });

  test("an empty board says how to begin", () => {
    renderPart(<OutlinePanel onClose={nothing} />, { board: boardOf() });
    expect(screen.getByText(/Press Tab on it/u)).toBeTruthy();
  });
});

describe("variables", () => {
  test("are added, named and typed", () => {
    const { desk } = renderPart(<VariablesPanel onClose={nothing} />, { board: boardOf() });
    fireEvent.click(screen.getAllByRole("button", { name: "Add a variable" })[0] as HTMLElement);
    const [id = ""] = Object.keys(desk.board.variables);
    const name = screen.getByLabelText("Name");
    fireEvent.change(name, { target: { value: "total" } });
    expect(desk.board.variables[id]?.name).toBe("value");
    fireEvent.blur(name);
    expect(desk.board.variables[id]?.name).toBe("total");
    fireEvent.change(screen.getByLabelText("Type"), { target: { value: "Integer" } });
    expect(desk.board.variables[id]?.type).toBe("Integer");
    expect(screen.getByText("unused")).toBeTruthy();
  });

  test("a secret shows dots and has no field for its value", () => {
    const { desk } = renderPart(<VariablesPanel onClose={nothing} />, { board: boardOf() });
    act(() => void addVariable(desk, "key"));
    fireEvent.click(screen.getByRole("button", { name: /^String/u }));
    fireEvent.click(screen.getByLabelText(/^Secret/u));
    expect(screen.getByText("••••")).toBeTruthy();
    expect(screen.queryByLabelText("Value at the start of a run")).toBeNull();
  });
});

const rowsOfHistory = [
  { revision: 1, actor: "a", actor_name: "Ada", at: "2026-11-25T10:00:00Z", kind: "edit", summary: "<b>Rename</b>" },
  { revision: 0, actor: "a", actor_name: "Ada", at: "2026-11-25T09:00:00Z", kind: "edit", summary: "Add node", version: "0.1.0" },
];

describe("history", () => {
  test("lists who did what, and compares with what was", async () => {
    const asked: string[] = [];
    renderPart(<HistoryPanel onClose={nothing} />, {
      link: {
        history: () => Promise.resolve({ items: rowsOfHistory }),
        diff: (from) => {
          asked.push(from);
          return Promise.resolve([]);
        },
      },
    });
    await screen.findByText("<b>Rename</b>");
    expect(screen.getByText("now")).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "What changed since" }));
    await screen.findByText("Nothing differs.");
    expect(asked).toEqual(["0.1.0"]);
  });

  test("a state may have many versions, and versions no edit", () => {
    const version = (name: string, revision: number) => ({ version: name, revision, actor: "a", actor_name: "Ada", created_at: "2026-11-25T08:00:00Z", message: "" });
    const versions = [version("0.3.0", 1), version("0.2.0", 1), version("0.1.0", 0)];
    const [latest] = rowsOfHistory;
    const shown = (next: string | undefined) =>
      entriesOf({ rows: latest === undefined ? [] : [latest], next, versions }).map((entry) => [entry.row.summary, ...entry.versions.map((one) => one.version)]);
    expect(shown(undefined)).toEqual([["<b>Rename</b>", "0.3.0", "0.2.0"], ["Published", "0.1.0"]]);
    expect(shown("further")).toEqual([["<b>Rename</b>", "0.3.0", "0.2.0"]]);
    versions.pop();
    expect(shown(undefined)).toEqual([["<b>Rename</b>", "0.3.0", "0.2.0"], ["The board as it was made"]]);
  });

  test("that cannot be fetched says so", async () => {
    renderPart(<HistoryPanel onClose={nothing} />, { link: { history: () => Promise.reject(new Error("No answer")) } });
    expect(await screen.findByText("No answer")).toBeTruthy();
  });

  test("of a board nobody touched is empty", async () => {
    renderPart(<HistoryPanel onClose={nothing} />);
    expect(await screen.findByText("Nothing happened yet")).toBeTruthy();
  });
});

describe("differences", () => {
  const changed: Difference = {
    kind: "node",
    id: "log",
    title: "log_info@1",
    what: "changed",
    details: [
      { path: "in.message", before: { value: "a" }, after: { value: "<i>b</i>" } },
      { path: "out.exec_out", before: { to: [] }, after: { to: ["text.value"] } },
      { path: "in.password", secret: true },
    ],
  };
  const moved: Difference = { kind: "node", id: "add", title: "int_add@1", what: "moved", details: [] };
  const { desk } = deskFor(sampleBoard());
  const { types } = desk.session;

  test("are said in names", () => {
    expect(titleOf(desk.board, types, changed)).toBe("Log Info");
    expect(titleOf(desk.board, types, { ...changed, id: "gone" })).toBe("Log Info");
    expect(titleOf(desk.board, types, { ...changed, id: "gone", title: "" })).toBe("gone");
    const words = changed.details.map((detail) => [
      labelOf(desk.board, types, changed, detail),
      valueOf(desk.board, types, detail, detail.before),
      valueOf(desk.board, types, detail, detail.after),
    ]);
    expect(words).toEqual([
      ["message", '"a"', '"<i>b</i>"'],
      ["Wires of the execution", "nothing", "To Text · value"],
      ["password", "nothing", "nothing"],
    ]);
    const layer = { path: "layer", after: "gone" };
    expect([labelOf(desk.board, types, changed, layer), valueOf(desk.board, types, layer, layer.after)]).toEqual(["Layer", "gone"]);
    expect(valueOf(desk.board, types, { path: "note" }, "x".repeat(500)).length).toBeLessThan(130);
  });

  test("are listed; what only moved is left out unless asked for; secrets are not shown", () => {
    const { page } = renderPart(<DifferenceList differences={[changed, moved]} layout={false} />);
    expect(screen.getByText('"<i>b</i>"')).toBeTruthy();
    expect(screen.getByText("changed, not shown")).toBeTruthy();
    expect(screen.queryByText("Add")).toBeNull();
    page.unmount();
    renderPart(<DifferenceList differences={[changed, moved]} layout />);
    expect(screen.getByText("Add")).toBeTruthy();
  });

  test("of places only says so", () => {
    renderPart(<DifferenceList differences={[moved]} layout={false} />);
    expect(screen.getByText("Only places differ.")).toBeTruthy();
  });
});
