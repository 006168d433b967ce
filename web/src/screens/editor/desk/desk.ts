/**
 * One board that is open in the editor, with all that belongs to it: the session with the server,
 * what the person is doing, and what is drawn. Knows no React; the screen looks at `state`.
 */
import type { Command, EditOptions, Session, Snapshot } from "~/core";
import {
  Camera,
  createStage,
  FlowModel,
  type FlowArrays,
  Lives,
  Moved,
  Scene,
  type SceneView,
  type StageStore,
} from "~/canvas";
import { prune, say } from "~/canvas/state/stage";

import { Generics } from "./generics";
import { createSurface, type SurfaceStore } from "./surface";
import { Conversions, refusalOf } from "./types";

/** Something that is wrong with the board, as the server's check says it. */
export interface Finding {
  readonly code: string;
  readonly severity: "error" | "warning" | "info";
  readonly message: string;
  readonly remedy?: string;
  readonly where?: { readonly node?: string; readonly pin?: string; readonly path?: string };
}

export interface DeskState {
  readonly snapshot: Snapshot;
  readonly scene: SceneView;
  readonly flow: FlowArrays;
  readonly findings: readonly Finding[];
}

export interface DeskOptions {
  readonly session: Session;
  readonly readOnly?: boolean;
  readonly storage?: globalThis.Storage | undefined;
  readonly layer?: string;
  /** Tells the person something that did not work. */
  readonly complain: (title: string, detail?: string) => void;
}

export class Desk {
  readonly session: Session;
  readonly readOnly: boolean;
  readonly stage: StageStore;
  readonly surface: SurfaceStore;
  readonly lives = new Lives();
  readonly moved = new Moved();
  readonly camera = new Camera();
  readonly conversions: Conversions;
  readonly complain: DeskOptions["complain"];
  readonly #scene = new Scene();
  readonly #flow = new FlowModel();
  readonly #listeners = new Set<() => void>();
  readonly #stops: (() => void)[] = [];
  #findings: readonly Finding[] = [];
  #problems: ReadonlyMap<string, string> = new Map();
  #generics: { readonly of: unknown; readonly value: Generics };
  #drawn: { readonly deps: readonly unknown[]; readonly scene: SceneView } | undefined;
  #state: DeskState;

  constructor({ session, readOnly = false, storage, layer = "", complain }: DeskOptions) {
    this.session = session;
    this.readOnly = readOnly;
    this.complain = complain;
    this.stage = createStage({ layer });
    this.surface = createSurface(storage);
    this.conversions = new Conversions(session.types);
    const snapshot = session.snapshot();
    this.#generics = { of: snapshot.board, value: new Generics(snapshot.board, session.types) };
    this.#state = this.#made(snapshot);
    this.#stops.push(
      session.subscribe(() => this.#update()),
      this.stage.subscribe((now, before) => {
        if (
          now.layer !== before.layer ||
          now.selected !== before.selected ||
          now.selectedWires !== before.selectedWires ||
          now.unfolded !== before.unfolded
        ) {
          this.#update();
        }
      }),
      this.moved.subscribe(() => this.#update()),
    );
  }

  /** The same object until something that is drawn changes. */
  state = (): DeskState => this.#state;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  get board() {
    return this.#state.snapshot.board;
  }

  get scene(): SceneView {
    return this.#state.scene;
  }

  /** Generic pins as what is wired to them makes them. */
  get generics(): Generics {
    return this.#generics.value;
  }

  get layer(): string {
    return this.stage.getState().layer;
  }

  /** What an act is about: the selection in the order of the board, else what the keyboard stands on. */
  get selected(): readonly string[] {
    const { selected, cursor } = this.stage.getState();
    if (selected.size === 0) {
      return this.scene.things.has(cursor) ? [cursor] : [];
    }
    return [...this.scene.things.keys()].filter((id) => selected.has(id));
  }

  /** Does commands as one step. Says why if they are refused. */
  edit(commands: readonly Command[], options: EditOptions = {}): boolean {
    if (this.readOnly || commands.length === 0) {
      return false;
    }
    const outcome = this.session.edit(commands, options);
    if (!outcome.ok) {
      this.complain(outcome.refused.message, outcome.refused.remedy);
      return false;
    }
    if (options.label !== undefined) {
      this.say(options.label);
    }
    return true;
  }

  /** Says something to those who listen instead of look. */
  say(words: string): void {
    say(this.stage, words);
  }

  setFindings(findings: readonly Finding[]): void {
    this.#findings = findings;
    const problems = new Map<string, string>();
    for (const finding of findings) {
      const id = finding.where?.node;
      if (id !== undefined && finding.severity === "error" && !problems.has(id)) {
        problems.set(id, finding.message);
      }
    }
    this.#problems = problems;
    this.#update();
  }

  close(): void {
    for (const stop of this.#stops) {
      stop();
    }
    this.lives.clear();
    this.session.close();
  }

  #update(): void {
    const before = this.#state;
    const snapshot = this.session.snapshot();
    const { layer } = this.stage.getState();
    if (layer !== "" && snapshot.board.layers[layer] === undefined) {
      this.stage.setState({ layer: "" }); // comes back here
      return;
    }
    const next = this.#made(snapshot);
    const same =
      next.snapshot === before.snapshot &&
      next.scene === before.scene &&
      next.flow === before.flow &&
      next.findings === before.findings;
    if (same) {
      return;
    }
    this.#state = next;
    this.#tellRefused(before.snapshot);
    if (next.scene !== before.scene) {
      prune(
        this.stage,
        (id) => next.scene.things.has(id),
        (id) => next.scene.wires.has(id),
      );
    }
    for (const listener of this.#listeners) {
      listener();
    }
  }

  /** A step back that was refused leaves no trace on the board: it is said. */
  #tellRefused(before: Snapshot): void {
    for (const one of this.#state.snapshot.conflicts) {
      if (one.step !== undefined && !before.conflicts.includes(one)) {
        this.complain(one.step === "undo" ? "It was not undone" : "It was not done again", `${one.refused.message} The mark beside the name of the board leads to what can be done.`);
      }
    }
  }

  #made(snapshot: Snapshot): DeskState {
    const { layer, unfolded, selected, selectedWires } = this.stage.getState();
    const scene = this.#sceneOf([snapshot.board, layer, unfolded, this.#problems], snapshot, layer, unfolded);
    const flow = this.#flow.update({
      scene,
      selected,
      selectedWires,
      moved: this.moved.get(),
      readOnly: this.readOnly,
    });
    return { snapshot, scene, flow, findings: this.#findings };
  }

  /** The scene, made anew only if something it shows changed: a drag asks sixty times a second. */
  #sceneOf(deps: readonly unknown[], { board }: Snapshot, layer: string, unfolded: ReadonlySet<string>): SceneView {
    if (this.#drawn === undefined || deps.some((item, index) => item !== this.#drawn?.deps[index])) {
      if (this.#generics.of !== board) {
        this.#generics = { of: board, value: new Generics(board, this.session.types) };
      }
      const scene = this.#scene.update({
        board,
        types: this.session.types,
        layer,
        unfolded,
        problems: this.#problems,
        resolve: this.#generics.value.resolve,
        refusal: refusalOf,
      });
      this.#drawn = { deps, scene };
    }
    return this.#drawn.scene;
  }
}
