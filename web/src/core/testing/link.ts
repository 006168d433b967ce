/** A link to a room that delays, loses and breaks, as networks do. */
import type { Board } from "../document";
import { readBoard } from "../document";
import type { Entry, Following, Link, Loaded, Reply, Submission } from "../session/model";
import { parse, stringify } from "../json";
import type { TestClock } from "./clock";
import type { Random } from "./random";
import type { Room } from "./room";

export class TestLink implements Link {
  /** Between 0 and 1: how often a request or an answer is lost, or a stream breaks. */
  loss = 0;
  isDown = false;
  delayMs = 20;
  /** What requests fail with, in place of what they do. */
  denied: Error | undefined;
  readonly sent: Submission[] = [];
  readonly #room: Room;
  readonly #actor: string;
  readonly #clock: TestClock;
  readonly #random: Random;
  readonly #breaks = new Set<() => void>();

  constructor(room: Room, actor: string, clock: TestClock, random: Random) {
    this.#room = room;
    this.#actor = actor;
    this.#clock = clock;
    this.#random = random;
  }

  load(): Promise<Loaded> {
    return this.#request(() => {
      const loaded = this.#room.loaded(this.#actor);
      return { ...loaded, board: overTheWire(loaded.board) };
    });
  }

  send(submission: Submission): Promise<Reply> {
    this.sent.push(submission);
    return this.#request(() => overTheWireAsIs(this.#room.submit(this.#actor, submission)));
  }

  undo(base: number, id: string): Promise<Reply> {
    return this.#request(() => overTheWireAsIs(this.#room.undo(this.#actor, base, id)));
  }

  redo(base: number, id: string): Promise<Reply> {
    return this.#request(() => overTheWireAsIs(this.#room.redo(this.#actor, base, id)));
  }

  follow(after: number, on: Following): { close(): void } {
    let isOpen = true;
    const waiting: Entry[] = this.#room.entries.filter((entry) => entry.revision > after);
    const close = () => {
      isOpen = false;
      stop();
      this.#breaks.delete(lose);
    };
    const lose = () => {
      if (isOpen) {
        close();
        on.lost();
      }
    };
    const deliver = () => {
      const entry = waiting.shift();
      if (!isOpen || entry === undefined) {
        return;
      }
      if (this.isDown || this.#random.chance(this.loss / 4)) {
        lose();
      } else {
        on.entry(overTheWireAsIs(entry));
      }
    };
    const stop = this.#room.listen((entry) => {
      waiting.push(entry);
      this.#clock.after(this.#delay(), deliver);
    });
    this.#breaks.add(lose);
    this.#clock.after(this.#delay(), () => {
      if (this.isDown) {
        lose();
      } else if (isOpen) {
        on.open();
      }
    });
    for (let index = 0; index < waiting.length; index += 1) {
      this.#clock.after(this.#delay(), deliver);
    }
    return { close };
  }

  /** Breaks all streams, as a network does that is gone. */
  cut(): void {
    this.isDown = true;
    for (const lose of this.#breaks) {
      this.#clock.after(0, lose);
    }
  }

  async #request<T>(act: () => T): Promise<T> {
    await this.#clock.sleep(this.#delay());
    if (this.denied !== undefined) {
      throw this.denied;
    }
    if (this.isDown || this.#random.chance(this.loss / 2)) {
      throw new Error("the request was lost");
    }
    const answer = act();
    await this.#clock.sleep(this.#delay());
    if (this.isDown || this.#random.chance(this.loss / 2)) {
      throw new Error("the answer was lost");
    }
    return answer;
  }

  #delay(): number {
    return this.delayMs * (0.2 + 1.8 * this.#random.next());
  }
}

function overTheWire(board: Board): Board {
  return readBoard(stringify(board));
}

function overTheWireAsIs<T>(value: T): T {
  return parse(stringify(value)) as T;
}
