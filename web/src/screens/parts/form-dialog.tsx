import { type ReactNode, useId } from "react";

import { troubleOf } from "~/api";
import { Button, Dialog, type DialogProps, FailureNote } from "~/ui";

interface FormDialogProps extends Pick<DialogProps, "title" | "size" | "onClose"> {
  /** The verb of the deed. */
  readonly verb: string;
  /** How the deed stands. */
  readonly deed: { readonly isPending: boolean; readonly isError: boolean; readonly error: unknown };
  /** What stands beside the buttons. */
  readonly note?: string;
  readonly onSubmit: () => void;
  readonly children: ReactNode;
}

/** A few fields and the deed that is done with them; Enter in a field does it. */
export function FormDialog({ title, size = "m", verb, deed, note, onSubmit, onClose, children }: FormDialogProps) {
  const id = useId();
  return (
    <Dialog
      title={title}
      size={size}
      onClose={onClose}
      footer={
        <>
          <span className="small faint grow">{note}</span>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="go" submit form={id} busy={deed.isPending}>
            {verb}
          </Button>
        </>
      }
    >
      <form
        id={id}
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        {children}
        {deed.isError && <FailureNote trouble={troubleOf(deed.error)} />}
      </form>
    </Dialog>
  );
}
