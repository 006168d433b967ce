/**
 * Drawing a wire: press on a pin and drag, or click one pin and then another. The loose wire follows
 * the pointer without React; the stage only knows that there is one.
 */
import { type PointerEvent as ReactPointerEvent, useEffect, useRef } from "react";

import { curveOf, pathOfCurve, type Point } from "~/core";

import { useTools } from "../state/context";
import { say, type StageStore } from "../state/stage";
import type { NodeView, PinPlace } from "../view/model";
import type { SceneView } from "../view/scene";
import { pinAt } from "../view/scene";
import type { GroundHooks, Taken } from "./hooks";
import { useLatest } from "./latest";
import { pointed, samePlace } from "./pointer";

const CLICK = 4;

export interface WiringInput {
  readonly scene: { readonly current: SceneView };
  readonly hooks: GroundHooks;
  readonly readOnly: boolean;
  readonly toGround: (client: Point) => Point;
  readonly toClient: (ground: Point) => Point;
}

interface Drag {
  readonly pointer: number;
  readonly start: Point;
  readonly pressed: PinPlace;
  from: PinPlace;
  taken: Taken | undefined;
  moving: boolean;
}

/** Elements that show the loose wire and what it says; the board owns them. */
export interface LooseElements {
  readonly path: { readonly current: SVGPathElement | null };
  readonly tip: { readonly current: HTMLDivElement | null };
}

export interface WiringHandlers {
  /** True if the press was on a pin and is taken care of. */
  readonly onPointerDown: (event: ReactPointerEvent) => boolean;
  readonly cancel: () => void;
}

export function useWiring(input: WiringInput, loose: LooseElements): WiringHandlers {
  const { stage } = useTools();
  const latest = useLatest(input);
  const drag = useRef<Drag | null>(null);

  useEffect(() => {
    const controller = new WiringController(stage, latest, drag, loose);
    return controller.listen();
  }, [stage, latest, loose]);

  return {
    onPointerDown: (event) => press(event, latest.current, drag, stage),
    cancel: () => {
      drag.current = null;
      endWiring(stage, loose);
    },
  };
}

function press(
  event: ReactPointerEvent,
  input: WiringInput,
  drag: { current: Drag | null },
  stage: StageStore,
): boolean {
  const { pin } = pointed(event.target as Element);
  if (pin === undefined || event.button !== 0 || input.readOnly) {
    return false;
  }
  event.preventDefault();
  event.stopPropagation();
  if (event.altKey) {
    input.hooks.cutPin(pin);
    return true;
  }
  const start = { x: event.clientX, y: event.clientY };
  drag.current = { pointer: event.pointerId, start, pressed: pin, from: pin, taken: undefined, moving: false };
  stage.setState({ cursor: pin.node, cursorPin: pin });
  return true;
}

function endWiring(stage: StageStore, loose: LooseElements): void {
  if (stage.getState().wiring !== null) {
    stage.setState({ wiring: null });
  }
  loose.path.current?.setAttribute("d", "");
  if (loose.tip.current !== null) {
    loose.tip.current.hidden = true;
  }
}

class WiringController {
  readonly #stage: StageStore;
  readonly #input: { readonly current: WiringInput };
  readonly #drag: { current: Drag | null };
  readonly #loose: LooseElements;

  constructor(
    stage: StageStore,
    input: { readonly current: WiringInput },
    drag: { current: Drag | null },
    loose: LooseElements,
  ) {
    this.#stage = stage;
    this.#input = input;
    this.#drag = drag;
    this.#loose = loose;
  }

  listen(): () => void {
    const move = (event: PointerEvent) => this.#move(event);
    const up = (event: PointerEvent) => this.#up(event);
    const cancel = () => this.#cancel();
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", up);
    window.addEventListener("pointercancel", cancel);
    const stop = this.#stage.subscribe((now, before) => {
      if (now.wiring === null && before.wiring !== null) {
        this.#cancel();
      }
    });
    return () => {
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", up);
      window.removeEventListener("pointercancel", cancel);
      stop();
    };
  }

  #cancel(): void {
    this.#drag.current = null;
    endWiring(this.#stage, this.#loose);
  }

  #move(event: PointerEvent): void {
    const drag = this.#drag.current;
    if (drag !== null && drag.pointer === event.pointerId) {
      if (!drag.moving && Math.hypot(event.clientX - drag.start.x, event.clientY - drag.start.y) < CLICK) {
        return;
      }
      if (!drag.moving) {
        this.#begin(drag);
      }
      this.#draw(drag.from, event);
      return;
    }
    const { wiring } = this.#stage.getState();
    if (wiring?.armed === true) {
      this.#draw(wiring.from, event);
    }
  }

  /** The press became a drag. A wired data input gives its wire up, to be led elsewhere. */
  #begin(drag: Drag): void {
    drag.moving = true;
    const { hooks } = this.#input.current;
    const taken = hooks.takeOff(drag.pressed);
    if (taken !== undefined) {
      drag.from = taken.from;
      drag.taken = { source: taken.source, target: taken.target };
    }
    this.#stage.setState({
      wiring: {
        from: drag.from,
        armed: false,
        fit: hooks.fitting(drag.from),
        ...(drag.taken === undefined ? {} : { taken: drag.taken }),
      },
    });
  }

  #up(event: PointerEvent): void {
    const drag = this.#drag.current;
    if (drag === null || drag.pointer !== event.pointerId) {
      return;
    }
    this.#drag.current = null;
    if (!drag.moving) {
      this.#click(drag, event);
      return;
    }
    const { hooks } = this.#input.current;
    const spot = this.#spot(event);
    const target = this.#target(drag.from, event);
    endWiring(this.#stage, this.#loose);
    if (target !== undefined) {
      hooks.connect(drag.from, target, spot, drag.taken);
    } else if (onGround(event)) {
      const { thing } = pointed(document.elementFromPoint(event.clientX, event.clientY));
      hooks.dropWire(drag.from, spot, drag.taken, thing === drag.from.node ? undefined : thing);
    }
  }

  #click(drag: Drag, event: PointerEvent): void {
    const { hooks } = this.#input.current;
    const { wiring } = this.#stage.getState();
    if (wiring?.armed === true) {
      const { from } = wiring;
      endWiring(this.#stage, this.#loose);
      if (!samePlace(from, drag.pressed)) {
        hooks.connect(from, drag.pressed, this.#spot(event), wiring.taken);
      }
      return;
    }
    this.#stage.setState({ wiring: { from: drag.pressed, armed: true, fit: hooks.fitting(drag.pressed) } });
    say(this.#stage, "Wire begun. Choose the pin it leads to, or press Escape.");
  }

  #spot(event: PointerEvent) {
    const client = { x: event.clientX, y: event.clientY };
    return { client, ground: this.#input.current.toGround(client) };
  }

  /** The pin under the pointer, or the best one of the node under it. */
  #target(from: PinPlace, event: PointerEvent): PinPlace | undefined {
    const { pin, thing } = pointed(document.elementFromPoint(event.clientX, event.clientY));
    if (pin !== undefined) {
      return samePlace(pin, from) ? undefined : pin;
    }
    const { scene, hooks } = this.#input.current;
    const view = thing === undefined || thing === from.node ? undefined : scene.current.things.get(thing);
    if (view === undefined || view.kind === "frame") {
      return undefined;
    }
    const best = bestPin(view, hooks.fitting(from));
    const taken = best !== undefined && pinAt(scene.current, best)?.wired === true;
    return taken && hooks.grows(from, view.id) ? undefined : best;
  }

  #draw(from: PinPlace, event: PointerEvent): void {
    const { scene, toGround, toClient, hooks } = this.#input.current;
    const start = pointOf(scene.current, from);
    const path = this.#loose.path.current;
    if (start === undefined || path === null) {
      return;
    }
    const target = this.#target(from, event);
    const snapped = target === undefined ? undefined : pointOf(scene.current, target);
    const client = { x: event.clientX, y: event.clientY };
    const base = path.ownerSVGElement?.getBoundingClientRect();
    const local = (point: Point) => ({ x: point.x - (base?.left ?? 0), y: point.y - (base?.top ?? 0) });
    const tail = local(toClient(start));
    const head = local(snapped === undefined ? toClient(toGround(client)) : toClient(snapped));
    const curve = from.side === "out" ? curveOf(tail, head) : curveOf(head, tail);
    path.setAttribute("d", pathOfCurve(curve));
    path.setAttribute("class", `wire ${pinClass(scene.current, from)}`);
    this.#tell(target === undefined ? undefined : hooks.joining(from, target), client);
  }

  #tell(joining: ReturnType<GroundHooks["joining"]> | undefined, client: Point): void {
    const tip = this.#loose.tip.current;
    if (tip === null) {
      return;
    }
    tip.hidden = joining === undefined || joining.words === "";
    if (joining !== undefined) {
      tip.textContent = joining.words;
      tip.classList.toggle("refused", joining.fit === "unfit");
      tip.style.left = `${client.x + 14}px`;
      tip.style.top = `${client.y + 18}px`;
    }
  }
}

function onGround(event: PointerEvent): boolean {
  return document.elementFromPoint(event.clientX, event.clientY)?.closest(".board") !== null;
}

/** The first free pin that fits without conversion, else the first that fits at all. */
export function bestPin(view: NodeView, fit: (place: PinPlace) => string): PinPlace | undefined {
  const places = view.pins.map((pin) => ({ node: view.id, side: pin.side, key: pin.key, wired: pin.wired }));
  const fitting = places.filter((place) => fit(place) === "fits");
  const chosen =
    fitting.find((place) => !place.wired) ?? fitting[0] ?? places.find((place) => fit(place) === "converts");
  return chosen === undefined ? undefined : { node: chosen.node, side: chosen.side, key: chosen.key };
}

/** Where a pin is on the ground. */
export function pointOf(scene: SceneView, place: PinPlace): Point | undefined {
  const thing = scene.things.get(place.node);
  const at = scene.places.get(place.node);
  const pin = pinAt(scene, place);
  if (thing === undefined || at === undefined || pin === undefined) {
    return undefined;
  }
  return { x: at.x + (place.side === "in" ? 0 : thing.width), y: at.y + pin.y };
}

function pinClass(scene: SceneView, place: PinPlace): string {
  const pin = pinAt(scene, place);
  return pin === undefined ? "data t-generic" : `${pin.shape === "exec" ? "exec done" : "data hot"} t-${pin.hue}`;
}
