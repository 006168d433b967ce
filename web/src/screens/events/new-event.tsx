import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { type BoardRow, boardsQuery, type EventDocument, type EventKind, type Method, putEvent } from "~/api";
import { Button, Choice, Dialog, Empty, Select, TextField } from "~/ui";

import { useDeed } from "../parts/deed";
import { FormDialog } from "../parts/form-dialog";
import { Loaded } from "../parts/loaded";
import { HttpFields, type HttpPart } from "./http-fields";
import { idFrom } from "./words";

/** Which kinds of event a start node can be the beginning of. */
export function kindOfStart(type: string): EventKind {
  const name = type.replace(/@.*$/, "");
  if (name === "event_http_request") {
    return "http";
  }
  return name === "events_generic" ? "generic" : "simple";
}

interface NewEventProps {
  readonly app: string;
  /** Ids that are in use. */
  readonly taken: readonly string[];
  readonly board?: string;
  readonly onClose: () => void;
}

/** Makes an event for a start node of a board. */
export function NewEvent(props: NewEventProps) {
  const boards = useQuery(boardsQuery(props.app));
  return (
    <Loaded from={boards} skeleton={null}>
      {({ items }) => {
        const usable = items.filter(({ starts }) => starts.length > 0);
        return usable.length === 0 ? <NoStart onClose={props.onClose} /> : <EventForm {...props} boards={usable} />;
      }}
    </Loaded>
  );
}

function NoStart({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="New event" size="s" onClose={onClose} footer={<Button onClick={onClose}>Close</Button>}>
      <Empty icon="branch" title="No board has a start node">
        Open a board and add a node of the category Events, such as “Simple event”. It is what an event starts.
      </Empty>
    </Dialog>
  );
}

function EventForm({ app, taken, board: first, boards, onClose }: NewEventProps & { readonly boards: readonly BoardRow[] }) {
  const [boardId, setBoardId] = useState(first ?? boards[0]?.id ?? "");
  const board = boards.find(({ id }) => id === boardId) ?? boards[0];
  const [node, setNode] = useState("");
  const start = board?.starts.find(({ id }) => id === node) ?? board?.starts[0];
  const kind = kindOfStart(start?.type ?? "");
  const [name, setName] = useState("");
  const [http, setHttp] = useState<HttpPart>({ method: "POST", path: "", access: "private" });
  const navigate = useNavigate();
  const title = name.trim() === "" ? (start?.name ?? "Event") : name.trim();

  const create = useDeed({
    does: () => putEvent(app, documentOf({ app: taken, title, board: board?.id ?? "", node: start?.id ?? "", kind, http })),
    renews: [["apps"]],
    done: ({ event }) => {
      onClose();
      void navigate({ to: "/apps/$app/events/$event", params: { app, event: event.id } });
    },
  });
  return (
    <FormDialog title="New event" verb="Create" deed={create} note="It answers calls once it is published." onSubmit={() => create.mutate()} onClose={onClose}>
      <Select
        label="Board"
        value={board?.id ?? ""}
        options={boards.map(({ id, name: label }) => ({ value: id, label }))}
        onChange={setBoardId}
      />
      <Choice
        label="Starts at"
        look="cards"
        value={start?.id ?? ""}
        options={(board?.starts ?? []).map(({ id, name: label, type }) => ({ value: id, label, hint: WORDS[kindOfStart(type)] }))}
        onChange={setNode}
      />
      <TextField label="Name" placeholder={start?.name} maxLength={200} value={name} onChange={setName} />
      {kind === "http" && <HttpFields value={http} fallback={`/${idFrom(title, [])}`} onChange={setHttp} />}
    </FormDialog>
  );
}

const WORDS: Readonly<Record<EventKind, string>> = {
  http: "An HTTP request",
  generic: "A form",
  simple: "By name, from here or a program",
};

interface Parts {
  /** Ids in use. */
  readonly app: readonly string[];
  readonly title: string;
  readonly board: string;
  readonly node: string;
  readonly kind: EventKind;
  readonly http: HttpPart;
}

function documentOf({ app: taken, title, board, node, kind, http }: Parts): EventDocument {
  const id = idFrom(title, taken);
  const plain = { format: "flowlike.event/1", id, name: title, board, node, kind } as const;
  if (kind !== "http") {
    return plain;
  }
  const method: Method = http.method;
  return { ...plain, method, path: http.path.trim() === "" ? `/${idFrom(title, [])}` : http.path.trim(), access: http.access };
}
