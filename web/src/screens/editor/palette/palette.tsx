import { type KeyboardEvent as FieldEvent, type ReactNode, useEffect, useId, useLayoutEffect, useRef } from "react";

import { inputsOf, isPure, labelOf, type NodeDefinition, outputsOf, type PinDefinition } from "~/core";
import { iconOf } from "~/canvas/look/icons";
import { pinAt } from "~/canvas/view/scene";
import { Icon } from "~/ui";

import { useDesk, useSurface } from "../desk/context";
import type { Desk } from "../desk/desk";
import { focusBoard } from "../desk/ground-hooks";
import type { PaletteRequest } from "../desk/surface";
import { refusalOf } from "../desk/types";
import { TypeMark } from "../parts/type-mark";
import { type Group, requestWords } from "./offers";
import type { Hit } from "./search";
import { usePalette } from "./use-palette";

const MARGIN = 12;

/** The palette, where something asked for it. */
export function Palette() {
  const request = useSurface((surface) => surface.palette);
  return request === null ? null : <OpenPalette key={`${request.spot.client.x} ${request.spot.client.y}`} request={request} />;
}

function OpenPalette({ request }: { readonly request: PaletteRequest }) {
  const desk = useDesk();
  const box = usePlaced(request);
  const id = useId();
  const palette = usePalette(request);
  const { all, filtered, chosen, hits } = palette;
  return (
    <div ref={box} className="pal" role="dialog" aria-label="Add a node">
      <div className="q">
        <Icon name="search" />
        <PaletteField id={id} query={palette.query} chosen={chosen} onKeyDown={palette.onKeyDown} onQuery={palette.ask} />
        {filtered && (
          <>
            {!all && <span className="chip">{requestWords(desk, request)}</span>}
            <button type="button" className="btn sm quiet" aria-pressed={all} onClick={palette.turn}>
              {all ? "Only what fits" : "Show all"}
            </button>
          </>
        )}
      </div>
      <div className="body">
        <HitList id={id} groups={palette.groups} chosen={chosen} onPoint={palette.point} onChoose={(hit) => palette.choose(hit.entry)} />
        <div className="doc">{chosen !== undefined && <Doc definition={chosen.entry.definition} request={request} />}</div>
      </div>
      <PaletteKeys filtered={filtered} all={all} wired={request.from !== undefined}>
        {hits.length} of {palette.total}
      </PaletteKeys>
    </div>
  );
}

interface PaletteKeysProps {
  readonly filtered: boolean;
  readonly all: boolean;
  readonly wired: boolean;
  readonly children: ReactNode;
}

function PaletteKeys({ filtered, all, wired, children }: PaletteKeysProps) {
  return (
    <div className="ft">
      <span>
        <kbd>↑</kbd> <kbd>↓</kbd> choose
      </span>
      <span>
        <kbd>Enter</kbd> {filtered ? "insert and wire" : "insert"}
      </span>
      {filtered && (
        <span>
          <kbd>Tab</kbd> {all ? "only what fits" : "show all"}
        </span>
      )}
      <span>
        <kbd>Esc</kbd> {wired ? "drop the wire" : "close"}
      </span>
      <span className="end">{children}</span>
    </div>
  );
}

interface PaletteFieldProps {
  readonly id: string;
  readonly query: string;
  readonly chosen: Hit | undefined;
  readonly onKeyDown: (event: FieldEvent) => void;
  readonly onQuery: (text: string) => void;
}

function PaletteField({ id, query, chosen, onKeyDown, onQuery }: PaletteFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus({ preventScroll: true }), []);
  return (
    <input
      ref={input}
      role="combobox"
      aria-label="Add a node"
      aria-expanded="true"
      aria-controls={`${id}-list`}
      aria-autocomplete="list"
      aria-activedescendant={chosen === undefined ? undefined : `${id}-${chosen.entry.id}`}
      autoComplete="off"
      spellCheck={false}
      placeholder="Add a node…"
      value={query}
      onChange={(event) => onQuery(event.target.value)}
      onKeyDown={onKeyDown}
    />
  );
}

interface HitListProps {
  readonly id: string;
  readonly groups: readonly Group[];
  readonly chosen: Hit | undefined;
  readonly onPoint: (hit: Hit) => void;
  readonly onChoose: (hit: Hit) => void;
}

function HitList({ id, groups, chosen, onPoint, onChoose }: HitListProps) {
  const active = chosen === undefined ? "" : `${id}-${chosen.entry.id}`;
  useEffect(() => {
    document.getElementById(active)?.scrollIntoView?.({ block: "nearest" });
  }, [active]);
  return (
    <div className="list" role="listbox" id={`${id}-list`} aria-label="Nodes" tabIndex={-1}>
      {groups.length === 0 && <p className="faint pal-none">Nothing is called that. Try what it does, or part of its name.</p>}
      {groups.map((group) => (
        <div key={group.title} role="group" aria-label={group.title}>
          <h4 aria-hidden="true">{group.title}</h4>
          {group.hits.map((hit) => (
            // The field has the keys; an option takes no focus of its own.
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
            <div
              key={hit.entry.id}
              id={`${id}-${hit.entry.id}`}
              role="option"
              aria-selected={hit === chosen}
              className="option"
              onPointerMove={hit === chosen ? undefined : () => onPoint(hit)}
              onClick={() => onChoose(hit)}
            >
              <Icon name={hit.entry.fromBoard && hit.entry.where === "Event" ? "link" : iconOf(hit.entry.definition)} />
              <span className="cut">
                <Marked text={hit.entry.title} marks={hit.marks} />
              </span>
              <small className="cut">{hit.entry.where}</small>
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}

/** A text with the parts that matched underlined. */
function Marked({ text, marks }: { readonly text: string; readonly marks: Hit["marks"] }) {
  const parts: ReactNode[] = [];
  let done = 0;
  for (const [start, end] of marks.toSorted((one, two) => one[0] - two[0])) {
    if (start >= done) {
      parts.push(text.slice(done, start), <mark key={start}>{text.slice(start, end)}</mark>);
      done = end;
    }
  }
  return [...parts, text.slice(done)];
}

/** What a type does, takes and gives. */
function Doc({ definition, request }: { readonly definition: NodeDefinition; readonly request: PaletteRequest }) {
  const desk = useDesk();
  const from = request.from === undefined ? undefined : pinAt(desk.scene, request.from)?.definition;
  const permissions = definition.permissions ?? [];
  const yours = from === undefined ? undefined : pinFor(definition, from, request.from?.side === "out");
  return (
    <>
      <b className="doc-title">{definition.title ?? definition.name}</b>
      <p className="dim">
        {definition.description} {isPure(definition) && "Runs when its result is needed."}
      </p>
      <PinList pins={inputsOf(definition)} yours={yours} />
      <PinList pins={outputsOf(definition)} yours={yours} out />
      <p className="doc-foot faint">
        <Icon name="shield" size={12} />
        {permissions.length === 0 ? "No permissions needed, built in" : `Needs ${permissions.join(", ")}`}
      </p>
    </>
  );
}

function pinFor(definition: NodeDefinition, from: PinDefinition, outward: boolean): PinDefinition | undefined {
  return outward
    ? inputsOf(definition).find((pin) => refusalOf(from, pin) === "")
    : outputsOf(definition).find((pin) => refusalOf(pin, from) === "");
}

const MOST_PINS = 6;

function PinList({ pins, yours, out = false }: { readonly pins: readonly PinDefinition[]; readonly yours: PinDefinition | undefined; readonly out?: boolean }) {
  const shown = pins.filter((pin) => pin.type !== "Execution").slice(0, MOST_PINS);
  const more = pins.filter((pin) => pin.type !== "Execution").length - shown.length;
  if (shown.length === 0) {
    return null;
  }
  return (
    <ul className="pins2">
      {shown.map((pin) => (
        <li key={pin.name} className="row">
          {out && <Icon name="arrow" size={12} />}
          <TypeMark pin={pin} />
          <span className="cut">{labelOf(pin)}</span>
          {pin === yours && <span className="chip run">your wire</span>}
        </li>
      ))}
      {more > 0 && <li className="faint">and {more} more</li>}
    </ul>
  );
}

/** Beside the spot, but within the window. */
function usePlaced(request: PaletteRequest) {
  const box = useRef<HTMLDivElement>(null);
  const desk = useDesk();
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) {
      return undefined;
    }
    const { x, y } = request.spot.client;
    const left = Math.min(x, window.innerWidth - element.offsetWidth - MARGIN);
    const below = y + element.offsetHeight + MARGIN <= window.innerHeight;
    const top = below ? y : window.innerHeight - element.offsetHeight - MARGIN;
    element.style.left = `${Math.max(MARGIN, left)}px`;
    element.style.top = `${Math.max(MARGIN, top)}px`;
    const outside = (event: PointerEvent) => {
      if (!element.contains(event.target as Node)) {
        desk.surface.setState({ palette: null });
      }
    };
    document.addEventListener("pointerdown", outside, true);
    return () => document.removeEventListener("pointerdown", outside, true);
  }, [request, desk]);
  useEscape(desk);
  return box;
}

/** Escape closes it wherever the focus went: Tab and F6 lead out of it while it stays open. */
function useEscape(desk: Desk): void {
  useEffect(() => {
    const close = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !event.defaultPrevented) {
        event.preventDefault();
        desk.surface.setState({ palette: null });
        focusBoard(true);
      }
    };
    document.addEventListener("keydown", close);
    return () => document.removeEventListener("keydown", close);
  }, [desk]);
}
