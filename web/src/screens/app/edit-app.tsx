import { type FormEvent, useState } from "react";

import { type App, changeApp, troubleOf } from "~/api";
import { Button, Dialog, FailureNote, TextField } from "~/ui";

import { useDeed } from "../parts/deed";

/** Changes what an app is called. */
export function EditApp({ app, onClose }: { readonly app: App; readonly onClose: () => void }) {
  const [name, setName] = useState(app.name);
  const [description, setDescription] = useState(app.description);
  const save = useDeed({
    does: () => changeApp(app.id, { name: name.trim(), description: description.trim() }),
    renews: [["apps"]],
    done: onClose,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Dialog
      title="Edit app"
      size="s"
      onClose={onClose}
      footer={
        <>
          <span className="grow" />
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="go" submit form="edit-app" busy={save.isPending}>
            Save
          </Button>
        </>
      }
    >
      <form id="edit-app" className="stack" onSubmit={submit}>
        <TextField label="Name" required maxLength={200} value={name} onChange={setName} />
        <TextField label="Description" value={description} onChange={setDescription} />
        {save.isError && <FailureNote trouble={troubleOf(save.error)} />}
      </form>
    </Dialog>
  );
}
