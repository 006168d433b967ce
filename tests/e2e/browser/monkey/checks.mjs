// What must hold whatever a person did: nothing complained, nothing froze, one board on both sides.
import { api, assert, SESSION, until } from "../harness.mjs";

/** What a board may not come to by editing, whatever was done to it. */
const BROKEN = new Set(
  ["bad-id", "dangling-wire", "duplicate-id", "duplicate-pin", "layer-cycle", "two-sources", "unknown-pin", "unknown-layer", "unknown-type", "wire-direction"].map(
    (name) => `board.${name}`,
  ),
);

/** Lets checks see the board of a page as the page has it, through the component that draws it. */
export async function bare(page) {
  await page.addInitScript(() => {
    /** Keeps what the person was told that did not work. */
    globalThis.told = [];
    const heard = (desk) => {
      if (desk.heard === undefined) {
        const { complain } = desk;
        desk.heard = true;
        desk.complain = (...words) => (globalThis.told.push(words.join(" / ")), complain(...words));
      }
    };
    /** What is shown of a board, without what the server adds: who wrote a comment, the types it knows. */
    globalThis.foreseen = (session) => {
      const { comments, nodes, layers, layout, variables } = session.snapshot().board;
      const unsigned = Object.fromEntries(Object.entries(comments).map(([id, { author: _by, ...comment }]) => [id, comment]));
      return globalThis.canonical({ comments: unsigned, nodes, layers, layout, variables });
    };
    /** Counts steps back and forth, which only the server foresees, and keeps what the last edit led to. */
    const watched = (session) => {
      if (session.steps !== undefined) {
        return;
      }
      session.steps = 0;
      for (const act of ["undo", "redo"]) {
        const real = session[act].bind(session);
        session[act] = () => ((session.steps += 1), real());
      }
      const edit = session.edit.bind(session);
      session.edit = (...given) => {
        const outcome = edit(...given);
        session.expected = outcome.ok ? globalThis.foreseen(session) : session.expected;
        return outcome;
      };
    };
    globalThis.theDesk = () => {
      const element = document.querySelector("[data-board]");
      const key = element === null ? undefined : Object.keys(element).find((name) => name.startsWith("__reactFiber$"));
      for (let fiber = element?.[key]; fiber; fiber = fiber.return) {
        const desk = fiber.memoizedProps?.desk;
        if (desk?.session !== undefined) {
          watched(desk.session);
          heard(desk);
          return desk;
        }
      }
      return undefined;
    };
    const PLAIN = new Set(["layout", "types", "range", "step", "count"]);
    const HOLLOW = new Set(["settings", "pins", "in", "out"]);
    const isNumber = (value) => "isInteger" in value && typeof value.text === "string";
    const written = (text, plain) => (plain ? Number(text) : JSON.rawJSON(text));
    const isEmpty = (value) => typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
    /** In order, without what says nothing; places as numbers, all else as it was written. */
    const ordered = (value, plain, top) => {
      if (typeof value !== "object" || value === null) {
        return value;
      }
      if (JSON.isRawJSON(value) || isNumber(value)) {
        return written(value.rawJSON ?? value.text, plain);
      }
      if (Array.isArray(value)) {
        return value.map((item) => ordered(item, plain, false));
      }
      const told = Object.keys(value).filter((key) => value[key] !== undefined && !(isEmpty(value[key]) && (top || HOLLOW.has(key))));
      return Object.fromEntries(told.sort().map((key) => [key, ordered(value[key], plain || PLAIN.has(key), false)]));
    };
    globalThis.canonical = (given) => JSON.stringify(ordered(given, false, true));
    globalThis.canonicalText = (text) =>
      globalThis.canonical(JSON.parse(text, (_key, value, { source }) => (typeof value === "number" ? JSON.rawJSON(source) : value)));
  });
}

/** The text of the board as the server keeps it. */
export async function keptText({ app, board }, base) {
  const answer = await fetch(`${base}/api/v1/apps/${app}/boards/${board}`, { headers: { authorization: `Bearer ${SESSION}` } });
  assert.ok(answer.ok, `the board cannot be read: ${answer.status}`);
  const text = await answer.text();
  return boardIn(text);
}

/** The board's own part of an answer, as it is written. */
function boardIn(text) {
  const start = text.indexOf("{", text.indexOf('"board":'));
  let depth = 0;
  let quoted = false;
  for (let at = start; at < text.length; at += 1) {
    const letter = text[at];
    if (quoted) {
      at += letter === "\\" ? 1 : 0;
      quoted = letter !== '"';
    } else if (letter === '"') {
      quoted = true;
    } else if (letter === "{") {
      depth += 1;
    } else if (letter === "}") {
      depth -= 1;
      if (depth === 0) {
        return text.slice(start, at + 1);
      }
    }
  }
  return assert.fail("the answer holds no board");
}

/** Ends whatever is open: dialogs, menus, the palette, a field. */
export async function calm(page) {
  for (let turn = 0; turn < 8; turn += 1) {
    const open = await page.evaluate(() => document.querySelector("dialog[open], [role=menu], .pal, .title-edit, .literal-edit, .frame-edit") !== null);
    if (!open) {
      return;
    }
    if (turn === 4) {
      await page.locator("[data-board]").focus();
    }
    await page.keyboard.press("Escape");
  }
  const left = await page.evaluate(() => document.querySelector("dialog[open], [role=menu], .pal, .title-edit, .literal-edit, .frame-edit")?.outerHTML.slice(0, 300));
  assert.equal(left, undefined, "Escape does not close it");
}

/** Nothing is on its way any more. Alone, nothing may have been refused. */
export async function settle(page, alone) {
  const chip = page.locator(".save");
  let words = "";
  let asked = false;
  const isSaved = async () => {
    words = await chip.innerText();
    if (/refused/.test(words)) {
      const conflicts = await page.evaluate(() => globalThis.theDesk().session.snapshot().conflicts);
      assert.ok(!alone, `edits of one person were refused: ${JSON.stringify(conflicts).slice(0, 1500)}`);
      await page.evaluate((ids) => ids.forEach((id) => globalThis.theDesk().session.discard(id)), conflicts.map(({ id }) => id));
    }
    if (/Offline/.test(words) && !asked) {
      asked = true; // once: each click begins anew
      await chip.getByRole("button").click({ timeout: 1_000 }).catch(() => undefined);
    }
    return /Saved/.test(words);
  };
  await until("everything to be saved", isSaved).catch((error) => assert.fail(`${error.message}; the chip says ${words}`));
}

/** The page shows the board that the server keeps. */
export async function same(page, at, base) {
  let seen = ["", ""];
  const equal = async () => {
    const text = await keptText(at, base);
    seen = await page.evaluate((given) => [globalThis.canonical(globalThis.theDesk().session.snapshot().board), globalThis.canonicalText(given)], text);
    return seen[0] === seen[1];
  };
  await until("the page to have the board of the server", equal, 8_000).catch(() => {
    assert.fail(`page and server differ:\n${difference(...seen)}`);
  });
}

/** Where two texts begin to differ. */
export function difference(one, other) {
  let at = 0;
  while (at < one.length && one[at] === other[at]) {
    at += 1;
  }
  const around = (text) => text.slice(Math.max(0, at - 200), at + 200);
  return `  ${around(one)}\n  ${around(other)}`;
}

/** What is drawn is what the page has: each thing at its place, nothing left over from a drag. */
async function drawn(page) {
  let wrong = [];
  const right = async () => {
    wrong = await page.evaluate(() => {
      const desk = globalThis.theDesk();
      const { scene } = desk.state();
      return [...document.querySelectorAll(".react-flow__node")].flatMap((node) => {
        const place = scene.places.get(node.dataset.id);
        const [x, y] = (node.style.transform.match(/-?[\d.]+/g) ?? []).map(Number);
        const near = place !== undefined && Math.abs(place.x - x) < 0.01 && Math.abs(place.y - y) < 0.01;
        return near ? [] : [`${node.dataset.id}: drawn at ${x} ${y}, is at ${place?.x} ${place?.y}`];
      });
    });
    return wrong.length === 0;
  };
  await until("things to stand where they are", right, 5_000).catch(() => assert.fail(wrong.join("\n")));
}

/** The page tells no nonsense, to those who look and to those who listen. */
async function sensible(page) {
  const found = await page.evaluate(() => {
    const live = document.querySelectorAll("[data-board] [role=status]");
    const said = document.body.innerText.match(/.{0,40}(?:\bundefined\b|\[object ).{0,40}/);
    return [live.length === 0 ? "no live region" : "", said?.[0] ?? ""].filter((one) => one !== "");
  });
  assert.deepEqual(found, []);
}

/** A key is answered, and what it opened gives the focus back. */
async function answers(page) {
  await page.locator("[data-board]").focus();
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor({ timeout: 8_000 });
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached", timeout: 8_000 });
  await focused(page, "a dialog was closed");
}

/** The focus is somewhere: on nothing, the keyboard is lost. From a dialog, Tab may lead to the browser's own bar. */
export async function focused(page, why) {
  const isLost = () => document.activeElement === document.body && document.querySelector("dialog[open]") === null;
  const lost = await page.evaluate(`new Promise((resolve) => requestAnimationFrame(() => resolve((${isLost})())))`);
  assert.ok(!lost, `the focus is lost after: ${why}`);
}

/** All things of the open layer are drawn once all is shown, unless it is so small that it is painted. */
async function complete(page) {
  await page.locator("[data-board]").focus();
  await page.keyboard.press("1");
  let missing = [];
  const whole = async () => {
    missing = await page.evaluate(() => {
      const drawnIds = new Set([...document.querySelectorAll(".react-flow__node")].map((node) => node.dataset.id));
      const painted = document.querySelector("[data-board] .far-canvas, .bn.far, .frame.far") !== null;
      return painted ? [] : [...globalThis.theDesk().scene.things.keys()].filter((id) => !drawnIds.has(id));
    });
    return missing.length === 0;
  };
  await until("all things to be drawn", whole, 5_000).catch(() => assert.fail(`not drawn: ${missing.join(" ")}`));
}

/** The problems that are shown are those that the server finds. */
async function problems(page, { app, board }) {
  const key = ({ code, where = {} }) => `${code} ${where?.node ?? ""} ${where?.pin ?? ""}`;
  let seen = [[], []];
  const equal = async () => {
    const { findings } = await api("POST", `/apps/${app}/boards/${board}/validate`);
    const shown = await page.evaluate(() => globalThis.theDesk().state().findings);
    seen = [findings.map(key).sort(), shown.map(key).sort()];
    return JSON.stringify(seen[0]) === JSON.stringify(seen[1]);
  };
  await until("problems to be told", equal, 8_000).catch(() => assert.deepEqual(seen[1], seen[0], "problems that are shown, and those there are"));
}

/** What the last edit led to is what there is, if nobody else edits and nothing was taken back. */
async function foreseen(page, alone, steps) {
  const [expected, found, now] = await page.evaluate(() => {
    const { session } = globalThis.theDesk();
    const { expected: last, steps: count } = session;
    session.expected = undefined;
    return [last, globalThis.foreseen(session), count];
  });
  if (alone && expected !== undefined && steps === now && expected !== found) {
    assert.fail(`what was done is not what was kept:\n${difference(expected, found)}`);
  }
}

/** How often something was taken back or done again since the page was opened. */
export async function stepsOf(page) {
  return page.evaluate(() => globalThis.theDesk().session.steps);
}

/** The server finds no fault in the board that only a fault of ours can make. */
async function valid({ app, board }) {
  const { findings } = await api("POST", `/apps/${app}/boards/${board}/validate`);
  const broken = findings.filter(({ code }) => BROKEN.has(code));
  assert.deepEqual(broken, [], "the board is broken");
}

/** Everything that holds between gestures. */
export async function check(page, at, { base, alone, steps }) {
  await settle(page, alone);
  await same(page, at, base);
  await foreseen(page, alone, steps);
  await drawn(page);
  await sensible(page);
  await valid(at);
  await answers(page);
  await complete(page);
  await problems(page, at);
}

/** Undoes all that can be, then does as much again: the same text at both ends. */
export async function thereAndBack(page, at, base, first) {
  const text = async () => page.evaluate((given) => globalThis.canonicalText(given), await keptText(at, base));
  const start = await page.evaluate((given) => globalThis.canonicalText(given), first);
  const end = await text();
  const count = await repeat(page, "canUndo", "Control+z");
  const back = await text();
  if (back !== start) {
    assert.fail(`undoing all ${count} steps does not lead back:\n${difference(back, start)}`);
  }
  assert.equal(await repeat(page, "canRedo", "Control+y", count), count, "what was undone cannot be redone");
  const again = await text();
  if (again !== end) {
    assert.fail(`redoing ${count} steps does not lead there again:\n${difference(again, end)}`);
  }
  return count;
}

async function repeat(page, may, key, most = 2_000) {
  await page.locator("[data-board]").focus();
  for (let count = 0; count < most; count += 1) {
    if (!(await page.evaluate((which) => globalThis.theDesk().session.snapshot()[which], may))) {
      return count;
    }
    await page.keyboard.press(key);
    await settle(page, true);
  }
  assert.ok(most < 2_000, `${key} does not come to an end`);
  return most;
}
