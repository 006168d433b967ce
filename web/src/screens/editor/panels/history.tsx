import { useCallback, useEffect, useState } from "react";

import type { Version } from "~/api";
import { Button, Chip, confirm, Empty, FailureNote, IconButton, SkeletonRows } from "~/ui";

import { bringBack } from "../acts/restore";
import { Panel } from "../bar/panel";
import { useDesk, useSnapshot } from "../desk/context";
import { type HistoryRow, stateNamed } from "../desk/board-link";
import { when } from "../dock/when";
import { wordsOf } from "../parts/words-of";
import { useSurroundings } from "../place";
import { DiffView } from "./diff";

interface Pages {
  readonly rows: readonly HistoryRow[];
  /** Where the rows before these begin; none if these are all. */
  readonly next: string | undefined;
  readonly versions: readonly Version[];
}

type Loaded = Pages | { readonly failed: string } | undefined;

/** A state of the board: the edit that led to it, and the versions it was given. */
interface Entry {
  readonly row: HistoryRow;
  readonly versions: readonly Version[];
}

/** The newest first. A version of a state that no edit led to, such as one imported, stands by itself. */
export function entriesOf({ rows, next, versions }: Pages): readonly Entry[] {
  const known = new Set(rows.map((row) => row.revision));
  const oldest = next === undefined ? 0 : (rows.at(-1)?.revision ?? 0);
  const alone = new Map(versions.filter(({ revision }) => !known.has(revision) && revision >= oldest).map((version) => [version.revision, rowOf(version)]));
  const made = next === undefined && rows.at(-1)?.revision === 1 && !alone.has(0) ? [MADE] : [];
  return [...rows, ...alone.values(), ...made]
    .toSorted((one, other) => other.revision - one.revision)
    .map((row) => ({ row, versions: versions.filter(({ revision }) => revision === row.revision) }));
}

/** Before the first edit. */
const MADE: HistoryRow = { revision: 0, actor: "", actor_name: "", at: "", kind: "made", summary: "The board as it was made" };

function rowOf({ revision, actor, actor_name, created_at, message }: Version): HistoryRow {
  return { revision, actor, actor_name, at: created_at, kind: "version", summary: message || "Published" };
}

/** What happened to the board, by whom and when; what differs since; and the way back. */
export function HistoryPanel({ onClose }: { readonly onClose: () => void }) {
  const { link } = useSurroundings();
  const { revision } = useSnapshot();
  const [loaded, setLoaded] = useState<Loaded>();
  const [compared, setCompared] = useState<string>();
  const load = useCallback(() => {
    Promise.all([link.history(), link.versions()]).then(
      ([page, versions]) => setLoaded({ rows: page.items, next: page.next ?? undefined, versions }),
      (error: unknown) => setLoaded({ failed: wordsOf(error) }),
    );
  }, [link]);
  useEffect(load, [load, revision]);
  const more = () => {
    if (loaded !== undefined && "rows" in loaded && loaded.next !== undefined) {
      void link.history(loaded.next).then((page) => setLoaded({ ...loaded, rows: [...loaded.rows, ...page.items], next: page.next ?? undefined }));
    }
  };
  if (compared !== undefined) {
    return (
      <Panel title="Changes" onClose={() => setCompared(undefined)}>
        <DiffView key={`${compared} ${revision}`} from={compared} onBack={() => setCompared(undefined)} />
      </Panel>
    );
  }
  return (
    <Panel title="History" onClose={onClose}>
      {loaded === undefined && <SkeletonRows rows={6} height={44} />}
      {loaded !== undefined && "failed" in loaded && <FailureNote trouble={{ title: "The history could not be fetched", detail: loaded.failed }} onRetry={load} />}
      {loaded !== undefined && "rows" in loaded && (
        <>
          <Entries entries={entriesOf(loaded)} onCompare={setCompared} />
          {loaded.next !== undefined && (
            <Button small onClick={more}>
              Earlier
            </Button>
          )}
        </>
      )}
    </Panel>
  );
}

function Entries({ entries, onCompare }: { readonly entries: readonly Entry[]; readonly onCompare: (from: string) => void }) {
  return entries.length === 0 ? (
    <Empty icon="history" title="Nothing happened yet">
      Each edit will be listed here.
    </Empty>
  ) : (
    <ol className="history">
      {entries.map((entry) => (
        <Row key={entry.row.revision} {...entry} onCompare={onCompare} />
      ))}
    </ol>
  );
}

interface RowProps extends Entry {
  readonly onCompare: (from: string) => void;
}

function Row({ row, versions, onCompare }: RowProps) {
  const desk = useDesk();
  const { link } = useSurroundings();
  const { revision } = useSnapshot();
  const name = versions[0]?.version ?? row.version ?? undefined;
  const names = versions.length === 0 && name !== undefined ? [name] : versions.map(({ version }) => version);
  const restore = async () => {
    const yes = await confirm({
      title: `Return to ${name ?? `revision ${row.revision}`}?`,
      body: "The board becomes what it was then. It is a change like any other and can be undone.",
      yes: "Return",
    });
    if (yes) {
      await bringBack(desk, link, stateNamed(name ?? String(row.revision)));
    }
  };
  return (
    <li className={row.revision === revision ? "on" : undefined}>
      <span className="dot" aria-hidden="true" />
      <div className="two grow">
        <span className="row">
          <b className="cut">{versions[0]?.message || row.summary || row.kind}</b>
          {names.map((one) => (
            <Chip key={one} line icon="tag">
              {one}
            </Chip>
          ))}
        </span>
        {row.at !== "" && (
          <small className="cut">
            {row.actor_name} · {when(row.at)}
          </small>
        )}
      </div>
      {row.revision === revision ? (
        <span className="faint small">now</span>
      ) : (
        <span className="row history-acts">
          <IconButton icon="compare" label="What changed since" side="left" onClick={() => onCompare(name ?? String(row.revision))} />
          {!desk.readOnly && <IconButton icon="undo" label="Return to this" side="left" onClick={() => void restore()} />}
        </span>
      )}
    </li>
  );
}
