import { act, cleanup, fireEvent, screen, waitFor } from "@testing-library/react";
import type { ComponentProps } from "react";
import { afterEach, describe, expect, test, vi } from "vitest";

import { boardOf, node, sampleBoard, value } from "~/core/testing/boards";
import { renderPart } from "~/testing/editor/page";

import { FarContext } from "../state/context";
import type { FrameView, NodeView } from "../view/model";
import { BoardNode, type Difference } from "./board-node";
import { FrameNode } from "./frame-node";
import { FrameText, headed } from "./frame-text";

afterEach(cleanup);

type Props = ComponentProps<typeof BoardNode>;

/** A node of a desk, drawn anew when it changes. */
function drawn(board = sampleBoard(), id = "add", more: { far?: boolean; change?: Difference } = {}) {
  const all = renderPart(null, { board });
  const view = () => all.desk.scene.things.get(id) as NodeView;
  const part = () => (
    <FarContext value={more.far ?? false}>
      <BoardNode {...({ data: { view: view(), ...(more.change === undefined ? {} : { change: more.change }) }, selected: false, id } as unknown as Props)} />
    </FarContext>
  );
  all.page.unmount();
  const page = renderPart(part(), { board });
  return { ...page, node: () => document.getElementById(`node-${id}`) as HTMLElement };
}

const HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';

describe("a node on the ground", () => {
  test("shows its title, pins and literals", () => {
    const { node: element } = drawn();
    expect(element().textContent).toContain("Add");
    expect([...element().querySelectorAll("[data-pin]")].map((pin) => (pin as HTMLElement).dataset["pin"])).toEqual(["in:integer1", "in:integer2", "out:sum"]);
    expect(element().querySelector("[data-literal=integer1]")?.textContent).toBe("1");
  });

  test("hostile names, notes and values are text and never markup", () => {
    const board = boardOf(
      node("log", "log_info"),
      { command: "rename", id: "log", name: HOSTILE.slice(0, 120) },
      { command: "set_comment", id: "log", comment: HOSTILE },
      value("log", "message", HOSTILE),
    );
    const { node: element } = drawn(board, "log");
    expect(element().querySelector("img, script")).toBeNull();
    expect(element().textContent).toContain("<img src=x");
    expect((window as { hacked?: number }).hacked).toBeUndefined();
  });

  test("far away it is a titled box", () => {
    const { node: element } = drawn(sampleBoard(), "add", { far: true });
    expect(element().textContent).toBe("Add");
    expect(element().querySelector("[data-pin]")).toBeNull();
  });

  test("tells its state in a run in words, and what to do about a failure", async () => {
    const { desk, node: element } = drawn();
    act(() => desk.lives.put("add", { state: "failed", count: 3, totalUs: 1500, message: `Too ${HOSTILE}`, remedy: "Make it smaller" }));
    await waitFor(() => expect(element().textContent).toContain("Failed"));
    expect(element().textContent).toContain("Make it smaller");
    expect(element().querySelector("img")).toBeNull();
    act(() => desk.lives.put("add", { state: "done", count: 3, totalUs: 1500 }));
    await waitFor(() => expect(element().textContent).toContain("3× · 1.5 ms"));
  });

  test("a change against another version has a sign with a word", () => {
    drawn(sampleBoard(), "add", { change: "removed" });
    expect(screen.getByRole("img", { name: "Removed" })).toBeTruthy();
  });

  test("while a wire is drawn, pins that do not fit are dimmed", () => {
    const { desk, node: element } = drawn();
    act(() =>
      desk.stage.setState({
        wiring: { from: { node: "text", side: "out", key: "text" }, armed: true, fit: ({ side }) => (side === "in" ? "unfit" : "fits") },
      }),
    );
    expect(element().querySelector('[data-pin="in:integer1"]')?.className).toContain("unfit");
    expect(element().querySelector('[data-pin="out:sum"]')?.className).not.toContain("unfit");
  });
});

describe("a literal in its place", () => {
  const edit = (key: string, board = sampleBoard(), id = "add") => {
    const all = drawn(board, id);
    act(() => all.desk.stage.setState({ editing: { kind: "literal", node: id, key } }));
    const field = all.node().querySelector<HTMLInputElement>("input, select");
    return { ...all, field: field as HTMLInputElement };
  };

  test("is kept by Enter, one step of undo", () => {
    const { desk, session, field } = edit("integer1");
    fireEvent.change(field, { target: { value: "41" } });
    fireEvent.keyDown(field, { key: "Enter" });
    expect(desk.board.nodes["add"]?.in?.["integer1"]?.value).toBe(41);
    expect(desk.stage.getState().editing).toBeNull();
    act(() => session.undo());
    expect(desk.board.nodes["add"]?.in?.["integer1"]?.value).toBe(1);
  });

  test("is given up by Escape, and refused with words where it means nothing", () => {
    const { desk, field } = edit("integer1");
    fireEvent.change(field, { target: { value: "many" } });
    fireEvent.keyDown(field, { key: "Enter" });
    expect(screen.getByRole("alert").textContent).not.toBe("");
    expect(desk.stage.getState().editing).not.toBeNull();
    fireEvent.keyDown(field, { key: "Escape" });
    expect(desk.board.nodes["add"]?.in?.["integer1"]?.value).toBe(1);
    expect(desk.stage.getState().editing).toBeNull();
  });

  test("numbers step with the arrows, Tab goes on to the next", () => {
    const { desk, field } = edit("integer1");
    fireEvent.keyDown(field, { key: "ArrowUp" });
    fireEvent.keyDown(field, { key: "ArrowUp", shiftKey: true });
    expect(field.value).toBe("12");
    fireEvent.keyDown(field, { key: "Tab" });
    expect(desk.board.nodes["add"]?.in?.["integer1"]?.value).toBe(12);
    expect(desk.stage.getState().editing).toMatchObject({ key: "integer2" });
  });

  test("a choice is chosen from a list", () => {
    const { desk, field } = edit("mode", boardOf(node("login", "login")), "login");
    fireEvent.change(field, { target: { value: "safe" } });
    expect(desk.board.nodes["login"]?.in?.["mode"]?.value).toBe("safe");
  });

  test("a secret is typed unseen and never shown", () => {
    const { field } = edit("password", boardOf(node("login", "login"), value("login", "password", "hunter2")), "login");
    expect(field.type).toBe("password");
    expect(field.value).toBe("");
  });

  test("a text of many lines goes on in a panel of its own", () => {
    const { desk, field } = edit("user", boardOf(node("login", "login")), "login");
    fireEvent.change(field, { target: { value: "first" } });
    fireEvent.keyDown(field, { key: "Enter", shiftKey: true });
    expect(desk.surface.getState().literal).toEqual({ node: "login", key: "user", start: "first\n" });
  });

  test("100,000 characters are drawn as a few", () => {
    const { node: element } = drawn(boardOf(node("log", "log_info"), value("log", "message", "x".repeat(100_000))), "log");
    expect(element().textContent?.length).toBeLessThan(400);
  });
});

const frame = (content: string, more: Partial<FrameView> = {}): FrameView => ({
  id: "note",
  kind: "frame",
  content,
  medium: "Text",
  color: "",
  locked: false,
  width: 300,
  height: 200,
  label: "Comment",
  ...more,
});

describe("a comment", () => {
  test("has a head", () => {
    expect(headed("Check: an order without lines")).toEqual({ head: "Check", rest: " · an order without lines" });
    expect(headed("Short\nand more")).toEqual({ head: "Short", rest: "\nand more" });
    expect(headed("x".repeat(100)).head).toBe("");
  });

  test("reads Markdown without making markup, links or pictures of it", async () => {
    const text = `**bold** ${HOSTILE} [go](javascript:alert(1)) ![p](http://evil.example/x.png)`;
    renderPart(<FrameText view={frame(text)} far={false} />);
    await waitFor(() => expect(document.querySelector("strong")?.textContent).toBe("bold"));
    expect(document.querySelector("a, img, script")).toBeNull();
    expect(document.body.textContent).toContain("<script>");
  });

  test("shows pictures that are written into the board, and fetches none", () => {
    renderPart(<FrameText view={frame("https://evil.example/x.png", { medium: "Image" })} far={false} />);
    expect(document.querySelector("img")).toBeNull();
    cleanup();
    renderPart(<FrameText view={frame("data:image/png;base64,AAAA", { medium: "Image" })} far={false} />);
    expect(document.querySelector("img")?.getAttribute("src")).toBe("data:image/png;base64,AAAA");
    cleanup();
    renderPart(<FrameText view={frame('data:image/svg+xml,<svg onload="x">', { medium: "Image" })} far={false} />);
    expect(document.querySelector("img, svg")).toBeNull();
  });

  test("is written in its place; what was typed is kept, also by Escape", () => {
    const board = boardOf({ command: "upsert_comment", id: "note", comment: { content: "" }, place: { x: 0, y: 0, width: 300, height: 200 } });
    const view = frame("");
    const { desk } = renderPart(<FrameNode {...({ data: { view }, selected: true, id: "note" } as unknown as ComponentProps<typeof FrameNode>)} />, { board });
    act(() => desk.stage.setState({ editing: { kind: "frame", node: "note" } }));
    const field = screen.getByLabelText("Text of the comment");
    fireEvent.change(field, { target: { value: "Why" } });
    fireEvent.keyDown(field, { key: "Escape" });
    expect(desk.board.comments["note"]?.content).toBe("Why");
  });
});

test("nodes draw without warnings", () => {
  const warned = vi.spyOn(console, "error").mockImplementation(() => {});
  drawn();
  expect(warned).not.toHaveBeenCalled();
  warned.mockRestore();
});
