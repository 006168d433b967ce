/** Where one can jump to: boards, events, apps, screens; and themes, which are chosen the same way. */
import { useQueries, useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";

import { appsQuery, boardsQuery, eventsQuery } from "~/api";
import { chooseLook } from "~/styles/theme";
import { Icon, type IconName, type ListOption } from "~/ui";

import { eventName } from "../events/words";

export interface Target extends ListOption {
  readonly go: () => void;
}

const MOST_APPS = 12;

export function useTargets(): readonly Target[] {
  const here = useParams({ strict: false }).app;
  const apps = useQuery(appsQuery).data?.items ?? [];
  const ids = apps.slice(0, MOST_APPS).map(({ id }) => id);
  const boards = useQueries({ queries: ids.map((id) => boardsQuery(id)) });
  const events = useQueries({ queries: ids.map((id) => eventsQuery(id)) });
  const fixed = useFixed(here);
  const navigate = useNavigate();
  const found: Target[] = [];
  ids.forEach((app, index) => {
    const detail = apps[index]?.name;
    for (const { id, name } of boards[index]?.data?.items ?? []) {
      const go = () => void navigate({ to: "/apps/$app/boards/$board", params: { app, board: id } });
      found.push({ id: `board:${app}/${id}`, label: name, detail, icon: glyph("branch"), group: "Boards", go });
    }
    for (const { event } of events[index]?.data?.items ?? []) {
      const go = () => void navigate({ to: "/apps/$app/events/$event", params: { app, event: event.id } });
      found.push({ id: `event:${app}/${event.id}`, label: eventName(event), detail, icon: glyph("bolt"), group: "Events", go });
    }
  });
  const ownApps = apps.map(({ id, name }): Target => {
    const go = () => void navigate({ to: "/apps/$app", params: { app: id } });
    return { id: `app:${id}`, label: name, icon: glyph("grid"), group: "Apps", go };
  });
  const grouped = [...found.filter((one) => one.group === "Boards"), ...found.filter((one) => one.group === "Events")];
  return [...grouped, ...ownApps, ...fixed];
}

function useFixed(app: string | undefined): readonly Target[] {
  const navigate = useNavigate();
  const group = "Go to";
  const within: Target[] =
    app === undefined
      ? []
      : [
          { id: "runs", label: "Runs of this app", icon: glyph("list"), group, go: () => void navigate({ to: "/apps/$app/runs", params: { app } }) },
          { id: "boards", label: "Boards of this app", icon: glyph("branch"), group, go: () => void navigate({ to: "/apps/$app/boards", params: { app } }) },
        ];
  return [
    ...within,
    { id: "home", label: "Home", icon: glyph("home"), group, go: () => void navigate({ to: "/" }) },
    { id: "apps", label: "Apps", icon: glyph("grid"), group, go: () => void navigate({ to: "/apps" }) },
    { id: "settings", label: "Settings", icon: glyph("sliders"), group, go: () => void navigate({ to: "/settings" }) },
    {
      id: "keys",
      label: "Keyboard shortcuts",
      icon: glyph("keyboard"),
      group,
      go: () => void navigate({ to: "/settings", search: { tab: "shortcuts" } }),
    },
    ...(["light", "dark", "contrast", "system"] as const).map(
      (theme): Target => ({
        id: `theme:${theme}`,
        label: `Theme: ${theme === "contrast" ? "high contrast" : theme}`,
        icon: glyph("moon"),
        group: "Look",
        go: () => chooseLook({ theme }),
      }),
    ),
  ];
}

function glyph(name: IconName) {
  return <Icon name={name} size={14} />;
}
