import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";

import { ApiError, type EventRow, type Invoked, invokeEvent, prerunQuery, troubleOf } from "~/api";
import { Button, FailureNote, Status } from "~/ui";
import { PayloadForm, recentPayloads, rememberPayload, type Schema, usePayload } from "~/ui/payload";

import { useDeed } from "../parts/deed";
import { length, shortId } from "../parts/format";
import { JsonText } from "../parts/json-text";
import { Curl } from "./curl-line";
import { TryHttp } from "./try-http";

interface TryPartProps {
  readonly app: string;
  readonly row: EventRow;
  readonly board: string;
}

/** The line that calls the event from a terminal, and a call from here. */
export function TryPart({ app, row, board }: TryPartProps) {
  if (row.live === null || row.live === undefined) {
    return <span className="faint">Publish it first; then the line to call it stands here.</span>;
  }
  return (
    <div className="stack">
      {row.active ? (
        <Call app={app} row={row} board={board} />
      ) : (
        <>
          <Curl line={row.curl} payload="{}" />
          <span className="faint">Switch it on to call it.</span>
        </>
      )}
    </div>
  );
}

function Call(props: TryPartProps) {
  return props.row.event.kind === "http" ? <TryHttp {...props} /> : <TestCall {...props} />;
}

const NO_SCHEMA: Schema = { type: "object" };

function TestCall({ app, row, board }: TryPartProps) {
  const start = `${app}/event/${row.event.id}`;
  const prerun = useQuery({ ...prerunQuery(app, board, row.event.node), retry: false });
  const payload = usePayload((prerun.data?.schema ?? NO_SCHEMA) as Schema, recentPayloads(start)[0]);
  const [took, setTook] = useState(0);
  const call = useDeed({
    does: async (text: string) => {
      const began = performance.now();
      try {
        return await invokeEvent(app, row.event.id, text);
      } finally {
        setTook(performance.now() - began);
      }
    },
    renews: [["apps", app, "runs"]],
  });
  const send = () => {
    const text = payload.read();
    if (text !== undefined) {
      rememberPayload(start, text);
      call.mutate(text);
    }
  };
  return (
    <>
      <Curl line={row.curl} payload={payload.text} />
      <PayloadForm payload={payload} />
      <div className="row wrap">
        <Button icon="play" busy={call.isPending} onClick={send}>
          Send test call
        </Button>
        <Button kind="quiet" onClick={payload.turn}>
          {payload.asJson ? "As fields" : "As JSON"}
        </Button>
      </div>
      {call.isSuccess && <Answered app={app} answer={call.data} took={took} />}
      {call.isError && <Refused app={app} error={call.error} />}
    </>
  );
}

function Answered({ app, answer, took }: { readonly app: string; readonly answer: Invoked; readonly took: number }) {
  return (
    <div className="code" role="status">
      <header>
        <Status tone="ok" icon="check">
          Answered
        </Status>
        <span className="small dim">
          {length(took)}, run{" "}
          <Link to="/apps/$app/runs/$run" params={{ app, run: answer.run_id }} className="link mono">
            {shortId(answer.run_id)}
          </Link>
        </span>
      </header>
      <JsonText value={answer.output} label="What it answered" />
    </div>
  );
}

function Refused({ app, error }: { readonly app: string; readonly error: unknown }) {
  const run = error instanceof ApiError ? (error.body as { run_id?: string } | undefined)?.run_id : undefined;
  return (
    <>
      <FailureNote trouble={troubleOf(error)} />
      {run !== undefined && (
        <Link to="/apps/$app/runs/$run" params={{ app, run }} className="link">
          See what happened in run {shortId(run)}
        </Link>
      )}
    </>
  );
}
