import { useMemo, useState } from "react";

import { type Trace, type TraceContent, type TraceStep, type TraceValue } from "~/api";
import { Chip, classes, IconButton, Select } from "~/ui";

import { roundsOf, storyOf } from "../editor/runs/story";
import { bytes, length } from "../parts/format";
import { JsonText } from "../parts/json-text";
import type { Lane } from "./timeline";

interface StepPanelProps {
  readonly trace: Trace;
  readonly lane: Lane;
  readonly onClose: () => void;
}

const MOST = 500;

/** One node of a run: each of its activations, with what it read and wrote. */
export function StepPanel({ trace, lane, onClose }: StepPanelProps) {
  const first = lane.steps.find(({ state }) => state === "error") ?? lane.steps[0];
  const [seq, setSeq] = useState(first?.seq ?? 0);
  const step = lane.steps.find((one) => one.seq === seq) ?? first;
  return (
    <aside className="insp" aria-label={`Values of ${lane.title}`}>
      <header className="insp-head">
        <div className="grow two">
          <h2 className="head">{lane.title}</h2>
          <small className="mono">{lane.type}</small>
        </div>
        <IconButton icon="close" label="Close" side="left" onClick={onClose} />
      </header>
      {lane.steps.length > 1 && (
        <Select
          label="Which time"
          bare
          value={String(seq)}
          options={lane.steps.slice(0, MOST).map((one, index) => ({ value: String(one.seq), label: stepWords(one, index) }))}
          onChange={(value) => setSeq(Number(value))}
        />
      )}
      {step !== undefined && <StepValues trace={trace} step={step} />}
    </aside>
  );
}

function stepWords(step: TraceStep, index: number): string {
  const which = step.iteration >= 0 ? `Round ${step.iteration + 1}` : `Time ${index + 1}`;
  const how = step.state === "ok" ? "" : `, ${step.state === "error" ? "failed" : step.state}`;
  return `${which}, ${length(step.duration_us / 1000)}${how}`;
}

function StepValues({ trace, step }: { readonly trace: Trace; readonly step: TraceStep }) {
  const own = trace.values.filter(({ seq }) => seq === step.seq);
  const errors = trace.errors.filter(({ seq }) => seq === step.seq);
  const story = useMemo(() => storyOf(trace), [trace]);
  const read = roundsOf(story, step.node).find(({ seq }) => seq === step.seq)?.inputs ?? [];
  const inputs = [...read].map(([pin, content]): TraceValue => ({ seq: step.seq, pin, kind: "input", content }));
  const outputs = own.filter(({ kind }) => kind !== "input");
  return (
    <>
      <p className="row wrap small dim">
        <span>after {length(step.start_us / 1000)}</span>
        {step.fired.map((pin) => (
          <Chip key={pin} line icon="arrow">
            {pin}
          </Chip>
        ))}
      </p>
      {errors.map(({ code, message, remedy }) => (
        <div key={code + message} className="note fail">
          <div>
            <b>{message}</b>
            {remedy !== undefined && remedy !== "" && <p>{remedy}</p>}
            <p className="mono">{code}</p>
          </div>
        </div>
      ))}
      {inputs.length + outputs.length === 0 ? (
        <p className="faint">{valuesMissing(trace)}</p>
      ) : (
        <>
          <ValueList title="Read" values={inputs} />
          <ValueList title="Wrote" values={outputs} />
        </>
      )}
    </>
  );
}

function valuesMissing(trace: Trace): string {
  return trace.run.level === "data"
    ? "It read and wrote no data."
    : "Values are kept at level “data” only; runs from the editor are.";
}

function ValueList({ title, values }: { readonly title: string; readonly values: readonly TraceValue[] }) {
  if (values.length === 0) {
    return null;
  }
  return (
    <section className="vals">
      <h3 className="label">{title}</h3>
      {values.map(({ pin, kind, content }) => (
        <div key={`${kind} ${pin}`} className="val">
          <span className="row small">
            <b className="cut">{pin}</b>
            {kind === "variable" && <Chip line>variable</Chip>}
            <span className="end faint nowrap">
              {content.shape}, {bytes(content.size)}
            </span>
          </span>
          <Content content={content} label={pin} />
        </div>
      ))}
    </section>
  );
}

/** A value of a trace, or what is kept of it. */
export function Content({ content, label }: { readonly content: TraceContent; readonly label: string }) {
  if (content.form === "redacted") {
    return <p className="faint small">Secret: only its type and size are kept.</p>;
  }
  if (content.form === "opaque") {
    return <p className="faint small">It cannot be shown.</p>;
  }
  const picture = pictureOf(content);
  if (picture !== undefined) {
    return <img className="val-picture" src={picture} alt={label} />;
  }
  const cut = content.form === "head";
  return (
    <div className={classes("code", cut && "cut-off")}>
      {cut ? <pre>{content.head}…</pre> : <JsonText value={content.data} label={label} />}
      {cut && <p className="label code-note">Only its beginning is kept.</p>}
    </div>
  );
}

const PICTURE = /^data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]+$/;
const MOST_PICTURE = 2_000_000;

/** A picture given as a data address, of a kind that holds no script. */
function pictureOf({ shape, data }: TraceContent): string | undefined {
  return shape === "text" && typeof data === "string" && data.length < MOST_PICTURE && PICTURE.test(data) ? data : undefined;
}
