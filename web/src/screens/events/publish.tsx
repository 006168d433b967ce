import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { boardsQuery, type EventRow, publishEvent, type Publishing, troubleOf, versionsQuery } from "~/api";
import { Button, FailureNote, Select, TextField, toast } from "~/ui";

import { useDeed } from "../parts/deed";
import { bumped } from "./bump";
import { eventName } from "./words";

type Choice = "patch" | "minor" | "major" | `version:${string}`;

interface PublishPartProps {
  readonly app: string;
  readonly row: EventRow;
  readonly board: string;
}

/** Makes the board, as it is or as one of its versions, what calls start; for all of them or a share. */
export function PublishPart({ app, row, board }: PublishPartProps) {
  const versions = useQuery(versionsQuery(app, board)).data?.items ?? [];
  const current = useQuery(boardsQuery(app)).data?.items.find(({ id }) => id === board)?.version ?? "0.0.0";
  const [choice, setChoice] = useState<Choice>("minor");
  const [message, setMessage] = useState("");
  const [share, setShare] = useState(100);
  const isFirst = row.live === null || row.live === undefined;
  const publish = useDeed({
    does: () => publishEvent(app, row.event.id, asked(choice, message, isFirst ? 100 : share)),
    renews: [["apps", app]],
    done: ({ board_version }) => {
      setMessage("");
      setChoice("minor");
      toast({ kind: "ok", title: `${eventName(row.event)} is live`, detail: board_version === undefined ? undefined : `Board version ${board_version}` });
    },
  });
  const options: readonly { readonly value: Choice; readonly label: string }[] = [
    ...(["minor", "patch", "major"] as const).map((bump) => ({ value: bump, label: `The board as it is now: ${bumped(current, bump)} (${bump})` })),
    ...versions.map(({ version, message: words }) => ({
      value: `version:${version}` as const,
      label: `${version}${words === "" ? "" : `: ${words}`}`,
    })),
  ];
  return (
    <div className="stack">
      <Select label="Version" bare value={choice} options={options} onChange={setChoice} />
      {!choice.startsWith("version:") && (
        <TextField label="What changed" placeholder="What changed (optional)" bare maxLength={500} value={message} onChange={setMessage} />
      )}
      {!isFirst && <Share value={share} live={row.live_board_version ?? ""} onChange={setShare} />}
      {publish.isError && <FailureNote trouble={troubleOf(publish.error)} />}
      <div className="row">
        <Button kind="go" busy={publish.isPending} onClick={() => publish.mutate()} data-tour="publish">
          {isFirst || share === 100 ? "Publish" : `Publish to ${share} %`}
        </Button>
      </div>
    </div>
  );
}

function Share({ value, live, onChange }: { readonly value: number; readonly live: string; readonly onChange: (value: number) => void }) {
  return (
    <div className="fld">
      <label className="row">
        <span className="nowrap">Share of calls</span>
        <input
          type="range"
          className="range grow"
          min={1}
          max={100}
          value={value}
          aria-valuetext={`${value} %`}
          onChange={(event) => onChange(Number(event.target.value))}
        />
        <output className="mono share">{value} %</output>
      </label>
      {value < 100 && (
        <p className="fld-hint">
          {100 - value} % of the calls stay on {live}. Publishing again, or going back, ends the trial.
        </p>
      )}
    </div>
  );
}

function asked(choice: Choice, message: string, share: number): Publishing {
  const canary = share < 100 ? { canary: share / 100 } : {};
  return choice.startsWith("version:")
    ? { version: choice.slice("version:".length), ...canary }
    : { bump: choice as "patch" | "minor" | "major", message: message.trim(), ...canary };
}
