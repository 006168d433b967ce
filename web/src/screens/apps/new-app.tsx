import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";

import { createApp, troubleOf } from "~/api";
import { Button, Dialog, FailureNote, TextField } from "~/ui";

import { useDeed } from "../parts/deed";

/** Asks for a name and makes the app. */
export function NewApp({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const navigate = useNavigate();
  const create = useDeed({
    does: () => createApp({ name: name.trim(), ...(description.trim() === "" ? {} : { description: description.trim() }) }),
    renews: [["apps"]],
    done: (app) => {
      onClose();
      void navigate({ to: "/apps/$app/boards", params: { app: app.id } });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== "") {
      create.mutate();
    }
  };
  return (
    <Dialog
      title="New app"
      size="s"
      onClose={onClose}
      footer={
        <>
          <span className="grow" />
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="go" submit form="new-app" busy={create.isPending}>
            Create
          </Button>
        </>
      }
    >
      <form id="new-app" className="stack" onSubmit={submit}>
        <TextField label="Name" required maxLength={200} data-autofocus value={name} onChange={setName} />
        <TextField label="Description" hint="One line, for you and others." value={description} onChange={setDescription} />
        {create.isError && <FailureNote trouble={troubleOf(create.error)} />}
      </form>
    </Dialog>
  );
}
