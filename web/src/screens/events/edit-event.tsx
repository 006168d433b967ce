import { useState } from "react";

import { type EventDocument, putEvent } from "~/api";
import { TextField } from "~/ui";

import { useDeed } from "../parts/deed";
import { FormDialog } from "../parts/form-dialog";
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
  return (
    <FormDialog title="Edit event" verb="Save" deed={save} note="Published versions stay as they are." onSubmit={() => save.mutate()} onClose={onClose}>
      <TextField label="Name" required maxLength={200} value={name} onChange={setName} />
      <TextField label="Description" value={description} onChange={setDescription} />
      {event.kind === "http" && <HttpFields value={http} onChange={setHttp} />}
    </FormDialog>
  );
}
