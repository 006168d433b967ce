import { type KeyboardEvent, useMemo, useState } from "react";

import { insert } from "../acts/nodes";
import { useDesk } from "../desk/context";
import { focusBoard } from "../desk/ground-hooks";
import type { PaletteRequest } from "../desk/surface";
import { allEntries, fitting, type Group, grouped, recentTypes, rememberType } from "./offers";
import type { Entry, Hit } from "./search";

export interface PaletteState {
  readonly query: string;
  readonly ask: (text: string) => void;
  /** Whether everything is listed, not only what fits. */
  readonly all: boolean;
  readonly turn: () => void;
  /** Whether there is something to fit: a pin or a wire. */
  readonly filtered: boolean;
  readonly groups: readonly Group[];
  readonly hits: readonly Hit[];
  readonly total: number;
  readonly chosen: Hit | undefined;
  readonly point: (hit: Hit) => void;
  readonly choose: (entry: Entry) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/** What is listed, what is chosen, and what the keys do. */
export function usePalette(request: PaletteRequest): PaletteState {
  const desk = useDesk();
  const [query, setQuery] = useState("");
  const [all, setAll] = useState(false);
  const [at, setAt] = useState(0);
  const entries = useMemo(() => allEntries(desk), [desk]);
  const fits = useMemo(() => fitting(desk, entries, request), [desk, entries, request]);
  const recent = useMemo(() => recentTypes(), []);
  const filtered = request.from !== undefined || request.wire !== undefined;
  const groups = useMemo(
    () => grouped(all ? entries : fits, query, recent, filtered && !all),
    [all, entries, fits, query, recent, filtered],
  );
  const hits = groups.flatMap((group) => group.hits);
  const chosen = hits[Math.min(at, hits.length - 1)];

  const close = () => {
    desk.surface.setState({ palette: null });
    focusBoard(true);
  };
  const turn = () => {
    setAll(!all);
    setAt(0);
  };
  const choose = (entry: Entry) => {
    rememberType(entry.id);
    const made = insert(desk, choiceOf(entry), request);
    close();
    if (made !== undefined) {
      desk.stage.setState({ cursor: made });
    }
  };
  const keys: Readonly<Record<string, (() => void) | undefined>> = {
    Escape: close,
    Enter: chosen === undefined ? undefined : () => choose(chosen.entry),
    Tab: filtered ? turn : undefined,
    ArrowDown: () => setAt(at >= hits.length - 1 ? 0 : at + 1),
    ArrowUp: () => setAt(at <= 0 ? Math.max(0, hits.length - 1) : at - 1),
  };
  return {
    query,
    ask: (text) => {
      setQuery(text);
      setAt(0);
    },
    all,
    turn,
    filtered,
    groups,
    hits,
    total: entries.length,
    chosen,
    point: (hit) => setAt(hits.indexOf(hit)),
    choose,
    onKeyDown: (event) => {
      event.stopPropagation();
      const act = event.nativeEvent.isComposing ? undefined : keys[event.key];
      if (act !== undefined) {
        event.preventDefault();
        act();
      }
    },
  };
}

function choiceOf({ type, name, values }: Entry) {
  return { type, ...(name === undefined ? {} : { name }), ...(values === undefined ? {} : { values }) };
}
