import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useParams } from "@tanstack/react-router";

import { appQuery } from "~/api";
import { Icon, Skeleton } from "~/ui";

import { AppMark } from "../parts/app-mark";

/** An app's name and its sections beside whatever of it is open. */
export function AppFrame() {
  const { app: id } = useParams({ from: "/shell/apps/$app" });
  const app = useQuery(appQuery(id)).data;
  const to = { params: { app: id } } as const;
  return (
    <div className="app">
      <nav className="side" aria-label={app?.name ?? "App"}>
        <div>
          <div className="app-name">
            <AppMark id={id} />
            <span className="app-name-words">{app?.name ?? <Skeleton height={14} />}</span>
          </div>
          <Link to="/apps/$app" {...to} activeOptions={{ exact: true }}>
            <Icon name="eye" />
            Overview
          </Link>
          <h2>Build</h2>
          <Link to="/apps/$app/boards" {...to}>
            <Icon name="branch" />
            Boards
            <span className="n">{app?.boards}</span>
          </Link>
          <Link to="/apps/$app/events" {...to}>
            <Icon name="bolt" />
            Events
            <span className="n">{app?.events}</span>
          </Link>
          <h2>Watch</h2>
          <Link to="/apps/$app/runs" {...to}>
            <Icon name="list" />
            Runs
          </Link>
        </div>
      </nav>
      <main className="app-main">
        <Outlet />
      </main>
    </div>
  );
}
