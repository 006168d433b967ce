import { describe, expect, test } from "vitest";

import type { KeyPress } from "./keys";
import { chordText, isSingleLetter, matches, parseKeys, shownKeys } from "./keys";
import type { Action } from "./registry";
import { Registry } from "./registry";

const press = (key: string, modifiers = ""): KeyPress => ({
  key,
  ctrlKey: modifiers.includes("c"),
  metaKey: modifiers.includes("m"),
  altKey: modifiers.includes("a"),
  shiftKey: modifiers.includes("s"),
});

function deskOf(...actions: Partial<Action>[]): { registry: Registry; done: string[] } {
  const done: string[] = [];
  const registry = new Registry();
  registry.add(
    actions.map((action, index): Action => {
      const id = action.id ?? `a${index}`;
      return { id, label: id, group: "Test", run: () => void done.push(id), ...action };
    }),
  );
  return { registry, done };
}

describe("keys", () => {
  test.each([
    ["Mod+Z", "z", "c", "other"],
    ["Mod+Z", "z", "m", "mac"],
    ["Mod+Shift+Z", "Z", "cs", "other"],
    ["Shift+L", "L", "s", "other"],
    ["Tab", "Tab", "", "other"],
    ["Del", "Delete", "", "other"],
    ["Alt+Up", "ArrowUp", "a", "other"],
    ["Space", " ", "", "other"],
    ["?", "?", "s", "other"],
    ["+", "+", "s", "other"],
    ["Mod++", "+", "c", "other"],
    ["Mod+\\", "\\", "c", "other"],
    ["]", "]", "", "other"],
    ["1", "1", "", "other"],
    ["F2", "F2", "", "other"],
  ] as const)("%s is %s with %j on %s", (keys, key, modifiers, platform) => {
    const [chord] = parseKeys(keys);
    expect(matches(chord as never, press(key, modifiers), platform)).toBe(true);
    expect(matches(chord as never, press("q", modifiers), platform)).toBe(false);
  });

  test.each([
    ["Mod+Z", "z", ""],
    ["Z", "z", "c"],
    ["Mod+Z", "Z", "cs"],
    ["Shift+L", "l", ""],
    ["Mod+Z", "z", "cm"],
    ["D", "d", "a"],
  ])("%s is not %s with %j", (keys, key, modifiers) => {
    expect(matches(parseKeys(keys)[0] as never, press(key, modifiers), "other")).toBe(false);
  });

  test.each(["", "Mod+", "Hyper+X", "Mod+Shift"])("%j is no shortcut", (text) => {
    expect(() => parseKeys(text)).toThrow(RangeError);
  });

  test("are shown as they are printed", () => {
    expect(shownKeys(parseKeys("Mod+Shift+Z"), "mac")).toEqual([["⌘", "⇧", "Z"]]);
    expect(shownKeys(parseKeys("Mod+Shift+Z"), "other")).toEqual([["Ctrl", "Shift", "Z"]]);
    expect(shownKeys(parseKeys("G B"), "other")).toEqual([["G"], ["B"]]);
    expect(shownKeys(parseKeys("Alt+Up F10"), "other")).toEqual([["Alt", "↑"], ["F10"]]);
    expect(chordText(parseKeys("Mod+Alt+Shift+X")[0] as never)).toBe("mod+alt+shift+x");
  });

  test("of one letter are known as such", () => {
    expect(isSingleLetter(parseKeys("D"))).toBe(true);
    expect(isSingleLetter(parseKeys("G B"))).toBe(true);
    expect(isSingleLetter(parseKeys("Mod+D"))).toBe(false);
    expect(isSingleLetter(parseKeys("F2"))).toBe(false);
    expect(isSingleLetter(parseKeys("Space"))).toBe(false);
  });
});

describe("the register", () => {
  test("runs what a key means, if it makes sense", () => {
    let open = true;
    const { registry, done } = deskOf({ id: "undo", keys: ["Mod+Z"], when: () => open });
    expect(registry.press(press("z", "c"))).toBe("run");
    open = false;
    expect(registry.press(press("z", "c"))).toBe("none");
    expect(registry.can("undo")).toBe(false);
    expect(registry.run("undo")).toBe(false);
    expect(registry.run("nobody")).toBe(false);
    expect(done).toEqual(["undo"]);
  });

  test("a key may count only in some place, while menus and lists do not ask where", () => {
    let here = false;
    const { registry, done } = deskOf({ id: "remove", keys: ["Del", "G X"], keysWhen: () => here });
    expect([registry.press(press("Delete")), registry.press(press("g"))]).toEqual(["none", "none"]);
    expect([registry.can("remove"), registry.run("remove")]).toEqual([true, true]);
    here = true;
    expect(registry.press(press("Delete"))).toBe("run");
    expect(done).toEqual(["remove", "remove"]);
  });

  test("waits for the rest of a shortcut of several keys", () => {
    const { registry, done } = deskOf({ id: "boards", keys: ["G B"] }, { id: "bold", keys: ["B"] });
    expect(registry.press(press("g"))).toBe("wait");
    expect(registry.press(press("b"))).toBe("run");
    expect(registry.press(press("b"))).toBe("run");
    expect(done).toEqual(["boards", "bold"]);
    registry.press(press("g"));
    registry.forget();
    registry.press(press("b"));
    expect(done.at(-1)).toBe("bold");
    registry.press(press("g"));
    expect(registry.press(press("x"))).toBe("none");
  });

  test("a key that does not go on with what was begun counts by itself", () => {
    const { registry, done } = deskOf({ id: "boards", keys: ["G B"] }, { id: "delete", keys: ["Del"] });
    registry.press(press("g"));
    expect(registry.press(press("Delete"))).toBe("run");
    expect(done).toEqual(["delete"]);
  });

  test("in a text field only what is meant for it works", () => {
    const { registry, done } = deskOf({ id: "d", keys: ["D"] }, { id: "save", keys: ["Mod+S"], inFields: true });
    expect(registry.press(press("d"), true)).toBe("none");
    expect(registry.press(press("s", "c"), true)).toBe("run");
    expect(done).toEqual(["save"]);
  });

  test("a later action stands in front until it goes", () => {
    const { registry, done } = deskOf({ id: "esc", keys: ["Esc"] });
    const remove = registry.add([
      { id: "close", label: "Close", group: "Dialog", keys: ["Esc"], run: () => void done.push("close") },
      { id: "esc", label: "Other", group: "Dialog", run: () => void done.push("other") },
    ]);
    registry.press(press("Escape"));
    expect(registry.get("esc")?.label).toBe("Other");
    remove();
    registry.press(press("Escape"));
    expect(done).toEqual(["close", "esc"]);
    expect(registry.get("close")).toBeUndefined();
    expect(registry.list().map((action) => action.id)).toEqual(["esc"]);
  });

  test("keys can be changed, taken away, and single letters switched off", () => {
    const { registry, done } = deskOf({ id: "off", keys: ["D"] }, { id: "undo", keys: ["Mod+Z"] });
    let told = 0;
    const stop = registry.subscribe(() => {
      told += 1;
    });
    registry.configure({ remapped: { undo: ["Mod+U"] } });
    expect(registry.press(press("z", "c"))).toBe("none");
    expect(registry.press(press("u", "c"))).toBe("run");
    expect(registry.keysOf("undo")).toEqual(["Mod+U"]);
    registry.configure({ remapped: { undo: [] } });
    expect(registry.press(press("u", "c"))).toBe("none");
    registry.configure({ singleLetters: false });
    expect(registry.press(press("d"))).toBe("none");
    expect(done).toEqual(["undo"]);
    expect(told).toBe(3);
    stop();
    registry.configure({ singleLetters: true });
    expect(told).toBe(3);
  });

  test("tells of shortcuts that clash", () => {
    const { registry } = deskOf({ id: "a", keys: ["Mod+F"] }, { id: "b", keys: ["Mod+F"] }, { id: "c", keys: ["F"] });
    expect(registry.clashes()).toEqual([{ keys: "mod+f", ids: ["a", "b"] }]);
  });

  test("lists are the same until something changes", () => {
    const { registry } = deskOf({});
    expect(registry.list()).toBe(registry.list());
    expect(registry.platform).toBe("other");
    expect(registry.keysOf("nobody")).toEqual([]);
  });
});
