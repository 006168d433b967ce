import { type FormEvent, useState } from "react";

import { type EventDocument, putEvent, troubleOf } from "~/api";
import { Button, Dialog, FailureNote, TextField } from "~/ui";

import { useDeed } from "../parts/deed";
import { HttpFields } from "./http-fields";
import { eventName } from "./words";

/** Changes an event. What is live stays as it was published until the next time. */
export function EditEvent({ app, event, onClose }: { readonly app: string; readonly event: EventDocument; readonly onClose: () => void }) {
  const [name, setName] = useState(eventName(event));
  const [description, setDescription] = useState(event.description ?? "");
  const [http, setHttp] = useState({
    method: event.method ?? "GET",
    path: event.path ?? "",
    access: event.access ?? "private",
  });
  const save = useDeed({
    does: () => putEvent(app, { ...event, name: name.trim(), description: description.trim(), ...(event.kind === "http" ? http : {}) }),
    renews: [["apps", app, "events"]],
    done: onClose,
  });
  const submit = (submitted: FormEvent) => {
    submitted.preventDefault();
    save.mutate();
  };
  return (
    <Dialog
      title="Edit event"
      onClose={onClose}
      footer={
        <>
          <span className="small faint grow">Published versions stay as they are.</span>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="go" submit form="edit-event" busy={save.isPending}>
            Save
          </Button>
        </>
      }
    >
      <form id="edit-event" className="stack" onSubmit={submit}>
        <TextField label="Name" required maxLength={200} value={name} onChange={setName} />
        <TextField label="Description" value={description} onChange={setDescription} />
        {event.kind === "http" && <HttpFields value={http} onChange={setHttp} />}
        {save.isError && <FailureNote trouble={troubleOf(save.error)} />}
      </form>
    </Dialog>
  );
}
