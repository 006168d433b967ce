import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { boardsQuery, eventsQuery, type RunFilter } from "~/api";
import { Button, Select, TextField, useTimer } from "~/ui";

import { eventName } from "../events/words";
import { STATES } from "../parts/run-state";

/** What the address says of a filter. `since` is a span such as `1h`, so that links stay true. */
export type RunSearch = {
  readonly [name in "status" | "event" | "board" | "trigger" | "since" | "q"]?: string;
};

const SPANS: Readonly<Record<string, number>> = { "15m": 900, "1h": 3600, "24h": 86_400, "7d": 604_800, "30d": 2_592_000 };
const ROUND_MS = 60_000;
const TYPING_MS = 300;

/** The filter for the server. The start of a span is rounded, so that equal filters stay equal. */
export function filterOf({ since, ...rest }: RunSearch, now: number): RunFilter {
  const seconds = SPANS[since ?? ""];
  if (seconds === undefined) {
    return rest;
  }
  return { ...rest, since: new Date(Math.floor(now / ROUND_MS) * ROUND_MS - seconds * 1000).toISOString() };
}

interface FiltersProps {
  readonly app: string;
  readonly value: RunSearch;
  readonly onChange: (search: RunSearch) => void;
}

export function Filters({ app, value, onChange }: FiltersProps) {
  const events = useQuery(eventsQuery(app)).data?.items ?? [];
  const boards = useQuery(boardsQuery(app)).data?.items ?? [];
  const put = (change: RunSearch) => onChange(without({ ...value, ...change }));
  const any = Object.keys(value).length > 0;
  return (
    <search className="filters">
      <SearchField value={value.q ?? ""} onChange={(q) => put({ q })} />
      <Select
        label="State"
        bare
        value={value.status ?? ""}
        options={[{ value: "", label: "Any state" }, ...STATES]}
        onChange={(status) => put({ status })}
      />
      <Select
        label="Event"
        bare
        value={value.event ?? ""}
        options={[{ value: "", label: "Any event" }, ...events.map(({ event }) => ({ value: event.id, label: eventName(event) }))]}
        onChange={(event) => put({ event })}
      />
      <Select
        label="Board"
        bare
        value={value.board ?? ""}
        options={[{ value: "", label: "Any board" }, ...boards.map(({ id, name }) => ({ value: id, label: name }))]}
        onChange={(board) => put({ board })}
      />
      <Select
        label="Started by"
        bare
        value={value.trigger ?? ""}
        options={TRIGGERS}
        onChange={(trigger) => put({ trigger })}
      />
      <Select label="Time" bare value={value.since ?? ""} options={TIMES} onChange={(since) => put({ since })} />
      {any && (
        <Button kind="quiet" icon="close" onClick={() => onChange({})}>
          Clear
        </Button>
      )}
    </search>
  );
}

const TRIGGERS = [
  { value: "", label: "Any trigger" },
  { value: "editor", label: "Editor" },
  { value: "http", label: "HTTP call" },
  { value: "api", label: "By name" },
  { value: "rerun", label: "Run again" },
];

const TIMES = [
  { value: "", label: "Any time" },
  { value: "15m", label: "Last 15 minutes" },
  { value: "1h", label: "Last hour" },
  { value: "24h", label: "Last 24 hours" },
  { value: "7d", label: "Last 7 days" },
  { value: "30d", label: "Last 30 days" },
];

/** Text that is looked for once a person stops typing. */
function SearchField({ value, onChange }: { readonly value: string; readonly onChange: (text: string) => void }) {
  const [text, setText] = useState(value);
  const [seen, setSeen] = useState(value);
  const timer = useTimer();
  if (value !== seen) {
    // The address changed by other means: back, or "Clear".
    setSeen(value);
    setText(value);
  }
  const type = (next: string) => {
    setText(next);
    timer.start(() => onChange(next), TYPING_MS);
  };
  return (
    <TextField
      label="Find runs"
      bare
      type="search"
      icon="search"
      placeholder="Run id, error, person…"
      value={text}
      onChange={type}
    />
  );
}

function without(search: RunSearch): RunSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined && value !== ""));
}
