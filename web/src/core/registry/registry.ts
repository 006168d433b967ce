/**
 * The one register of what people can do: keys, menus, the list of commands and the help sheet all
 * read it. A screen adds its actions while it is shown.
 */
import type { Chord, KeyPress, Platform } from "./keys";
import { chordText, isSingleLetter, matches, parseKeys } from "./keys";

/** Something a person can do. */
export interface Action {
  /** Stable and dotted, such as `edit.undo`; remapped keys are kept by it. */
  readonly id: string;
  readonly label: string;
  /** Heading in the help sheet and the list of commands. */
  readonly group: string;
  /** Shortcuts as people write them: `Mod+Z`, `G B`. */
  readonly keys?: readonly string[];
  /** Other words by which it is found. */
  readonly words?: readonly string[];
  /** Whether it makes sense now; always, if absent. */
  readonly when?: () => boolean;
  /** Whether its keys count now, such as only on the board; menus and lists do not ask. */
  readonly keysWhen?: () => boolean;
  /** Whether it also works while a text field has the focus. */
  readonly inFields?: boolean;
  /** Whether it is left out of the list of commands, such as moving by arrow keys. */
  readonly hidden?: boolean;
  readonly run: () => void;
}

/** What a person changed: keys by action id. No keys switch the shortcut off. */
export type Remapped = { readonly [id: string]: readonly string[] };

export interface RegistryOptions {
  readonly platform?: Platform;
  readonly remapped?: Remapped;
  /** Whether shortcuts of one letter work. */
  readonly singleLetters?: boolean;
}

interface Bound {
  readonly action: Action;
  readonly chords: readonly Chord[];
}

/** Two actions of which only the later one hears the keys. */
export interface Clash {
  readonly keys: string;
  readonly ids: readonly string[];
}

export class Registry {
  readonly #actions = new Map<string, Action>();
  readonly #listeners = new Set<() => void>();
  #options: RegistryOptions;
  #bound: readonly Bound[] | undefined;
  #begun: readonly KeyPress[] = [];
  #list: readonly Action[] | undefined;

  constructor(options: RegistryOptions = {}) {
    this.#options = options;
  }

  /** Ctrl or Cmd. */
  get platform(): Platform {
    return this.#options.platform ?? "other";
  }

  /** Adds actions; the result takes them away again. A later action of the same id stands in front. */
  add(actions: readonly Action[]): () => void {
    const replaced = new Map<string, Action | undefined>();
    for (const action of actions) {
      replaced.set(action.id, this.#actions.get(action.id));
      this.#actions.set(action.id, action);
    }
    this.#changed();
    return () => {
      for (const action of actions) {
        if (this.#actions.get(action.id) === action) {
          const before = replaced.get(action.id);
          if (before === undefined) {
            this.#actions.delete(action.id);
          } else {
            this.#actions.set(action.id, before);
          }
        }
      }
      this.#changed();
    };
  }

  /** Changes keys. */
  configure(options: RegistryOptions): void {
    this.#options = { ...this.#options, ...options };
    this.#changed();
  }

  /** All actions, in the order they were added; the same list until something changes. */
  list(): readonly Action[] {
    this.#list ??= [...this.#actions.values()];
    return this.#list;
  }

  get(id: string): Action | undefined {
    return this.#actions.get(id);
  }

  /** The shortcuts of an action, after what the person changed. */
  keysOf(id: string): readonly string[] {
    return this.#options.remapped?.[id] ?? this.#actions.get(id)?.keys ?? [];
  }

  /** Whether an action is there and makes sense now. */
  can(id: string): boolean {
    const action = this.#actions.get(id);
    return action !== undefined && (action.when?.() ?? true);
  }

  /** Does an action. False if it is not there or makes no sense now. */
  run(id: string): boolean {
    const action = this.#actions.get(id);
    if (action === undefined || !(action.when?.() ?? true)) {
      return false;
    }
    action.run();
    return true;
  }

  /** Calls after actions or keys changed; the result ends that. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /**
   * What a key press means: `run` did something, `wait` began a shortcut of several keys, `none`
   * is not for us. Of several actions with the same keys the one added last is asked first.
   */
  press(press: KeyPress, inField = false): "run" | "wait" | "none" {
    const presses = [...this.#begun, press];
    this.#begun = [];
    const usable = this.#shortcuts().filter(({ action }) => !inField || action.inFields === true);
    const begun = usable.filter(({ chords }) => startsWith(chords, presses, this.platform));
    for (const { action, chords } of begun.toReversed()) {
      if (chords.length === presses.length && hears(action)) {
        action.run();
        return "run";
      }
    }
    if (begun.some(({ chords, action }) => chords.length > presses.length && hears(action))) {
      this.#begun = presses;
      return "wait";
    }
    return presses.length > 1 ? this.press(press, inField) : "none";
  }

  /** Forgets a shortcut that was begun: time passed, or the focus went elsewhere. */
  forget(): void {
    this.#begun = [];
  }

  /** Shortcuts that several actions have. */
  clashes(): readonly Clash[] {
    const ids = new Map<string, string[]>();
    for (const { action, chords } of this.#shortcuts()) {
      const keys = chords.map(chordText).join(" ");
      ids.set(keys, [...(ids.get(keys) ?? []), action.id]);
    }
    return [...ids].filter(([, members]) => members.length > 1).map(([keys, members]) => ({ keys, ids: members }));
  }

  #shortcuts(): readonly Bound[] {
    this.#bound ??= this.list().flatMap((action) =>
      this.keysOf(action.id)
        .map((keys) => ({ action, chords: parseKeys(keys) }))
        .filter(({ chords }) => (this.#options.singleLetters ?? true) || !isSingleLetter(chords)),
    );
    return this.#bound;
  }

  #changed(): void {
    this.#bound = undefined;
    this.#list = undefined;
    this.#begun = [];
    for (const listener of this.#listeners) {
      listener();
    }
  }
}

function hears({ when, keysWhen }: Action): boolean {
  return (keysWhen?.() ?? true) && (when?.() ?? true);
}

function startsWith(chords: readonly Chord[], presses: readonly KeyPress[], platform: Platform): boolean {
  return (
    chords.length >= presses.length &&
    presses.every((press, index) => matches(chords[index] as Chord, press, platform))
  );
}
