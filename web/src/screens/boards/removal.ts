import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { type BoardRow, deleteBoard, troubleOf } from "~/api";
import { toast, useTimer } from "~/ui";

const GRACE_MS = 7000;

/**
 * Deletes a board after a while in which the person may think again. Until then it is only hidden;
 * leaving the page meanwhile deletes nothing.
 */
export function useRemoval(app: string) {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const queries = useQueryClient();
  const timer = useTimer();
  const show = (id: string) => setHidden((ids) => new Set([...ids].filter((one) => one !== id)));

  const finish = async (board: BoardRow) => {
    try {
      await deleteBoard(app, board.id);
      await queries.invalidateQueries({ queryKey: ["apps"] });
    } catch (error) {
      const { title, detail } = troubleOf(error);
      toast({ kind: "fail", title: `${board.name} was not deleted`, detail: detail ?? title });
    }
    show(board.id);
  };
  const remove = (board: BoardRow) => {
    setHidden((ids) => new Set([...ids, board.id]));
    const close = toast({
      title: `${board.name} is deleted`,
      stays: GRACE_MS,
      action: {
        label: "Undo",
        run: () => {
          timer.stop();
          show(board.id);
        },
      },
    });
    timer.start(() => {
      close();
      void finish(board);
    }, GRACE_MS);
  };
  return { hidden, remove };
}
