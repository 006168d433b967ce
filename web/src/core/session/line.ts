/** The connection of a session: the stream of entries, waits between tries, and whether it stands. */
import type { Clock, Entry, Link } from "./model";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 20_000;

export interface LineOptions {
  readonly link: Link;
  readonly clock: Clock;
  readonly random: () => number;
  /** The revision after which entries are wanted. */
  readonly revision: () => number;
  /** Whether nothing waits to be sent, so that only the stream tells of the server. */
  readonly isIdle: () => boolean;
  readonly onEntry: (entry: Entry) => void;
  readonly onChange: () => void;
  /** A wait is over: there may be something to send. */
  readonly onReady: () => void;
}

export class Line {
  readonly #options: LineOptions;
  #stream: { close(): void } | undefined;
  #timer: { readonly isHold: boolean; readonly cancel: () => void } | undefined;
  #wait = FIRST_WAIT_MS;
  #isConnected = true;
  #isClosed = false;

  constructor(options: LineOptions) {
    this.#options = options;
  }

  /** Whether the server was there the last time. */
  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** Whether it is not yet time to send. */
  get isWaiting(): boolean {
    return this.#timer !== undefined;
  }

  /** Waits for more before something is sent. */
  hold(ms: number): void {
    this.#later(ms, true);
  }

  /** Ends a `hold`; a wait between tries goes on. */
  endHold(): void {
    if (this.#timer?.isHold === true) {
      this.#stopTimer();
    }
  }

  /** The server has answered. */
  reached(): void {
    this.#wait = FIRST_WAIT_MS;
    if (!this.#isConnected) {
      this.#isConnected = true;
      this.#options.onChange();
    }
  }

  /** The server has not answered: the next try comes later. */
  broken(): void {
    this.#isConnected = false;
    const wait = this.#wait * (0.5 + this.#options.random());
    this.#wait = Math.min(LONGEST_WAIT_MS, this.#wait * 2);
    this.#later(wait, false);
    this.#options.onChange();
  }

  /** Tries again at once. */
  wake(): void {
    this.#stopTimer();
    this.#wait = FIRST_WAIT_MS;
    this.#refollow();
  }

  /** Opens the stream anew, from the revision that is known now. */
  follow(): void {
    this.#stream?.close();
    this.#stream = undefined;
    if (this.#isClosed) {
      return;
    }
    let isOurs = true;
    const ours = (call: () => void): void => {
      if (isOurs && !this.#isClosed) {
        call();
      }
    };
    const stream = this.#options.link.follow(this.#options.revision(), {
      open: () => ours(() => this.reached()),
      entry: (entry) =>
        ours(() => {
          this.reached();
          this.#options.onEntry(entry);
        }),
      lost: () =>
        ours(() => {
          isOurs = false;
          this.#stream = undefined;
          this.broken();
        }),
    });
    this.#stream = {
      close: () => {
        isOurs = false;
        stream.close();
      },
    };
  }

  close(): void {
    this.#isClosed = true;
    this.#stream?.close();
    this.#stream = undefined;
    this.#stopTimer();
  }

  /** Opens the stream if there is none, or if nothing else would tell that the server is back. */
  #refollow(): void {
    if (this.#stream === undefined || (!this.#isConnected && this.#options.isIdle())) {
      this.follow();
    }
  }

  #later(ms: number, isHold: boolean): void {
    this.#stopTimer();
    const cancel = this.#options.clock.after(ms, () => {
      this.#timer = undefined;
      this.#refollow();
      this.#options.onReady();
    });
    this.#timer = { isHold, cancel };
  }

  #stopTimer(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
