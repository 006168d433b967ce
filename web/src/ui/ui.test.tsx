import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { Component, type ReactNode } from "react";
import { afterEach, describe, expect, test, vi } from "vitest";

import { Button, confirm, Dialog, Failure, later, type ListOption, Menu, Questions, SearchList, spotBeside, Tabs, TextField, toast, Toasts } from ".";

afterEach(cleanup);

describe("a place beside something", () => {
  const viewport = { width: 400, height: 300 };
  const size = { width: 100, height: 50 };

  test("is below, and above where below has no room", () => {
    expect(spotBeside({ left: 20, top: 20, width: 40, height: 20 }, size, viewport)).toEqual({
      left: 20,
      top: 44,
      side: "bottom",
    });
    expect(spotBeside({ left: 20, top: 260, width: 40, height: 20 }, size, viewport).side).toBe("top");
  });

  test("never leaves the window", () => {
    const spot = spotBeside({ left: 390, top: 290, width: 5, height: 5 }, size, viewport, { side: "right" });
    expect(spot.left + size.width).toBeLessThanOrEqual(viewport.width);
    expect(spot.top + size.height).toBeLessThanOrEqual(viewport.height);
    expect(spotBeside({ left: 0, top: 0, width: 1, height: 1 }, { width: 900, height: 900 }, viewport)).toMatchObject({
      left: 8,
      top: 8,
    });
  });

  test("aligns to either end or the middle", () => {
    const anchor = { left: 150, top: 50, width: 40, height: 20 };
    expect(spotBeside(anchor, size, viewport, { align: "center" }).left).toBe(120);
    expect(spotBeside(anchor, size, viewport, { align: "end" }).left).toBe(90);
  });
});

test("a busy button keeps the focus and does nothing", () => {
  const click = vi.fn<() => void>();
  render(
    <Button busy onClick={click}>
      Save
    </Button>,
  );
  fireEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(click).not.toHaveBeenCalled();
  expect(screen.getByRole("button").hasAttribute("disabled")).toBe(false);
});

test("a field is tied to its name, hint and error", () => {
  const change = vi.fn<(value: string) => void>();
  render(<TextField label="Name" hint="Short" error="Too long" value="x" onChange={change} />);
  const field = screen.getByRole("textbox", { name: "Name" });
  expect(field.getAttribute("aria-invalid")).toBe("true");
  const described = (field.getAttribute("aria-describedby") ?? "").split(" ").map((id) => document.getElementById(id));
  expect(described.map((one) => one?.textContent)).toEqual(["Short", "Too long"]);
  fireEvent.change(field, { target: { value: "y" } });
  expect(change).toHaveBeenCalledWith("y");
});

test("arrow keys turn tabs, round the ends", () => {
  const change = vi.fn<(id: string) => void>();
  const tabs = [
    { id: "a", label: "A" },
    { id: "b", label: "B", count: 1200 },
  ];
  render(
    <Tabs label="Parts" tabs={tabs} value="a" onChange={change}>
      text
    </Tabs>,
  );
  expect(screen.getByRole("tab", { name: "A" }).getAttribute("aria-selected")).toBe("true");
  expect(screen.getByRole("tab", { name: "B 1,200" }).tabIndex).toBe(-1);
  fireEvent.keyDown(screen.getByRole("tab", { name: "A" }), { key: "ArrowLeft" });
  expect(change).toHaveBeenCalledWith("b");
  expect(screen.getByRole("tabpanel").textContent).toBe("text");
});

describe("a menu", () => {
  const deed = vi.fn<() => void>();
  const other = vi.fn<() => void>();
  function show() {
    render(
      <Menu
        label="More"
        items={[
          { id: "a", label: "Rename", run: other },
          { id: "b", label: "Delete", danger: true, run: deed },
          { id: "c", label: "Never", disabled: true, run: other },
        ]}
      >
        <button type="button">More</button>
      </Menu>,
    );
    fireEvent.click(screen.getByRole("button", { name: "More" }));
  }

  test("takes the focus, is steered by arrows and letters, and chooses", () => {
    show();
    expect(document.activeElement?.textContent).toBe("Rename");
    fireEvent.keyDown(document.activeElement as Element, { key: "ArrowUp" });
    expect(document.activeElement?.textContent).toBe("Never");
    fireEvent.click(document.activeElement as Element);
    expect(other).not.toHaveBeenCalled();
    fireEvent.keyDown(document.activeElement as Element, { key: "d" });
    expect(document.activeElement?.textContent).toBe("Delete");
    fireEvent.click(document.activeElement as Element);
    expect(deed).toHaveBeenCalledOnce();
    expect(screen.queryByRole("menu")).toBeNull();
  });

  test("closes with Escape and with a press elsewhere", () => {
    show();
    fireEvent.keyDown(screen.getByRole("menu"), { key: "Escape" });
    expect(screen.queryByRole("menu")).toBeNull();
    fireEvent.click(screen.getByRole("button", { name: "More" }));
    fireEvent.pointerDown(document.body);
    expect(screen.queryByRole("menu")).toBeNull();
  });
});

describe("a list with a field", () => {
  const options = [
    { id: "1", label: "Branch", words: "if else", group: "Control" },
    { id: "2", label: "For Each", group: "Control" },
    { id: "3", label: "Add", words: "plus", group: "Math" },
  ];

  test("filters by all words and chooses with Enter", () => {
    const choose = vi.fn<(option: ListOption) => void>();
    render(<SearchList label="Nodes" options={options} onChoose={choose} />);
    const field = screen.getByRole("combobox", { name: "Nodes" });
    expect(screen.getAllByRole("option")).toHaveLength(3);
    fireEvent.change(field, { target: { value: "if" } });
    expect(screen.getAllByRole("option").map((one) => one.textContent)).toEqual(["Branch"]);
    fireEvent.keyDown(field, { key: "Enter" });
    expect(choose).toHaveBeenCalledWith(options[0]);
  });

  test("the arrows move what is chosen, and the field says which", () => {
    render(<SearchList label="Nodes" options={options} onChoose={vi.fn<(option: ListOption) => void>()} empty="None" />);
    const field = screen.getByRole("combobox");
    fireEvent.keyDown(field, { key: "ArrowUp" });
    const active = document.getElementById(field.getAttribute("aria-activedescendant") ?? "");
    expect(active?.textContent).toBe("Add");
    fireEvent.change(field, { target: { value: "zzz" } });
    expect(screen.getByText("None")).toBeTruthy();
  });
});

test("a dialog is named, closes on cancel, and gives the focus back", () => {
  const close = vi.fn<() => void>();
  const before = document.createElement("button");
  document.body.append(before);
  before.focus();
  const { unmount } = render(
    <Dialog title="Delete?" description="For good" onClose={close}>
      <button type="button">in</button>
    </Dialog>,
  );
  const dialog = screen.getByRole("dialog", { name: "Delete?" });
  fireEvent(dialog, new Event("cancel", { cancelable: true }));
  expect(close).toHaveBeenCalledOnce();
  unmount();
  expect(document.activeElement).toBe(before);
  before.remove();
});

describe("a dialog begins at what it asks first", () => {
  const none = () => {};
  const footer = (
    <>
      <Button onClick={none}>Cancel</Button>
      <Button onClick={none}>Go</Button>
    </>
  );

  test("its first field, of a choice the chosen one", () => {
    render(
      <Dialog title="T" onClose={none} footer={footer}>
        <input type="radio" name="one" aria-label="a" />
        <input type="radio" name="one" aria-label="b" defaultChecked />
        <input aria-label="c" />
      </Dialog>,
    );
    expect(document.activeElement?.getAttribute("aria-label")).toBe("b");
  });

  test("without fields the way on", () => {
    render(<Dialog title="T" onClose={none} footer={footer} />);
    expect(document.activeElement?.textContent).toBe("Go");
  });

  test("itself while there is nothing, not its Close button; then what came", async () => {
    const { rerender } = render(<Dialog title="T" onClose={none} />);
    expect(document.activeElement).toBe(screen.getByRole("dialog"));
    rerender(
      <Dialog title="T" onClose={none}>
        <input aria-label="late" />
      </Dialog>,
    );
    await vi.waitFor(() => expect(document.activeElement?.getAttribute("aria-label")).toBe("late"));
  });
});

test("a question is answered by its buttons", async () => {
  render(<Questions />);
  const answer = confirm({ title: "Delete board?", yes: "Delete" });
  fireEvent.click(await screen.findByRole("button", { name: "Delete" }));
  expect(await answer).toBe(true);
  const second = confirm({ title: "Again?", yes: "Yes" });
  fireEvent.click(await screen.findByRole("button", { name: "Cancel" }));
  expect(await second).toBe(false);
});

test("a message is shown once, and leaves when dismissed", async () => {
  render(<Toasts />);
  toast({ title: "Saved", stays: 0 });
  toast({ title: "Saved", detail: "again", stays: 0 });
  expect(await screen.findAllByText("Saved")).toHaveLength(1);
  fireEvent.click(screen.getByRole("button", { name: "Dismiss" }));
  expect(screen.queryByText("Saved")).toBeNull();
});

test("a failure says what, what to do and the id, and tries again", () => {
  const retry = vi.fn<() => void>();
  render(<Failure trouble={{ title: "No", detail: "Why", remedy: "Do", requestId: "r-9" }} onRetry={retry} />);
  expect(screen.getByRole("alert").textContent).toContain("r-9");
  fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(retry).toHaveBeenCalledOnce();
});

test("a missing permission is named instead", () => {
  render(<Failure trouble={{ title: "No", permission: "ReadLogs" }} />);
  expect(screen.getByText("ReadLogs")).toBeTruthy();
  expect(screen.queryByRole("button")).toBeNull();
});

describe("a part that comes later", () => {
  interface Named {
    readonly name: string;
  }
  const Real = ({ name }: Named) => <p>Here is {name}</p>;

  class Catch extends Component<{ readonly children: ReactNode }, { readonly words: string }> {
    override state = { words: "" };
    static getDerivedStateFromError = (error: Error) => ({ words: error.message });
    override render() {
      return this.state.words === "" ? this.props.children : <p>{this.state.words}</p>;
    }
  }

  test("has its place kept until it is there, and is drawn at once from then on", async () => {
    const load = vi.fn<() => Promise<typeof Real>>(() => Promise.resolve(Real));
    const Part = later(load, () => <p>Its place</p>);
    const first = render(<Part name="one" />);
    expect(first.container.textContent).toBe("Its place");
    await screen.findByText("Here is one");
    expect(render(<Part name="two" />).container.textContent).toBe("Here is two");
    expect(load).toHaveBeenCalledTimes(1);
  });

  test("may be fetched before it is shown", async () => {
    const Part = later(() => Promise.resolve(Real));
    await Part.fetch();
    expect(render(<Part name="one" />).container.textContent).toBe("Here is one");
  });

  test("that does not come is told to the screen, and asked for again", async () => {
    const silent = vi.spyOn(console, "error").mockReturnValue();
    const load = vi.fn<() => Promise<typeof Real>>().mockRejectedValueOnce(new Error("gone")).mockResolvedValue(Real);
    const Part = later(load);
    const page = (key: string) => (
      <Catch key={key}>
        <Part name="one" />
      </Catch>
    );
    const shown = render(page("a"));
    expect(await screen.findByText("gone")).toBeTruthy();
    shown.rerender(page("b"));
    expect(await screen.findByText("Here is one")).toBeTruthy();
    silent.mockRestore();
  });
});
