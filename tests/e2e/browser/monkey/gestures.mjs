// What a person may do in the editor, each a gesture that a hand plays. None waits for an outcome:
// a gesture that finds nothing to take hold of does nothing.
import { TEXTS, WORDS } from "./hand.mjs";

const HEAD = ".react-flow__node .bn-head, .react-flow__node .frame-head";
const PIN = "[data-pin]";
const BOARD = "[data-board]";
/** Buttons that lead away from the board or ask for another person. */
const AWAY = /sign out|publish|account|home|apps|boards|runs|events|settings|open the|first steps|overview/i;

/** Chooses from the palette, if it is open; or leaves it. */
async function choose(hand) {
  const field = hand.page.getByRole("combobox", { name: "Add a node" });
  if (!(await appears(field))) {
    return;
  }
  await field.fill(hand.pick(WORDS)).catch(() => undefined);
  await hand.keys(...Array.from({ length: hand.roll(3) }, () => "ArrowDown"));
  await hand.keys(hand.weighed([[8, "Enter"], [1, "Escape"]]));
}

async function appears(locator) {
  return locator.first().waitFor({ timeout: 400 }).then(() => true, () => false);
}

async function pickSome(hand) {
  const count = hand.weighed([[5, 1], [3, 2], [2, 3]]);
  for (let index = 0; index < count; index += 1) {
    const at = await hand.reach(HEAD, BOARD);
    if (at !== undefined) {
      const held = index > 0 ? "Shift" : undefined;
      await hand.page.keyboard[held ? "down" : "up"]("Shift");
      await hand.click(at);
      await hand.page.keyboard.up("Shift");
    }
  }
}

/** Types into what has the caret, instead of what is there or beside it, and leaves it in some way. */
async function write(hand) {
  if (hand.chance(0.7)) {
    await hand.keys("Control+a");
  }
  await hand.type(hand.pick(TEXTS));
  await hand.keys(hand.weighed([[5, "Enter"], [3, "Tab"], [2, "Escape"], [1, "Shift+Tab"], [1, "Control+Enter"]]));
}

async function answerLiteral(hand) {
  const dialog = hand.page.locator("dialog[open]");
  if ((await dialog.count()) === 0) {
    await write(hand);
    return;
  }
  await hand.keys("Control+a");
  await hand.page.keyboard.insertText(hand.pick(TEXTS));
  const button = dialog.getByRole("button", { name: hand.pick(["Keep", "Cancel", "Clear", "Default", "Keep"]), exact: true });
  if ((await button.count()) > 0) {
    await button.first().click({ timeout: 1000 }).catch(() => undefined);
  }
  await hand.keys("Escape");
}

async function command(hand, words) {
  await hand.keys("Control+k");
  const field = hand.page.getByRole("combobox", { name: "Commands" });
  if (await appears(field)) {
    await hand.type(words);
    await hand.keys("Enter");
  }
}

const COMMANDS = [
  ...["left", "center", "right", "top", "middle", "bottom"].map((edge) => `Align ${edge}`),
  "Distribute horizontally",
  "Distribute vertically",
  "Tidy up",
  "Straighten",
  "error pins",
  "Unpin all",
  "Pin the outputs",
  "Comment around",
  "Select all",
  "Expand the layer",
  "Collapse to",
  "Map of the board",
];

const CLIPS = [
  "only words",
  '{"flowlike":"fragment/1","fragment":{"nodes":{"a":{"type":"int_add@1","in":{"integer1":{"value":9007199254740993}}}},"layout":{"a":{"x":0,"y":0}}},"at":[0,0]}',
  'seen in a chat: {"flowlike":"fragment/1","fragment":{"nodes":{"gone":{"type":"no_such_node@3"}}}} and more',
  '{"flowlike":"fragment/9","fragment":{}}',
  '{"flowlike":"fragment/1","fragment":{"nodes":[],"layers":7}}',
  '{"flowlike":"fragment/1","fragment":{"nodes":{"a":{"type":"log_info@1","out":{"exec_out":{"to":["b.exec_in","nowhere.exec_in","a.exec_in"]}}},"b":{"type":"log_info@1","layer":"inner"}},"layers":{"inner":{"name":"Inner","parent":"inner"}},"comments":{"c":{"content":"# Big","layer":"inner"}}}}',
  '{"flowlike":"fragment/1","fragment":{"nodes":{"__proto__":{"type":"int_add@1"},"a b":{"type":"int_add@1"}}}}',
  '{"flowlike":"fragment/1","fragment":{"nodes":{"a":{"type":"int_add@1"}},"layout":{"a":{"x":1e308,"y":"left"}}},"at":["x",null]}',
  '{"flowlike":"fragment/1","fragment":',
];

const MASH = [
  ...["Tab", "Shift+Tab", "F6", "Shift+F6", "Enter", "Escape", "Space", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"],
  ...["Shift+ArrowRight", ".", "w", "[", "]", "Shift+Enter", "F8", "F2", "d", "p", "c", "q", "Delete", "Backspace"],
  ...["Control+z", "Control+y", "Control+a", "Control+d", "Control+g", "Control+Shift+g", "Alt+ArrowUp", "1", "2", "0", "+", "-"],
  ...["v", "o", "h", "i", "l", "m", "Control+\\", "Home", "End", "PageDown"],
];

/** Name, weight and body; those of `keys` must leave the focus somewhere. */
export const GESTURES = {
  "add by key": [9, async (hand) => {
    await hand.focus();
    await hand.keys("Tab");
    await choose(hand);
  }],
  "add by pointer": [5, async (hand) => {
    const at = await hand.ground();
    await hand.click(at, hand.chance(0.7) ? { clickCount: 2 } : { button: "right" });
    await choose(hand);
  }],
  "drag a thing": [9, async (hand) => {
    const [from, to] = [await hand.reach(HEAD, BOARD), await hand.ground()];
    if (from !== undefined) {
      await hand.drag(from, to);
    }
  }],
  "drag a wire": [14, async (hand) => {
    const [from, to] = [await hand.reach(PIN, BOARD), await hand.reach(PIN, BOARD)];
    if (from !== undefined && to !== undefined) {
      await hand.drag(from, to);
      const offer = hand.page.getByRole("menu").getByRole("menuitem");
      if ((await offer.count()) > 0) {
        await hand.keys(hand.pick(["Enter", "Escape", "ArrowDown"]), hand.pick(["Enter", "Escape"]));
      }
    }
  }],
  "wire by clicks": [4, async (hand) => {
    for (const side of [1, 2]) {
      const at = await hand.reach(PIN, BOARD);
      if (at !== undefined && (side === 1 || hand.chance(0.9))) {
        await hand.click(at);
      }
    }
    await hand.keys("Escape");
  }],
  "drop a wire": [6, async (hand) => {
    const [from, to] = [await hand.reach(PIN, BOARD), await hand.ground()];
    if (from !== undefined) {
      await hand.drag(from, to);
      await choose(hand);
    }
  }],
  "write a literal": [12, async (hand) => {
    const at = await hand.reach("[data-literal]", BOARD);
    if (at !== undefined) {
      await hand.click(at);
      await answerLiteral(hand);
    }
  }],
  "write a literal by key": [4, async (hand) => {
    await hand.focus();
    await hand.keys(".", ...Array.from({ length: hand.roll(4) }, () => "ArrowDown"), "Enter");
    await answerLiteral(hand);
  }, "keys"],
  "remove": [4, async (hand) => {
    await pickSome(hand);
    await hand.keys(hand.weighed([[3, "Delete"], [2, "Control+Backspace"], [1, "Backspace"]]));
  }],
  "remove a wire": [3, async (hand) => {
    const at = await hand.onWire();
    if (at !== undefined) {
      await hand.click(at);
      await hand.keys("Delete");
    }
  }],
  "bend a wire": [3, async (hand) => {
    const at = await hand.onWire();
    if (at !== undefined) {
      await hand.click(at, { clickCount: 2 });
    }
  }],
  "undo and redo": [9, async (hand) => {
    await hand.focus();
    const count = 1 + hand.roll(6);
    await hand.keys(...Array.from({ length: count }, () => "Control+z"));
    await hand.keys(...Array.from({ length: hand.roll(count + 1) }, () => hand.pick(["Control+y", "Control+Shift+z"])));
  }, "keys"],
  "copy and paste": [8, async (hand) => {
    await pickSome(hand);
    await hand.keys(hand.weighed([[4, "Control+c"], [2, "Control+x"]]));
    if (hand.chance(0.5)) {
      const at = await hand.ground();
      await hand.page.mouse.move(at.x, at.y);
    }
    await hand.keys(...Array.from({ length: 1 + hand.roll(2) }, () => hand.pick(["Control+v", "Control+Shift+v"])));
  }],
  "paste from elsewhere": [2, async (hand) => {
    await hand.page.evaluate((text) => navigator.clipboard.writeText(text), hand.pick(CLIPS)).catch(() => undefined);
    await hand.focus();
    await hand.keys("Control+v");
  }, "keys"],
  "duplicate": [3, async (hand) => {
    await pickSome(hand);
    await hand.keys("Control+d");
  }],
  "collapse": [5, async (hand) => {
    await pickSome(hand);
    await hand.keys("Control+g");
    if (hand.chance(0.6)) {
      await write(hand);
    }
    await hand.keys("Escape");
  }],
  "enter and leave": [6, async (hand) => {
    const at = await hand.reach(".react-flow__node:has(.bn.layer, .bn.gate) .bn-head", BOARD);
    if (at !== undefined) {
      await hand.click(at, { clickCount: hand.pick([1, 2]) });
      await hand.keys(hand.pick(["Enter", "Control+Shift+g", "Alt+ArrowUp", "F2"]));
      await hand.keys("Escape");
    } else {
      await hand.keys("Alt+ArrowUp");
    }
  }],
  "comment": [4, async (hand) => {
    if (hand.chance(0.5)) {
      await pickSome(hand);
    }
    await hand.focus();
    await hand.keys("c");
    await hand.type(hand.pick(TEXTS));
    await hand.keys(hand.pick(["Escape", "Control+Enter"]));
  }, "keys"],
  "resize a comment": [2, async (hand) => {
    const at = await hand.reach(".frame-head", BOARD);
    if (at !== undefined) {
      await hand.click(at);
      const grip = await hand.reach(".frame-grip", BOARD);
      if (grip !== undefined) {
        await hand.drag(grip, await hand.ground());
      }
    }
  }],
  "name": [4, async (hand) => {
    await pickSome(hand);
    await hand.keys("F2");
    await write(hand);
  }],
  "switch off": [3, async (hand) => {
    await pickSome(hand);
    await hand.keys("d");
  }],
  "pin outputs": [1, async (hand) => {
    await pickSome(hand);
    await hand.keys("p");
  }],
  "arrange": [6, async (hand) => {
    await pickSome(hand);
    await hand.focus();
    await command(hand, hand.pick(COMMANDS));
  }, "keys"],
  "nudge": [5, async (hand) => {
    await hand.focus();
    const keys = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Shift+ArrowLeft", "Shift+ArrowDown", "Shift+Enter", "[", "]"];
    await hand.keys(...Array.from({ length: 1 + hand.roll(8) }, () => hand.pick(keys)));
  }, "keys"],
  "wire by key": [4, async (hand) => {
    await hand.focus();
    await hand.keys(".", ...Array.from({ length: hand.roll(5) }, () => hand.pick(["ArrowDown", "ArrowRight", "ArrowUp"])), "w");
    if (await appears(hand.page.getByRole("combobox", { name: "Pins it fits" }))) {
      await hand.keys(...Array.from({ length: hand.roll(3) }, () => "ArrowDown"), hand.pick(["Enter", "Enter", "Escape"]));
    }
    await hand.keys("Escape");
  }, "keys"],
  "select": [4, async (hand) => {
    const way = hand.roll(4);
    if (way === 0) {
      await hand.keys("Control+a");
    } else if (way === 1) {
      await hand.page.keyboard.down("Shift");
      await hand.drag(await hand.ground(), await hand.ground());
      await hand.page.keyboard.up("Shift");
    } else {
      await pickSome(hand);
    }
  }],
  "look elsewhere": [4, async (hand) => {
    const at = await hand.ground();
    await hand.page.mouse.move(at.x, at.y);
    await hand.page.mouse.wheel(hand.roll(200) - 100, hand.roll(600) - 300);
    await hand.keys(hand.pick(["0", "2", "+", "-", "m"]));
  }],
  "panels": [5, async (hand) => {
    await hand.focus();
    await hand.keys(...Array.from({ length: 1 + hand.roll(3) }, () => hand.pick(["v", "o", "h", "i", "l", "m", "Control+\\"])));
  }, "keys"],
  "variables": [7, variables],
  "search": [4, async (hand) => {
    await hand.focus();
    await hand.keys("Control+f");
    const dialog = hand.page.getByRole("dialog", { name: "Search this board" });
    if (!(await appears(dialog))) {
      return;
    }
    await hand.type(hand.pick(["a", "plain", "value:", "type:int", "error:", "unused:", "var:value", "4", ...TEXTS.slice(0, -1)]));
    const by = dialog.getByLabel("Replace by");
    if (hand.chance(0.6) && (await by.count()) > 0) {
      await by.fill(hand.pick(TEXTS.slice(0, -1)), { timeout: 1000 }).catch(() => undefined);
      await dialog.getByRole("button", { name: /^Replace in/ }).click({ timeout: 1000 }).catch(() => undefined);
      await hand.keys("Escape");
    } else {
      await hand.keys(hand.pick(["Enter", "Escape", "ArrowDown"]), "Escape");
    }
  }, "keys"],
  "menu": [7, async (hand) => {
    const at = hand.chance(0.25) ? await hand.onWire() : await hand.reach(hand.pick([HEAD, HEAD, PIN]), BOARD);
    if (at === undefined) {
      return;
    }
    await hand.click(at, { button: "right" });
    const rows = hand.page.getByRole("menu").locator("[role^=menuitem]");
    if (await appears(rows)) {
      await hand.keys(...Array.from({ length: hand.roll(20) }, () => "ArrowDown"), hand.weighed([[5, "Enter"], [1, "Escape"]]));
      await choose(hand);
      await hand.keys("Escape");
    }
  }],
  "inspector": [8, async (hand) => {
    await pickSome(hand);
    await anyControl(hand, ".inspector");
  }],
  "any control": [6, async (hand) => {
    await anyControl(hand, hand.pick([".dock", ".rail", "[data-region]", ".editor"]));
  }],
  "outline": [5, async (hand) => {
    if ((await hand.page.getByRole("treegrid").count()) === 0) {
      await hand.focus();
      await hand.keys("o");
    }
    const row = await hand.reach("[role=treegrid] [role=row]");
    if (row !== undefined) {
      await hand.click(row);
      const keys = ["ArrowDown", "ArrowDown", "ArrowRight", "ArrowLeft", "ArrowUp", "Enter", "F2", "Delete", "Home", "End", "d"];
      await hand.keys(...Array.from({ length: 1 + hand.roll(5) }, () => hand.pick(keys)));
      if (hand.chance(0.3)) {
        await write(hand);
      }
    }
  }],
  "history": [2, async (hand) => {
    if ((await hand.page.getByRole("button", { name: "Return to this" }).count()) === 0) {
      await hand.focus();
      await hand.keys("h");
    }
    const way = hand.page.getByRole("button", { name: hand.pick(["Return to this", "Compare"]) });
    if (await appears(way)) {
      await way.nth(hand.roll(await way.count())).click({ timeout: 1000 }).catch(() => undefined);
      const sure = hand.page.getByRole("dialog").getByRole("button", { name: "Return", exact: true });
      if (hand.chance(0.7) && (await appears(sure))) {
        await sure.click({ timeout: 1000 }).catch(() => undefined);
      }
    }
  }],
  "name a version": [1, async (hand) => {
    await hand.focus();
    await hand.keys("Control+s");
    if (await appears(hand.page.getByRole("dialog", { name: "Name this version" }))) {
      await hand.type(hand.pick(TEXTS.slice(0, -1)));
      await hand.keys(hand.pick(["Enter", "Control+Enter", "Escape"]));
    }
  }, "keys"],
  "run": [4, async (hand) => {
    await hand.focus();
    await hand.keys("Control+Enter");
    if (hand.chance(0.6)) {
      await hand.page.waitForTimeout(hand.roll(150));
      await hand.keys(hand.pick(["Control+Enter", "Control+.", "Escape", "Enter"]));
    }
  }],
  "mash": [6, async (hand) => {
    await hand.keys(...Array.from({ length: 2 + hand.roll(8) }, () => hand.pick(MASH)));
  }],
};

async function variables(hand) {
  const { page } = hand;
  const panel = page.locator("[data-region]").filter({ has: page.getByRole("heading", { name: "Variables" }) });
  if ((await panel.count()) === 0) {
    await hand.focus();
    await hand.keys("v");
  }
  const row = await hand.reach(".variable-row");
  switch (hand.roll(5)) {
    case 0:
      await page.getByRole("button", { name: "Add a variable" }).first().click({ timeout: 1000 }).catch(() => undefined);
      break;
    case 1:
      if (row !== undefined) {
        await hand.drag(row, await hand.ground());
      }
      break;
    case 2: {
      const more = await hand.reach(".variable-row .ib");
      if (more !== undefined) {
        await hand.click(more);
        await hand.keys(...Array.from({ length: hand.roll(5) }, () => "ArrowDown"), hand.pick(["Enter", "Escape"]));
      }
      break;
    }
    default: {
      if ((await page.locator(".variable-form").count()) === 0) {
        const name = await hand.reach(".variable-name");
        if (name !== undefined) {
          await hand.click(name);
        }
      }
      await anyControl(hand, ".variable-form");
    }
  }
}

/** Uses any one thing that can be used in a part of the page. */
async function anyControl(hand, within) {
  const controls = hand.page.locator(`${within} :is(button, input, select, textarea):visible:enabled`);
  const count = await controls.count();
  if (count === 0) {
    return;
  }
  const control = controls.nth(hand.roll(count));
  const about = await control
    .evaluate((element) => [element.tagName, element.getAttribute("type") ?? "", element.getAttribute("aria-label") ?? element.textContent ?? ""], { timeout: 1000 })
    .catch(() => ["", "", ""]);
  const [tag, type, words] = about;
  const quick = { timeout: 1000 };
  if (tag === "BUTTON" && !AWAY.test(words)) {
    await control.click(quick).catch(() => undefined);
    if ((await hand.page.getByRole("menu").count()) > 0) {
      await hand.keys("ArrowDown", hand.pick(["Enter", "Escape"]));
    }
  } else if (tag === "SELECT") {
    const index = hand.roll(await control.locator("option").count().catch(() => 1));
    await control.selectOption({ index }, quick).catch(() => undefined);
  } else if (/checkbox|radio/.test(type)) {
    await control.click(quick).catch(() => undefined);
  } else if (tag === "INPUT" || tag === "TEXTAREA") {
    await control.click(quick).catch(() => undefined);
    await write(hand);
  }
}
