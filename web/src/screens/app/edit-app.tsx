import { useState } from "react";

import { type App, changeApp } from "~/api";
import { TextField } from "~/ui";

import { useDeed } from "../parts/deed";
import { FormDialog } from "../parts/form-dialog";

/** Changes what an app is called. */
export function EditApp({ app, onClose }: { readonly app: App; readonly onClose: () => void }) {
  const [name, setName] = useState(app.name);
  const [description, setDescription] = useState(app.description);
  const save = useDeed({
    does: () => changeApp(app.id, { name: name.trim(), description: description.trim() }),
    renews: [["apps"]],
    done: onClose,
  });
  return (
    <FormDialog title="Edit app" size="s" verb="Save" deed={save} onSubmit={() => save.mutate()} onClose={onClose}>
      <TextField label="Name" required maxLength={200} value={name} onChange={setName} />
      <TextField label="Description" value={description} onChange={setDescription} />
    </FormDialog>
  );
}
