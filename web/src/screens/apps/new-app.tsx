import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { createApp } from "~/api";
import { TextField } from "~/ui";

import { useDeed } from "../parts/deed";
import { FormDialog } from "../parts/form-dialog";

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
  const submit = () => {
    if (name.trim() !== "") {
      create.mutate();
    }
  };
  return (
    <FormDialog title="New app" size="s" verb="Create" deed={create} onSubmit={submit} onClose={onClose}>
      <TextField label="Name" required maxLength={200} data-autofocus value={name} onChange={setName} />
      <TextField label="Description" hint="One line, for you and others." value={description} onChange={setDescription} />
    </FormDialog>
  );
}
