import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { callHttpEvent, type EventRow, type HttpAnswer, prerunQuery, troubleOf } from "~/api";
import { type Json, parse } from "~/core";
import { Button, FailureNote, Status, TextArea, TextField, type Tone } from "~/ui";
import { indented, recentPayloads, rememberPayload, type Schema } from "~/ui/payload";

import { useDeed } from "../parts/deed";
import { length } from "../parts/format";
import { Curl } from "./curl-line";

const WITH_BODY = new Set(["POST", "PUT", "PATCH"]);

/** A real call of an HTTP event from this page. */
export function TryHttp({ app, row, board }: { readonly app: string; readonly row: EventRow; readonly board: string }) {
  const { method = "GET", path: template = "/", id } = row.event;
  const start = `${app}/event/${id}`;
  const takesBody = WITH_BODY.has(method);
  const [path, setPath] = useState(template);
  const [typed, setBody] = useState(() => recentPayloads(start)[0]);
  const prerun = useQuery({ ...prerunQuery(app, board, row.event.node), enabled: takesBody, retry: false });
  const body = typed ?? exampleBody(prerun.data?.schema as Schema | undefined);
  const [took, setTook] = useState(0);
  const call = useDeed({
    does: async () => {
      const began = performance.now();
      const answer = await callHttpEvent(app, method, path, takesBody ? body : undefined);
      setTook(performance.now() - began);
      rememberPayload(start, body);
      return answer;
    },
    renews: [["apps", app, "runs"]],
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    call.mutate();
  };
  return (
    <form className="stack" onSubmit={submit}>
      <Curl line={row.curl} payload={body} />
      <TextField
        label="Address"
        mono
        required
        pattern="/[^{}]*"
        hint={template.includes("{") ? "Put something in place of the parts in braces." : "A query may follow, such as ?limit=3."}
        value={path}
        onChange={setPath}
      />
      {takesBody && <TextArea label="Body" mono rows={6} value={body} onChange={setBody} />}
      <div className="row">
        <Button icon="play" submit busy={call.isPending}>
          Send test call
        </Button>
      </div>
      {call.isSuccess && <Answer answer={call.data} took={took} />}
      {call.isError && <FailureNote trouble={troubleOf(call.error)} />}
    </form>
  );
}

/** What is pinned as the body at the event's start. */
function exampleBody(schema: Schema | undefined): string {
  return indented((schema?.properties?.["body"]?.examples?.[0] ?? {}) as Json);
}

function Answer({ answer, took }: { readonly answer: HttpAnswer; readonly took: number }) {
  const tone: Tone = answer.status < 300 ? "ok" : answer.status < 500 ? "wait" : "fail";
  return (
    <div className="code" role="status">
      <header>
        <Status tone={tone} icon={tone === "ok" ? "check" : "warn"}>
          {answer.status}
        </Status>
        <span className="small dim cut">
          {length(took)}, {answer.type}
        </span>
      </header>
      {/* Long answers scroll, also by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre tabIndex={0} aria-label="What it answered">
        {readable(answer)}
      </pre>
    </div>
  );
}

function readable({ type, text }: HttpAnswer): string {
  if (text === "") {
    return "(nothing)";
  }
  try {
    return type.includes("json") ? indented(parse(text)) : text;
  } catch {
    return text;
  }
}
