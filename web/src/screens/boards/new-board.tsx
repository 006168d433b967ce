import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { createBoard } from "~/api";
import { TextField } from "~/ui";

import { useDeed } from "../parts/deed";
import { FormDialog } from "../parts/form-dialog";

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
  const submit = () => {
    if (name.trim() !== "") {
      create.mutate();
    }
  };
  return (
    <FormDialog title="New board" size="s" verb="Create and open" deed={create} onSubmit={submit} onClose={onClose}>
      <TextField label="Name" required maxLength={200} data-autofocus value={name} onChange={setName} />
    </FormDialog>
  );
}
