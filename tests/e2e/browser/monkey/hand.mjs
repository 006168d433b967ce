// The hand of the monkey: dice, places on the page to reach for, and things people type.

/** Numbers that look random and are the same each time. */
export function dice(seed) {
  let state = (seed * 2_654_435_761) % 4_294_967_296;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return next;
}

const LONG = "so långt 😀 ".repeat(2_000);

export const TEXTS = [
  "plain",
  "",
  " ",
  "0",
  "-1",
  "42",
  "9007199254740993",
  "1e400",
  "1.0",
  "-0.0",
  "NaN",
  "true",
  "null",
  "2026-02-31",
  "2026-03-01T12:00:00Z",
  '{"a": [1, 2.50, {"__proto__": null}]}',
  "[1, 2, 3]",
  '{"broken": ',
  `<img src=x onerror="alert(1)">`,
  "${name} {{x}} %s \\u0000 \\",
  "__proto__",
  "constructor",
  "a.b>c.d#2",
  "line one\nline two\r\n\tthree",
  "\u202Etxet\u200B \uFEFF e\u0301 𝒳 👩‍👩‍👧",
  LONG,
];

export const WORDS = [
  "int add",
  "print info",
  "branch",
  "for each",
  "if",
  "generic event",
  "simple event",
  "return",
  "delay",
  "string",
  "float",
  "date",
  "struct",
  "map",
  "array",
  "set",
  "regex",
  "random",
  "variable",
  "parallel",
  "sequence",
  "while",
  "switch",
  "json",
  "template",
  "hash",
  "path",
  "bytes",
  "format",
  "try",
  "call",
  "zzz nothing is called so",
];

/** One who plays on a page. */
export class Hand {
  constructor(page, random) {
    this.page = page;
    this.random = random;
    this.moving = false;
  }

  roll(sides) {
    return Math.floor(this.random() * sides);
  }

  chance(share) {
    return this.random() < share;
  }

  pick(list) {
    return list[this.roll(list.length)];
  }

  /** One of some entries `[weight, value]`. */
  weighed(entries) {
    let at = this.random() * entries.reduce((sum, [weight]) => sum + weight, 0);
    return entries.find(([weight]) => (at -= weight) < 0)?.[1] ?? entries.at(-1)[1];
  }

  async keys(...pressed) {
    for (const key of pressed) {
      await this.page.keyboard.press(key);
    }
  }

  /** Gives the keys to the board, as soon as nothing stands before it. */
  async focus() {
    while ((await this.page.locator("dialog[open]").count()) > 0) {
      await this.page.keyboard.press("Escape");
    }
    await this.page.locator("[data-board]").focus();
  }

  /** Puts a text where the caret stands, as typing or as pasting would. */
  async type(text) {
    if (text.length > 40 || /[\n\r\t]/.test(text)) {
      await this.page.keyboard.insertText(text);
    } else {
      await this.page.keyboard.type(text);
    }
  }

  /** The middle of something visible that can be reached with the pointer; undefined if nothing is. */
  async reach(selector, within = "body") {
    const found = await this.page.evaluate(
      ([wanted, around]) => {
        const room = document.querySelector(around)?.getBoundingClientRect();
        if (room === undefined) {
          return [];
        }
        return [...document.querySelectorAll(`${around} ${wanted}`)].flatMap((element) => {
          const box = element.getBoundingClientRect();
          const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
          const inside = box.width > 0 && x > room.left && x < room.right && y > room.top && y < room.bottom;
          const top = inside ? document.elementFromPoint(x, y) : null;
          return top !== null && (element.contains(top) || top.contains(element)) ? [{ x, y }] : [];
        });
      },
      [selector, within],
    );
    return found.length === 0 ? undefined : this.pick(found);
  }

  /** A place on a wire. */
  async onWire() {
    const share = this.random();
    const found = await this.page.evaluate((part) => {
      const room = document.querySelector("[data-board]").getBoundingClientRect();
      return [...document.querySelectorAll(".react-flow__edge path")].flatMap((path) => {
        const at = path.getPointAtLength(path.getTotalLength() * part);
        const matrix = path.getScreenCTM();
        if (matrix === null) {
          return [];
        }
        const [x, y] = [at.x * matrix.a + matrix.e, at.y * matrix.d + matrix.f];
        const isWire = document.elementFromPoint(x, y)?.closest(".react-flow__edge") !== null;
        return isWire && x > room.left && x < room.right && y > room.top && y < room.bottom ? [{ x, y }] : [];
      });
    }, share);
    return found.length === 0 ? undefined : this.pick(found);
  }

  /** Any place on the ground. */
  async ground() {
    const box = await this.page.locator("[data-board]").boundingBox();
    return { x: box.x + 8 + this.roll(box.width - 16), y: box.y + 8 + this.roll(box.height - 16) };
  }

  /** Presses at one place and lets go at another; sometimes thinks better of it on the way. */
  async drag(from, to) {
    const { mouse, keyboard } = this.page;
    const held = this.weighed([
      [14, ""],
      [1, "Alt"],
      [1, "Control"],
      [1, "Shift"],
    ]);
    if (held !== "") {
      await keyboard.down(held);
    }
    await mouse.move(from.x, from.y);
    await mouse.down();
    await mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 3 });
    if (this.chance(0.08)) {
      await keyboard.press(this.pick(["Escape", "Control+z", "Delete", "d"]));
    }
    await mouse.move(to.x, to.y, { steps: 2 });
    await mouse.up();
    if (held !== "") {
      await keyboard.up(held);
    }
  }

  async click(at, options) {
    await this.page.mouse.click(at.x, at.y, options);
  }
}
