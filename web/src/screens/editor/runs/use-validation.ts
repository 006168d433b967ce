import { useEffect } from "react";

import { type Board, recorded } from "~/core";

import type { BoardLink } from "../desk/board-link";
import type { Desk, Finding } from "../desk/desk";
import { problemFinder } from "../later-parts";

const PAUSE_MS = 600;
/** After so short a pause the page says itself what it can see. */
const OWN_PAUSE_MS = 120;
/** So long after the server did not answer it is asked again. */
const AGAIN_MS = 5_000;
/** Larger boards are left to the server, so that typing stays quick. */
const MOST_NODES = 1_500;

/**
 * What is wrong with the board: at once as far as the page can tell, also while the server is not
 * there, and in the server's words after each pause in which the board was saved.
 */
export function useValidation(desk: Desk, link: BoardLink): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let ownTimer: ReturnType<typeof setTimeout> | undefined;
    let seen: Board | undefined;
    let asked = -1;
    let current = true;
    const look = async () => {
      const find = await problemFinder();
      const { board } = desk.session.snapshot();
      if (current && board !== seen && Object.keys(board.nodes).length <= MOST_NODES) {
        desk.setFindings(find(recorded(board, desk.session.types), desk.session.types));
      }
      seen = board;
    };
    const hear = (findings: readonly Finding[], of: number) => {
      const { revision, board } = desk.session.snapshot();
      if (current && revision === of) {
        seen = board;
        desk.setFindings(findings);
      }
    };
    const ask = () => {
      const { revision, save } = desk.session.snapshot();
      if (save.kind === "saved" && revision !== asked) {
        asked = revision;
        link.validate().then(
          (findings) => hear(findings, revision),
          () => {
            asked = -1;
            if (current) {
              clearTimeout(timer);
              timer = setTimeout(ask, AGAIN_MS);
            }
          },
        );
      }
    };
    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(ask, PAUSE_MS);
      clearTimeout(ownTimer);
      // Where its code does not come, the server still tells what is wrong.
      ownTimer = setTimeout(() => void look().catch(() => {}), OWN_PAUSE_MS);
    };
    soon();
    const stop = desk.session.subscribe(soon);
    return () => {
      current = false;
      clearTimeout(timer);
      clearTimeout(ownTimer);
      stop();
    };
  }, [desk, link]);
}
