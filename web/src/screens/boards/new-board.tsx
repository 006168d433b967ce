import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";

import { createBoard, troubleOf } from "~/api";
import { Button, Dialog, FailureNote, TextField } from "~/ui";

import { useDeed } from "../parts/deed";

/** Asks for a name, makes an empty board and opens it. */
export function NewBoard({ app, onClose }: { readonly app: string; readonly onClose: () => void }) {
  const [name, setName] = useState("");
  const navigate = useNavigate();
  const create = useDeed({
    does: () => createBoard(app, { name: name.trim() }),
    renews: [["apps"]],
    done: (board) => {
      onClose();
      void navigate({ to: "/apps/$app/boards/$board", params: { app, board: board.id } });
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
      title="New board"
      size="s"
      onClose={onClose}
      footer={
        <>
          <span className="grow" />
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="go" submit form="new-board" busy={create.isPending}>
            Create and open
          </Button>
        </>
      }
    >
      <form id="new-board" className="stack" onSubmit={submit}>
        <TextField label="Name" required maxLength={200} data-autofocus value={name} onChange={setName} />
        {create.isError && <FailureNote trouble={troubleOf(create.error)} />}
      </form>
    </Dialog>
  );
}
