import { useState } from "react";

import { Button, Choice, Dialog, TextField, toast } from "~/ui";

import { useDesk, useSnapshot } from "../desk/context";
import { useModEnter } from "../parts/mod-enter";
import { wordsOf } from "../parts/words-of";
import { useSurroundings } from "../place";

type Bump = "major" | "minor" | "patch";

const BUMPS: readonly { readonly value: Bump; readonly label: string; readonly hint: string }[] = [
  { value: "patch", label: "Patch", hint: "Mends something" },
  { value: "minor", label: "Minor", hint: "Adds something" },
  { value: "major", label: "Major", hint: "Callers must change" },
];

/** Names the board as it is: a version that never changes. Edits are saved without it. */
export function VersionSheet({ onClose }: { readonly onClose: () => void }) {
  const desk = useDesk();
  const { link } = useSurroundings();
  const { board } = useSnapshot();
  const [bump, setBump] = useState<Bump>("minor");
  const [message, setMessage] = useState("");
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string>();
  const save = async () => {
    setBusy(true);
    setFailed(undefined);
    try {
      await desk.session.settled();
      const made = await link.nameVersion(bump, message.trim());
      toast({ title: `Version ${made.version} named`, kind: "ok" });
      onClose();
    } catch (error) {
      setFailed(wordsOf(error));
      setBusy(false);
    }
  };
  useModEnter(() => void save());
  return (
    <Dialog
      title="Name this version"
      description={`Now ${board.version ?? "0.0.1"}. Edits are saved as they are made; a version is what events run and what one returns to.`}
      onClose={onClose}
      footer={
        <>
          <span className="grow" />
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="prime" busy={busy} onClick={() => void save()}>
            Name it
          </Button>
        </>
      }
    >
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <TextField label="What changed" value={message} error={failed} maxLength={400} data-autofocus="" onChange={setMessage} />
        <Choice label="Kind of change" look="cards" value={bump} options={BUMPS} onChange={setBump} />
        <input type="submit" hidden />
      </form>
    </Dialog>
  );
}
