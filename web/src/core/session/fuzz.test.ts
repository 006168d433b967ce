import { describe, expect, test } from "vitest";

import { fingerprint } from "../fingerprint";
import { sampleBoard, TYPES } from "../testing/boards";
import { TestClock } from "../testing/clock";
import { randomCommand } from "../testing/edits";
import { TestLink } from "../testing/link";
import type { Random } from "../testing/random";
import { randomOf } from "../testing/random";
import { Room } from "../testing/room";
import type { Session } from "./model";
import { openSession } from "./session";

const SEEDS = Number(process.env.FLOWLIKE_WEB_SEEDS ?? 25);
const STEPS = 80;

/** A person in front of a tab that may be closed at any time. */
class Person {
  readonly made = new Set<string>();
  readonly asked = new Set<string>();
  readonly takenBack = new Set<string>();
  session: Session | undefined;
  readonly link: TestLink;
  readonly #name: string;
  readonly #clock: TestClock;
  readonly #random: Random;
  readonly #shelf = new Map<string, string>();
  #ids = 0;

  constructor(name: string, room: Room, clock: TestClock, random: Random) {
    this.#name = name;
    this.#clock = clock;
    this.#random = random;
    this.link = new TestLink(room, name, clock, random);
  }

  async open(): Promise<void> {
    while (this.session === undefined) {
      const opening = openSession({
        link: this.link,
        types: TYPES,
        clock: this.#clock,
        newId: () => this.#newId(),
        random: () => this.#random.next(),
        storageKey: "tab",
        storage: {
          read: (key) => Promise.resolve(this.#shelf.get(key)),
          write: (key, text) => {
            this.#shelf.set(key, text ?? "");
            return Promise.resolve();
          },
        },
      }).catch(() => undefined);
      await this.#clock.pass(400);
      this.session = await opening;
      this.session?.subscribe(() => this.look());
      this.look();
    }
  }

  act(): void {
    const { session } = this;
    if (session === undefined) {
      return;
    }
    const dice = this.#random.below(20);
    if (dice === 0) {
      this.#undo(session);
    } else if (dice === 1) {
      session.redo();
    } else if (dice === 2) {
      this.link.cut();
    } else if (dice === 3) {
      this.link.isDown = false;
      session.wake();
    } else if (dice === 4 && this.#random.chance(0.3)) {
      session.close();
      this.session = undefined;
    } else {
      this.#edit(session);
    }
  }

  #edit(session: Session): void {
    const next = this.#ids;
    const count = 1 + this.#random.below(2);
    const board = session.snapshot().board;
    const commands = Array.from({ length: count }, (_, at) =>
      randomCommand(board, this.#random, `${this.#name}${next}-${at}`),
    );
    const merge = this.#random.chance(0.2) ? { merge: "text" } : {};
    const before = countOf(session);
    const done = session.edit(commands, merge);
    this.#noteDropped(session, before); // typed back to what it was
    if (done.ok && done.touched.length > 0 && this.#ids > next) {
      this.made.add(`${this.#name}-id${this.#ids}`);
    }
    this.look();
  }

  #undo(session: Session): void {
    const before = countOf(session);
    session.undo();
    this.#noteDropped(session, before);
  }

  #noteDropped(session: Session, before: number): void {
    if (countOf(session) < before) {
      // It was not sent yet and was dropped at once: the last one that is nowhere else.
      const last = [...this.made].findLast((id) => !this.takenBack.has(id) && !this.asked.has(id));
      this.takenBack.add(last ?? "");
    }
  }

  #newId(): string {
    this.#ids += 1;
    return `${this.#name}-id${this.#ids}`;
  }

  /** Takes note of what asks for a choice, and chooses to give it up. */
  look(): void {
    for (const conflict of this.session?.snapshot().conflicts ?? []) {
      this.asked.add(conflict.id);
      this.session?.discard(conflict.id);
    }
  }
}

function countOf(session: Session): number {
  const { save } = session.snapshot();
  return save.kind === "saved" ? 0 : save.count;
}

async function campaign(seed: number): Promise<void> {
  const random = randomOf(seed);
  const clock = new TestClock();
  const room = new Room(sampleBoard(), TYPES);
  const people = [new Person("ada", room, clock, random), new Person("ben", room, clock, random)];
  for (const person of people) {
    await person.open();
    person.link.loss = 0.15;
  }
  for (let step = 0; step < STEPS; step += 1) {
    for (const person of people) {
      if (person.session === undefined) {
        person.link.isDown = false;
        await person.open();
      }
      person.act();
    }
    await clock.pass(random.below(120));
  }
  for (const person of people) {
    person.link.isDown = false;
    person.link.loss = 0;
    await person.open();
    person.session?.wake();
  }
  await clock.pass(200_000);
  for (const person of people) {
    check(person, room);
  }
}

function check(person: Person, room: Room): void {
  person.look();
  expect(person.session?.snapshot().save).toEqual({ kind: "saved" });
  expect(person.session?.snapshot().revision).toBe(room.revision);
  expect(fingerprint(person.session?.snapshot().board ?? sampleBoard())).toBe(fingerprint(room.board));
  for (const id of person.made) {
    const count = room.countOf(id);
    expect(count).toBeLessThanOrEqual(1);
    expect(count === 1 || person.asked.has(id) || person.takenBack.has(id), `${id} is lost`).toBe(true);
  }
}

describe("two people over a bad network", () => {
  test.each(Array.from({ length: SEEDS }, (_, seed) => seed + 1))("come to one board, nothing lost: seed %i", async (seed) => {
    await expect(campaign(seed)).resolves.toBeUndefined();
  });
});
