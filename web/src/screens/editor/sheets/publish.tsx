import { useCallback, useState } from "react";

import type { EventRow, Published } from "~/api";
import { isObject, type Json, parse } from "~/core";
import { Button, Choice, CopyButton, Dialog, FailureNote, Select, Skeleton, TextArea, TextField } from "~/ui";
import { indented, recentPayloads } from "~/ui/payload";

import { curlWith } from "../../parts/curl";
import type { Called, PublishRequest } from "../desk/board-link";
import { useDesk } from "../desk/context";
import type { Desk } from "../desk/desk";
import { DifferenceList } from "../panels/diff";
import { useAnswer } from "../parts/answer";
import { wordsOf } from "../parts/words-of";
import { useSurroundings } from "../place";
import { likelyStart, startsOf } from "../runs/begin";

/** Publishes an event of this board: freezes the board as a version, puts it live, shows how to call it. */
export function PublishSheet({ onClose }: { readonly onClose: () => void }) {
  const desk = useDesk();
  const { link } = useSurroundings();
  const events = useAnswer(useCallback(() => link.events(), [link]));
  const starts = startsOf(desk);
  if (starts.length === 0) {
    return (
      <Dialog title="Nothing to publish yet" size="s" onClose={onClose}>
        <p>An event is what others call. Add one to the board first, such as an HTTP Request Event.</p>
      </Dialog>
    );
  }
  if (events === undefined || "failed" in events) {
    return (
      <Dialog title="Publish" shape="sheet" onClose={onClose}>
        {events === undefined ? <Skeleton lines={4} /> : <FailureNote trouble={{ title: "The events could not be fetched", detail: events.failed }} />}
      </Dialog>
    );
  }
  return <PublishForm events={events.value} onClose={onClose} />;
}

type Bump = PublishRequest["bump"];
const BUMPS: readonly { readonly value: Bump; readonly label: string }[] = [
  { value: "patch", label: "Patch" },
  { value: "minor", label: "Minor" },
  { value: "major", label: "Major" },
];
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"].map((value) => ({ value, label: value }));
const ACCESS = [
  { value: "private", label: "People with a role in the app" },
  { value: "public", label: "Anyone who knows the address" },
] as const;

function PublishForm({ events, onClose }: { readonly events: readonly EventRow[]; readonly onClose: () => void }) {
  const form = usePublishForm(events);
  const { request, put, starts, published, busy, failed } = form;
  return (
    <Dialog
      title={`Publish ${request.name || "event"}`}
      description={published === undefined ? "Not published yet" : `Live: version ${published.board_version || published.event_version}`}
      icon={request.kind === "http" ? "webhook" : "bolt"}
      shape="sheet"
      onClose={onClose}
      footer={
        <>
          <span className="faint small grow">The board is frozen as a version; later edits do not change what is live.</span>
          <Button kind="go" busy={busy} onClick={() => void form.publish()}>
            {published === undefined ? "Publish" : "Publish again"}
          </Button>
        </>
      }
    >
      <div className="stack">
        {starts.length > 1 && <Select label="Event" value={request.node} options={starts.map(({ id, name }) => ({ value: id, label: name }))} onChange={form.chooseStart} />}
        <TextField label="Name" value={request.name} maxLength={120} onChange={(name) => put({ name })} />
        {request.kind === "http" && (
          <div className="pair address">
            <Select label="Method" value={request.method ?? "POST"} options={METHODS} onChange={(method) => put({ method })} />
            <TextField label="Path" mono value={request.path ?? "/"} onChange={(path) => put({ path })} />
          </div>
        )}
        {request.kind === "http" && <Choice label="Who may call" value={request.access} options={ACCESS} onChange={(access) => put({ access })} />}
        <Choice label="Kind of change" look="segments" value={request.bump} options={BUMPS} onChange={(bump) => put({ bump })} />
        <TextField label="What changed" value={request.message} maxLength={400} onChange={(message) => put({ message })} />
        {failed !== undefined && <FailureNote trouble={failed} />}
        {published !== undefined && published.board_version !== "" && <SinceLive key={published.board_version} version={published.board_version} />}
        {published !== undefined && <TryIt published={published} request={request} />}
      </div>
    </Dialog>
  );
}

/** What would go live: what differs from the version that is. */
function SinceLive({ version }: { readonly version: string }) {
  const desk = useDesk();
  const { link } = useSurroundings();
  const ask = useCallback(() => desk.session.settled().then(() => link.diff(version, "")), [desk, link, version]);
  const found = useAnswer(ask);
  if (found === undefined || "failed" in found) {
    return null;
  }
  const changes = found.value.filter((one) => one.kind !== "type" && one.what !== "moved");
  return (
    <details>
      <summary>
        {changes.length === 0 ? "Nothing differs from" : changes.length === 1 ? "1 difference from" : `${changes.length} differences from`} what is live ({version})
      </summary>
      <DifferenceList differences={found.value} layout={false} />
    </details>
  );
}

function usePublishForm(events: readonly EventRow[]) {
  const desk = useDesk();
  const { link, place } = useSurroundings();
  const starts = startsOf(desk);
  const begin = (node: string): PublishRequest => {
    const found = events.find(({ event }) => event.node === node && event.board === place.board.id)?.event;
    const type = desk.board.nodes[node]?.type ?? "";
    const name = starts.find((start) => start.id === node)?.name ?? node;
    const slug = slugOf(name);
    return {
      id: found?.id ?? slug,
      name: found?.name ?? name,
      node,
      kind: found?.kind ?? (type.startsWith("event_http") ? "http" : type.startsWith("events_simple") ? "simple" : "generic"),
      method: found?.method ?? "POST",
      path: found?.path ?? `/${slug}`,
      access: found?.access ?? "private",
      bump: "minor",
      message: "",
    };
  };
  const [request, setRequest] = useState(() => begin(likelyStart(desk, "") ?? ""));
  const [published, setPublished] = useState<Published | undefined>(() =>
    publishedOf(events.find(({ event }) => event.id === request.id)),
  );
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<{ title: string; detail: string; remedy?: string }>();
  const publish = async () => {
    setBusy(true);
    setFailed(undefined);
    try {
      await desk.session.settled();
      setPublished(await link.publish(request));
    } catch (error) {
      const remedy = typeof error === "object" && error !== null && "remedy" in error ? String(error.remedy ?? "") : "";
      setFailed({ title: "It was not published", detail: wordsOf(error), ...(remedy === "" ? {} : { remedy }) });
    }
    setBusy(false);
  };
  const chooseStart = (node: string) => {
    const next = begin(node);
    setRequest(next);
    setPublished(publishedOf(events.find(({ event }) => event.id === next.id)));
  };
  return {
    request,
    starts,
    published,
    busy,
    failed,
    publish,
    chooseStart,
    put: (fields: Partial<PublishRequest>) => setRequest({ ...request, ...fields }),
  };
}

function publishedOf(row: EventRow | undefined): Published | undefined {
  return row?.live
    ? { event_version: row.live, board_version: row.live_board_version ?? "", url: row.url ?? null, curl: row.curl ?? null }
    : undefined;
}

function slugOf(name: string): string {
  const slug = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, "-")
    .replaceAll(/^-+|-+$/gu, "")
    .slice(0, 40);
  return slug === "" ? "event" : slug;
}

/** What the test call begins with: what the board was run with last, else what is pinned at its start. */
function payloadFor(desk: Desk, last: string | undefined, { node, kind }: PublishRequest): string {
  const given = readOr(last, desk.board.nodes[node]?.settings?.pinned ?? {});
  // A run in the editor is given the whole request, a call only its body.
  const sent = kind === "http" ? (isObject(given) ? given["body"] : undefined) : given;
  return indented(sent ?? {});
}

function readOr(text: string | undefined, other: Json): Json {
  try {
    return text === undefined ? other : parse(text);
  } catch {
    return other;
  }
}

/** The ready line of curl, and a test call that does the same from here. */
function TryIt({ published, request }: { readonly published: Published; readonly request: PublishRequest }) {
  const desk = useDesk();
  const { link, place } = useSurroundings();
  const last = recentPayloads(`${place.app.id}/${place.board.id}/${request.node}`)[0];
  const [payload, setPayload] = useState(() => payloadFor(desk, last, request));
  const [called, setCalled] = useState<Called>();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string>();
  const { url } = published;
  const takesBody = request.kind !== "http" || request.method !== "GET";
  const curl = published.curl === null ? null : curlWith(published.curl, payload);
  const call = async () => {
    setBusy(true);
    setFailed(undefined);
    try {
      setCalled(await link.call(url ?? "", request.method ?? "POST", payload));
    } catch (error) {
      setFailed(wordsOf(error));
    }
    setBusy(false);
  };
  if (!url && !curl) {
    return <p className="note ok">Version {published.event_version} is live.</p>;
  }
  return (
    <section className="stack" aria-label="Try it">
      {curl && (
        <div className="code">
          <header>
            <b className="small">curl</b>
            <span className="grow" />
            <CopyButton text={curl} label="Copy the line" />
          </header>
          <pre data-testid="curl">{curl}</pre>
        </div>
      )}
      {takesBody && <TextArea label={request.kind === "http" ? "Body of the test call" : "Payload"} mono rows={4} value={payload} onChange={setPayload} />}
      {url && (
        <div className="row">
          <Button small icon="play" busy={busy} onClick={() => void call()}>
            Send test
          </Button>
          {called !== undefined && (
            <span className={called.status < 400 ? "c-ok" : "c-fail"}>
              {called.status} · {called.ms} ms
            </span>
          )}
          {failed !== undefined && <span className="c-fail">{failed}</span>}
        </div>
      )}
      {called !== undefined && (
        <div className="code">
          <pre>{called.body.slice(0, 20_000)}</pre>
        </div>
      )}
    </section>
  );
}
