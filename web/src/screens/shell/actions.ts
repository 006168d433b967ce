import { useNavigate, useParams } from "@tanstack/react-router";
import { useEffectEvent, useMemo } from "react";

import type { Action } from "~/core";
import { useActions } from "~/ui";

/** What can be done from everywhere: search, and going places by `G` and a letter. */
export function useShellActions(onJump: () => void): void {
  const navigate = useNavigate();
  const { app } = useParams({ strict: false });
  const jump = useEffectEvent(onJump);
  const actions = useMemo((): readonly Action[] => {
    const group = "Go to";
    const go = (to: "/" | "/apps" | "/settings") => () => void navigate({ to });
    const within = (to: "/apps/$app/boards" | "/apps/$app/events" | "/apps/$app/runs") => () => {
      if (app !== undefined) {
        void navigate({ to, params: { app } });
      }
    };
    const when = () => app !== undefined;
    return [
      // oxlint-disable-next-line react/rules-of-hooks -- it is called on a key press, not here
      { id: "go.search", label: "Search or jump to…", group, keys: ["Mod+K"], inFields: true, run: () => jump() },
      { id: "go.home", label: "Home", group, keys: ["G H"], run: go("/") },
      { id: "go.apps", label: "Apps", group, keys: ["G A"], run: go("/apps") },
      { id: "go.boards", label: "Boards of this app", group, keys: ["G B"], when, run: within("/apps/$app/boards") },
      { id: "go.events", label: "Events of this app", group, keys: ["G E"], when, run: within("/apps/$app/events") },
      { id: "go.runs", label: "Runs of this app", group, keys: ["G R"], when, run: within("/apps/$app/runs") },
      { id: "go.settings", label: "Settings", group, keys: ["G S"], run: go("/settings") },
    ];
  }, [navigate, app]);
  useActions(actions);
}
