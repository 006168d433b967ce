// A person who does anything in any order, at random by a seed; after each burst all must hold.
// FLOWLIKE_MONKEY_SEED plays one seed again, FLOWLIKE_MONKEY_SEEDS so many from it on, each with
// FLOWLIKE_MONKEY_GESTURES gestures.
import { SEED } from "./boards.mjs";
import { api, assert, BASE, test } from "./harness.mjs";
import { bare, calm, check, focused, keptText, same, settle, stepsOf, thereAndBack } from "./monkey/checks.mjs";
import { DEFECTS } from "./monkey/defects.mjs";
import { GESTURES } from "./monkey/gestures.mjs";
import { dice, Hand } from "./monkey/hand.mjs";
import { BadServer } from "./proxy.mjs";

const FIRST = Number(process.env.FLOWLIKE_MONKEY_SEED ?? 1);
const SEEDS = Number(process.env.FLOWLIKE_MONKEY_SEEDS ?? 1);
const COUNT = Number(process.env.FLOWLIKE_MONKEY_GESTURES ?? 60);
/** A fault that is put into the page, to see that it is found. */
const DEFECT = process.env.FLOWLIKE_MONKEY_DEFECT ?? "";
/** More things than this, and some are taken away: a hand needs room. */
const CROWD = 24;

/** One who plays on one board, with all that surrounds them. */
class Play {
  log = [];
  /** How often the page was opened: what waited then is shown when the server has spoken. */
  opened = 0;
  /** What the person was told that did not work. */
  told = [];

  constructor(visit, server, base, seed) {
    Object.assign(this, { visit, server, base, seed });
    this.random = dice(seed);
  }

  async begin() {
    const app = (await api("POST", "/apps", { name: `Monkey ${this.seed} ${Date.now()}` })).id;
    const board = (await api("POST", `/apps/${app}/boards`, { name: "M", id: "m", board: { ...SEED, id: "m", name: "M" } })).id;
    this.at = { app, board };
    this.path = `/apps/${app}/boards/${board}`;
    this.first = await keptText(this.at, BASE);
    this.page = await this.visit.open({ base: this.base, path: "/apps" });
    await bare(this.page);
    if (DEFECT !== "") {
      await this.page.addInitScript(DEFECTS[DEFECT]);
    }
    this.hand = new Hand(this.page, this.random);
    await this.open(this.page);
  }

  async open(page) {
    this.opened += 1;
    await page.goto(this.base + this.path);
    await page.locator("[data-board]").waitFor();
  }

  async gesture(hand) {
    const entries = Object.entries(GESTURES).map(([name, [weight, body, kind]]) => [weight, { name, body, kind }]);
    const { name, body, kind } = hand.weighed(entries);
    this.log.push(name);
    await body(hand);
    if (kind === "keys") {
      await focused(hand.page, name);
    }
    this.held();
    await this.home(hand.page);
  }

  /** Back to the board, if something led away from it. */
  async home(page) {
    if (!page.url().includes(this.path) || page.url().includes("version=")) {
      this.log.push("back to the board");
      await this.open(page);
    }
  }

  async burst(count) {
    for (let number = 0; number < count; number += 1) {
      await this.gesture(this.hand);
    }
  }

  /** What happens around the hand: the page is loaded anew, the server goes away, another tab edits too. */
  async happening(count) {
    const what = this.hand.weighed([
      [9, "nothing"],
      [2, "reload"],
      [2, "offline"],
      [1, "reload offline"],
      [2, "two tabs"],
    ]);
    this.log.push(`(${what})`);
    if (what === "two tabs") {
      await this.twoTabs(count);
      return;
    }
    if (what.includes("offline")) {
      this.server.mode = this.hand.pick(["refuse", 503]);
      this.server.cut();
    }
    await this.burst(count);
    await calm(this.page);
    if (what === "reload offline") {
      this.server.mode = "pass";
    }
    if (what.startsWith("reload")) {
      await this.open(this.page);
    }
    this.server.mode = "pass";
  }

  async twoTabs(count) {
    const other = await this.page.context().newPage();
    await bare(other);
    this.visit.listen(other, this.base);
    await this.open(other);
    const second = new Hand(other, dice(this.seed + 7_919));
    await Promise.all([
      this.burst(count),
      (async () => {
        for (let number = 0; number < count; number += 1) {
          await this.gesture(second);
        }
      })(),
    ]);
    for (const page of [this.page, other]) {
      await calm(page);
      await settle(page, false);
    }
    await same(other, this.at, BASE);
    await other.close();
    this.shared = true;
  }

  async thin() {
    await calm(this.page);
    await this.hand.focus();
    const count = await this.page.locator(".react-flow__node").count();
    if (count > CROWD) {
      this.log.push("thin");
      await this.hand.keys("Control+a", "Delete");
    }
    await this.hand.keys("1");
  }

  async play() {
    await this.begin();
    for (let done = 0; done < COUNT; ) {
      const count = 3 + this.hand.roll(6);
      const steps = await stepsOf(this.page);
      const opened = this.opened;
      await this.happening(count);
      done += count;
      await calm(this.page);
      await check(this.page, this.at, { base: BASE, alone: !this.shared, steps: opened === this.opened ? steps : undefined });
      this.held();
      this.told.push(...(await this.page.evaluate(() => globalThis.told.splice(0))));
      await this.thin();
    }
    if (!this.shared) {
      await settle(this.page, true);
      await thereAndBack(this.page, this.at, BASE, this.first);
      await check(this.page, this.at, { base: BASE, alone: true });
    }
    this.held();
  }

  async keepPicture() {
    const folder = process.env.FLOWLIKE_E2E_ARTEFACTS ?? "";
    if (folder !== "") {
      await this.page?.screenshot({ path: `${folder}/seed-${this.seed}.png` }).catch(() => undefined);
    }
  }

  held() {
    assert.deepEqual(this.visit.complaints, [], "pages complained");
    assert.deepEqual(this.visit.foreign, [], "other hosts were asked");
  }
}

await test(async (visit) => {
  const server = new BadServer(BASE);
  const base = await server.listen();
  const failed = [];
  for (let seed = FIRST; seed < FIRST + SEEDS; seed += 1) {
    const play = new Play(visit, server, base, seed);
    try {
      await play.play();
      console.log(`seed ${seed}: ${play.log.length} steps held`);
      if (process.env.FLOWLIKE_MONKEY_TOLD) {
        console.log([...new Set(play.told)].map((words) => `    ${words}`).join("\n"));
      }
    } catch (error) {
      failed.push(seed);
      console.error(`seed ${seed} fails; FLOWLIKE_MONKEY_SEED=${seed} plays it again\n  ${play.log.slice(-14).join("\n  ")}\n${error.stack ?? error}`);
      await play.keepPicture();
    }
    server.mode = "pass";
    visit.complaints.length = 0;
    visit.foreign.length = 0;
    await play.page?.context().close();
  }
  server.close();
  assert.deepEqual(failed, [], "seeds failed");
});
