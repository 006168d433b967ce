import type { SaveState } from "~/core";
import { type IconName, Status, type Tone, Tooltip } from "~/ui";

import { useDesk, useSnapshot } from "../desk/context";

interface Look {
  readonly tone: Tone;
  readonly icon: IconName;
  readonly words: string;
  readonly more: string;
}

/** How far edits have got, and what to do if they are stuck. There is no button to save. */
export function SaveChip() {
  const desk = useDesk();
  const { save } = useSnapshot();
  const { tone, icon, words, more } = lookOf(save);
  const status = (
    <Status tone={tone} icon={icon} light>
      {words}
    </Status>
  );
  if (save.kind === "saved" || save.kind === "saving") {
    return (
      <span className="save small" role="status">
        {status}
      </span>
    );
  }
  const act = () => (save.kind === "conflict" ? desk.surface.setState({ sheet: "conflicts" }) : desk.session.wake());
  return (
    <span className="save small" role="status">
      <Tooltip label={more}>
        <button type="button" className={`save-act ${tone}`} onClick={act}>
          {status}
        </button>
      </Tooltip>
    </span>
  );
}

function lookOf(save: SaveState): Look {
  switch (save.kind) {
    case "saved":
      return { tone: "idle", icon: "check", words: "Saved", more: "" };
    case "saving":
      return { tone: "idle", icon: "running", words: "Saving", more: "" };
    case "offline":
      return {
        tone: "wait",
        icon: "offline",
        words: save.count === 0 ? "Offline" : `Offline · ${save.count} queued`,
        more: "The server does not answer. Edits are kept here and sent when it does. Click to try now.",
      };
    case "conflict":
      return {
        tone: "fail",
        icon: "warn",
        words: save.count === 1 ? "1 edit refused" : `${save.count} edits refused`,
        more: "Somebody changed the same part, or the server refused it. Click to choose what becomes of it.",
      };
    case "denied":
      return { tone: "fail", icon: "lock", words: "Read only", more: `${save.message} What waits is kept in this browser.` };
  }
}
