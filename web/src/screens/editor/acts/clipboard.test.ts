import { afterEach, describe, expect, test, vi } from "vitest";

import { select } from "~/canvas/state/stage";
import { typesOf } from "~/core";
import { boardOf, node, value, wire } from "~/core/testing/boards";
import { deskFor, saidBy, wiresIn } from "~/testing/editor/desk";

import { copySelected, cutSelected, pasteClip, pasteText } from "./clip";
import { copyText, duplicate, paste, pastePoint, readClip } from "./clipboard";
import { addFrame } from "./comments";

function copied(ids: readonly string[]): string {
  const { desk } = deskFor();
  select(desk.stage, ids);
  return copyText(desk) ?? "";
}

describe("copying", () => {
  test("is text that says what it is", () => {
    const text = copied(["add", "text"]);
    expect(JSON.parse(text)).toMatchObject({ flowlike: "fragment/1", at: [0, 160] });
  });

  test("never takes secrets along", () => {
    const { desk } = deskFor(boardOf(node("login", "login"), value("login", "user", "ada"), value("login", "password", "hunter2")));
    select(desk.stage, ["login"]);
    const text = copyText(desk) ?? "";
    expect(text).toContain("ada");
    expect(text).not.toContain("hunter2");
  });

  test("of nothing is nothing", () => {
    expect(copyText(deskFor().desk)).toBeUndefined();
  });
});

describe("pasting", () => {
  test("into another board: new ids, inner wires kept, what was pasted is selected", () => {
    const { desk } = deskFor(boardOf());
    const pasting = readClip(desk, copied(["add", "text"]));
    expect(typeof pasting).toBe("object");
    if (typeof pasting === "object") {
      expect(paste(desk, pasting, { x: 640, y: 320 }, false)).toBe(true);
    }
    const ids = Object.keys(desk.board.nodes);
    expect(ids).toHaveLength(2);
    expect(ids).not.toContain("add");
    expect(desk.selected.toSorted()).toEqual(ids.toSorted());
    expect(wiresIn(desk)).toHaveLength(1);
    expect(Math.min(...ids.map((id) => desk.scene.places.get(id)?.x ?? 0))).toBe(640);
  });

  test("found in the middle of a chat", () => {
    const { desk } = deskFor(boardOf());
    expect(pasteText(desk, `look at this:\n${copied(["log"])}\nnice?`, undefined, false)).toBe(true);
    expect(Object.keys(desk.board.nodes)).toHaveLength(1);
  });

  test("keeps wires that lead in, if asked for", () => {
    const { desk } = deskFor();
    select(desk.stage, ["text"]);
    const text = copyText(desk) ?? "";
    pasteText(desk, text, { x: 600, y: 600 }, true);
    const [fresh] = desk.selected;
    expect(wiresIn(desk)).toContain(`add.sum>${fresh}.value`);
    pasteText(desk, text, { x: 600, y: 700 }, false);
    const [other] = desk.selected;
    expect(wiresIn(desk).some((one) => one.endsWith(`>${other}.value`))).toBe(false);
  });

  test("takes comments and layers along", () => {
    const { desk } = deskFor();
    select(desk.stage, ["add", "text"]);
    addFrame(desk);
    select(desk.stage, [...desk.selected, "add", "text"]);
    desk.edit([{ command: "collapse", id: "part", members: ["add", "text"], name: "Part", place: { x: 0, y: 0 } }]);
    select(desk.stage, ["part", ...Object.keys(desk.board.comments)]);
    const text = copyText(desk) ?? "";
    const target = deskFor(boardOf()).desk;
    pasteText(target, text, undefined, false);
    expect(Object.keys(target.board.layers)).toHaveLength(1);
    expect(Object.keys(target.board.comments)).toHaveLength(1);
    expect(target.selected).toHaveLength(2);
  });

  test.each([
    ["", "The clipboard holds no nodes."],
    ["just words", "The clipboard holds no nodes."],
    ['{"flowlike":"fragment/9","fragment":{}}', "The clipboard holds nodes of another version."],
    ['{"flowlike":"fragment/1","fragment":', "The clipboard holds nodes, but the text is damaged."],
    ['{"flowlike":"fragment/1","fragment":7}', "The clipboard holds nodes of another version."],
  ])("what is no part of a board is refused: %s", (text, words) => {
    const { desk, complaints } = deskFor();
    expect(pasteText(desk, text, undefined, false)).toBe(false);
    expect(complaints).toEqual([["Nothing to paste", words]]);
  });

  test("types that are missing here are listed before anything is pasted", () => {
    const { desk, complaints } = deskFor(boardOf(), { types: typesOf({}) });
    expect(pasteText(desk, copied(["log"]).replace(/"types":\{[^]*?\},"nodes"/u, '"nodes"'), undefined, false)).toBe(false);
    expect(complaints[0]?.[0]).toBe("These node types are not installed here");
    expect(complaints[0]?.[1]).toContain("log_info@1");
    expect(Object.keys(desk.board.nodes)).toEqual([]);
  });

  test("lands at the pointer, else in the middle of the view", () => {
    const { desk } = deskFor();
    const pasting = readClip(desk, copied(["log"]));
    if (typeof pasting === "object") {
      expect(pastePoint(desk, { x: 1, y: 2 }, pasting)).toEqual({ x: 1, y: 2 });
      const { x, y } = pastePoint(desk, undefined, pasting);
      expect([x < 500, y < 400]).toEqual([true, true]);
    }
  });

  test("duplicates stand beside their originals", () => {
    const { desk } = deskFor();
    select(desk.stage, ["log"]);
    expect(duplicate(desk)).toBe(true);
    const [fresh = ""] = desk.selected;
    expect(desk.scene.places.get(fresh)).toEqual({ x: 512, y: 32 });
  });
});

describe("the machine's clipboard", () => {
  afterEach(() => vi.unstubAllGlobals());

  function clipboard(text: string | undefined) {
    const state = { text };
    vi.stubGlobal("navigator", {
      ...navigator,
      clipboard: {
        writeText: (next: string) => (text === undefined ? Promise.reject(new Error("no")) : Promise.resolve(void (state.text = next))),
        readText: () => (text === undefined ? Promise.reject(new Error("no")) : Promise.resolve(state.text ?? "")),
      },
    });
    return state;
  }

  test("gets the text and gives it back", async () => {
    const state = clipboard("");
    const { desk } = deskFor();
    select(desk.stage, ["log"]);
    expect(await copySelected(desk)).toBe(true);
    expect(state.text).toContain("fragment/1");
    expect(saidBy(desk)).toBe("Copied");
    await pasteClip(desk, undefined, false);
    expect(Object.keys(desk.board.nodes)).toHaveLength(5);
  });

  test("that may not be used does not stop cutting and pasting here", async () => {
    clipboard(undefined);
    const { desk } = deskFor(boardOf(node("start", "start"), node("log", "log_info"), wire("start.exec_out", "log.exec_in")));
    select(desk.stage, ["log"]);
    await cutSelected(desk);
    expect(Object.keys(desk.board.nodes)).toEqual(["start"]);
    await pasteClip(desk, { x: 10, y: 10 }, false);
    expect(Object.keys(desk.board.nodes)).toHaveLength(2);
  });

  test("nothing selected, nothing copied", async () => {
    clipboard("");
    expect(await copySelected(deskFor().desk)).toBe(false);
  });
});
