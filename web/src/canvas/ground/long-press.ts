/** A finger that stays: on a screen without a right button it asks for the menu. */

const PRESS_MS = 480;
const SLACK_PX = 8;
/** Browsers that ask for a menu themselves do so within this time. */
const ECHO_MS = 800;

export interface Touch {
  readonly pointerId: number;
  readonly pointerType: string;
  readonly clientX: number;
  readonly clientY: number;
}

export class LongPress<T extends Touch> {
  readonly #ask: (event: T) => void;
  #held: { readonly event: T; readonly timer: ReturnType<typeof setTimeout> } | undefined;
  #asked = Number.NEGATIVE_INFINITY;

  constructor(ask: (event: T) => void) {
    this.#ask = ask;
  }

  /** A second finger ends it: that is a pinch. */
  down(event: T): void {
    const alone = this.#held === undefined;
    this.end();
    if (event.pointerType === "touch" && alone) {
      const timer = setTimeout(() => {
        this.#held = undefined;
        this.#asked = performance.now();
        this.#ask(event);
      }, PRESS_MS);
      this.#held = { event, timer };
    }
  }

  move({ pointerId, clientX, clientY }: Touch): void {
    const from = this.#held?.event;
    if (from !== undefined && (from.pointerId !== pointerId || Math.hypot(clientX - from.clientX, clientY - from.clientY) > SLACK_PX)) {
      this.end();
    }
  }

  end(): void {
    clearTimeout(this.#held?.timer);
    this.#held = undefined;
  }

  /** Whether the menu that the browser asks for was asked for by us already. */
  isEcho(): boolean {
    this.end();
    return performance.now() - this.#asked < ECHO_MS;
  }
}
