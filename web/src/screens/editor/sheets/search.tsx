import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";

import { type BoardHit, replaceInLiterals, searchBoard } from "~/core";
import { iconOf } from "~/canvas/look/icons";
import { Button, Dialog, Icon, type IconName, TextField } from "~/ui";

import { jumpTo } from "../acts/layers";
import { useBoard, useDesk, useDeskState } from "../desk/context";
import type { Desk } from "../desk/desk";

const MOST = 100;

/** Finds things on this board, in all its layers, and replaces text in literals. */
export function SearchSheet({ onClose }: { readonly onClose: () => void }) {
  const desk = useDesk();
  const board = useBoard();
  const problems = useDeskState((state) => state.findings);
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const id = useId();
  const hits = useMemo(
    () => searchBoard(board, desk.session.types, query, { problems, limit: MOST }),
    [board, desk, query, problems],
  );
  const chosen = hits[Math.min(at, hits.length - 1)];
  const choose = (hit: BoardHit) => {
    onClose();
    show(desk, hit);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const last = Math.max(0, hits.length - 1);
      const next = at + (event.key === "ArrowDown" ? 1 : -1);
      setAt(next > last ? 0 : next < 0 ? last : next);
    } else if (event.key === "Enter" && chosen !== undefined && !event.nativeEvent.isComposing) {
      event.preventDefault();
      choose(chosen);
    }
  };
  return (
    <Dialog title="Search this board" className="plain" onClose={onClose}>
      <div className="search-list">
        <div className="q">
          <Icon name="search" />
          <SearchField id={id} query={query} active={chosen === undefined ? undefined : `${id}-${at}`} onQuery={(text) => (setQuery(text), setAt(0))} onKeyDown={onKeyDown} />
        </div>
        <div role="listbox" id={`${id}-list`} aria-label="Found" className="options" tabIndex={-1}>
          {hits.map((hit, index) => (
            <HitRow key={`${hit.kind} ${hit.id} ${hit.field}`} id={`${id}-${index}`} hit={hit} desk={desk} selected={hit === chosen} onPoint={() => setAt(index)} onChoose={choose} />
          ))}
          {hits.length === 0 && <Nothing query={query} />}
        </div>
        {!desk.readOnly && query.trim() !== "" && <Replace desk={desk} find={query.trim()} />}
        <div className="ft">
          <span>
            <kbd>↑</kbd> <kbd>↓</kbd> choose
          </span>
          <span>
            <kbd>Enter</kbd> go there
          </span>
          <span className="end">{hits.length === MOST ? `the first ${MOST}` : hits.length}</span>
        </div>
      </div>
    </Dialog>
  );
}

interface SearchFieldProps {
  readonly id: string;
  readonly query: string;
  readonly active: string | undefined;
  readonly onQuery: (text: string) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

function SearchField({ id, query, active, onQuery, onKeyDown }: SearchFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  useEffect(() => {
    document.getElementById(active ?? "")?.scrollIntoView?.({ block: "nearest" });
  }, [active]);
  return (
    <input
      ref={input}
      data-autofocus=""
      role="combobox"
      aria-label="Search this board"
      aria-expanded="true"
      aria-controls={`${id}-list`}
      aria-autocomplete="list"
      aria-activedescendant={active}
      autoComplete="off"
      spellCheck={false}
      placeholder="Nodes, pins, values, notes, variables…"
      value={query}
      onChange={(event) => onQuery(event.target.value)}
      onKeyDown={onKeyDown}
    />
  );
}

const FILTERS = ["type:", "pin:", "value:", "var:", "error:", "unused:"];

function Nothing({ query }: { readonly query: string }) {
  return (
    <p className="options-empty faint">
      {query === "" ? "Type a word, or narrow it with " : "Nothing is like that. Narrow with "}
      {FILTERS.map((filter) => (
        <code key={filter}>{filter} </code>
      ))}
    </p>
  );
}

const ICONS: Readonly<Record<BoardHit["kind"], IconName>> = { node: "box", layer: "layers", comment: "frame", variable: "variable" };

interface HitRowProps {
  readonly id: string;
  readonly hit: BoardHit;
  readonly desk: Desk;
  readonly selected: boolean;
  readonly onPoint: () => void;
  readonly onChoose: (hit: BoardHit) => void;
}

function HitRow({ id, hit, desk, selected, onPoint, onChoose }: HitRowProps) {
  const definition = desk.session.types.get(desk.board.nodes[hit.id]?.type ?? "");
  const where = desk.board.layers[hit.layer]?.name;
  return (
    // The field has the keys; an option takes no focus of its own.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div role="option" id={id} aria-selected={selected} className="option" onPointerMove={selected ? undefined : onPoint} onClick={() => onChoose(hit)}>
      <Icon name={definition === undefined ? ICONS[hit.kind] : iconOf(definition)} size={14} />
      <span className="cut">{hit.title || hit.id}</span>
      {hit.field !== "" && <span className="faint">{hit.field}</span>}
      <small className="cut">{hit.excerpt === hit.title ? (where ?? "") : hit.excerpt}</small>
    </div>
  );
}

function show(desk: Desk, hit: BoardHit): void {
  if (hit.kind === "variable") {
    desk.surface.setState({ left: "variables" });
  } else {
    jumpTo(desk, hit.id);
  }
}

/** Replaces what was searched for in all text literals. */
function Replace({ desk, find }: { readonly desk: Desk; readonly find: string }) {
  const [by, setBy] = useState("");
  const commands = useMemo(() => replaceInLiterals(desk.board, desk.session.types, find, by), [desk, find, by]);
  if (commands.length === 0) {
    return null;
  }
  const words = commands.length === 1 ? "in 1 value" : `in ${commands.length} values`;
  return (
    <div className="replace row">
      <TextField bare label="Replace by" placeholder="Replace by" value={by} onChange={setBy} />
      <Button small onClick={() => desk.edit(commands, { label: `Replaced ${words}` })}>
        Replace {words}
      </Button>
    </div>
  );
}
