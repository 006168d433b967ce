import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";

import { prerunQuery, rerun, type Run, traceQuery, troubleOf } from "~/api";
import { type Json, stringify } from "~/core";
import { Button, Checkbox, Dialog, FailureNote, Heading } from "~/ui";
import { PayloadForm, type Schema, usePayload } from "~/ui/payload";
import { useState } from "react";

import { useDeed } from "../parts/deed";
import { Loaded } from "../parts/loaded";
import { Content } from "./values";

/** What the run was given, and what it returned. */
export function PayloadTab({ app, run }: { readonly app: string; readonly run: Run }) {
  const trace = useQuery(traceQuery(app, run.run_id));
  return (
    <Loaded from={trace}>
      {({ payload, end }) => (
        <div className="in-out">
          <section>
            <Heading level={2} title="Input" />
            {payload === null || payload === undefined ? (
              <Missing run={run} app={app} />
            ) : (
              <Content content={payload} label="Input" />
            )}
          </section>
          <section>
            <Heading level={2} title="Output" />
            {end?.output === null || end?.output === undefined ? (
              <Missing run={run} app={app} />
            ) : (
              <Content content={end.output} label="Output" />
            )}
          </section>
        </div>
      )}
    </Loaded>
  );
}

/** Why there is no value: none there was, or the run did not record values. */
function Missing({ app, run }: { readonly app: string; readonly run: Run }) {
  if (run.level === "data") {
    return <p className="faint">None.</p>;
  }
  return (
    <p className="dim">
      Not kept: this run recorded no values. To keep those of later runs, set what{" "}
      <Link to="/apps/$app/boards/$board" params={{ app, board: run.board }} className="link">
        the board
      </Link>{" "}
      records to “Steps and values”.
    </p>
  );
}

const ANY: Schema = { type: "object" };

/** Runs the same again with input that is changed first. */
export function RunAgain({ app, run, onClose }: { readonly app: string; readonly run: Run; readonly onClose: () => void }) {
  const trace = useQuery(traceQuery(app, run.run_id));
  const prerun = useQuery({ ...prerunQuery(app, run.board, run.node ?? ""), enabled: run.node !== undefined, retry: false });
  return (
    <Loaded from={trace} skeleton={null}>
      {({ payload }) =>
        prerun.isPending ? null : (
          <AgainForm
            app={app}
            run={run}
            schema={(prerun.data?.schema ?? ANY) as Schema}
            initial={payload?.data === undefined ? undefined : stringify(payload.data as Json)}
            onClose={onClose}
          />
        )
      }
    </Loaded>
  );
}

interface AgainFormProps {
  readonly app: string;
  readonly run: Run;
  readonly schema: Schema;
  readonly initial: string | undefined;
  readonly onClose: () => void;
}

function AgainForm({ app, run, schema, initial, onClose }: AgainFormProps) {
  const payload = usePayload(schema, initial);
  const [latest, setLatest] = useState(false);
  const navigate = useNavigate();
  const again = useDeed({
    does: (text: string) => rerun(app, run.run_id, { latest, payload: text }),
    renews: [["apps", app, "runs"]],
    done: ({ run_id }) => {
      onClose();
      void navigate({ to: "/apps/$app/runs/$run", params: { app, run: run_id } });
    },
  });
  const start = () => {
    const text = payload.read();
    if (text !== undefined) {
      again.mutate(text);
    }
  };
  return (
    <Dialog
      title="Run again with other input"
      onClose={onClose}
      footer={
        <>
          <Button kind="quiet" onClick={payload.turn}>
            {payload.asJson ? "As fields" : "As JSON"}
          </Button>
          <span className="grow" />
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="go" icon="play" busy={again.isPending} onClick={start}>
            Run
          </Button>
        </>
      }
    >
      <div className="stack">
        <PayloadForm payload={payload} />
        <Checkbox label="On the board as it is now" hint="Else on what ran then." checked={latest} onChange={setLatest} />
        {again.isError && <FailureNote trouble={troubleOf(again.error)} />}
      </div>
    </Dialog>
  );
}
