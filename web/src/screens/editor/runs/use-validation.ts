import { useEffect } from "react";

import type { BoardLink } from "../desk/board-link";
import type { Desk } from "../desk/desk";

const PAUSE_MS = 600;

/** Asks the server what is wrong with the board, after each pause in which it was saved. */
export function useValidation(desk: Desk, link: BoardLink): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let asked = -1;
    let current = true;
    const ask = () => {
      const { revision, save } = desk.session.snapshot();
      if (save.kind === "saved" && revision !== asked) {
        asked = revision;
        link.validate().then(
          (findings) => current && desk.setFindings(findings),
          () => {
            asked = -1;
          },
        );
      }
    };
    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(ask, PAUSE_MS);
    };
    soon();
    const stop = desk.session.subscribe(soon);
    return () => {
      current = false;
      clearTimeout(timer);
      stop();
    };
  }, [desk, link]);
}
