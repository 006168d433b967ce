import { useCallback, useEffect, useState } from "react";

import type { Version } from "~/api";
import { Button, Chip, confirm, Empty, FailureNote, IconButton, SkeletonRows } from "~/ui";

import { Panel } from "../bar/panel";
import { useDesk, useSnapshot } from "../desk/context";
import type { HistoryRow } from "../desk/board-link";
import { when } from "../dock/when";
import { useSurroundings } from "../place";
import { DiffView } from "./diff";

type Loaded = { readonly rows: readonly HistoryRow[]; readonly next: string | undefined; readonly versions: readonly Version[] } | { readonly failed: string } | undefined;

/** What happened to the board, by whom and when; what differs since; and the way back. */
export function HistoryPanel({ onClose }: { readonly onClose: () => void }) {
  const { link } = useSurroundings();
  const { revision } = useSnapshot();
  const [loaded, setLoaded] = useState<Loaded>();
  const [compared, setCompared] = useState<string>();
  const load = useCallback(() => {
    Promise.all([link.history(), link.versions()]).then(
      ([page, versions]) => setLoaded({ rows: page.items, next: page.next ?? undefined, versions }),
      (error: unknown) => setLoaded({ failed: error instanceof Error ? error.message : "The server did not answer." }),
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
          {loaded.rows.length === 0 && (
            <Empty icon="history" title="Nothing happened yet">
              Each edit will be listed here.
            </Empty>
          )}
          <ol className="history">
            {loaded.rows.map((row) => (
              <Row key={row.revision} row={row} version={loaded.versions.find((one) => one.revision === row.revision)} onCompare={setCompared} />
            ))}
          </ol>
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

interface RowProps {
  readonly row: HistoryRow;
  readonly version: Version | undefined;
  readonly onCompare: (from: string) => void;
}

function Row({ row, version, onCompare }: RowProps) {
  const desk = useDesk();
  const { link } = useSurroundings();
  const { revision } = useSnapshot();
  const name = version?.version ?? row.version ?? undefined;
  const restore = async () => {
    const yes = await confirm({
      title: `Return to ${name ?? `revision ${row.revision}`}?`,
      body: "The board becomes what it was then. It is a change like any other and can be undone.",
      yes: "Return",
    });
    if (yes) {
      try {
        await desk.session.settled();
        await link.restore(name === undefined ? { revision: row.revision } : { version: name }, desk.session.snapshot().revision);
      } catch (error) {
        desk.complain("The board could not be brought back", error instanceof Error ? error.message : undefined);
      }
    }
  };
  return (
    <li className={row.revision === revision ? "on" : undefined}>
      <span className="dot" aria-hidden="true" />
      <div className="two grow">
        <span className="row">
          <b className="cut">{version?.message || row.summary || row.kind}</b>
          {name !== undefined && <Chip line icon="tag">{name}</Chip>}
        </span>
        <small className="cut">
          {row.actor_name} · {when(row.at)}
        </small>
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
