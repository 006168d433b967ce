import { Link, useParams } from "@tanstack/react-router";

import { Icon } from "~/ui";

/** The main ways on small screens, in reach of the thumb. */
export function TabBar() {
  const { app } = useParams({ strict: false });
  return (
    <nav className="tab-bar" aria-label="Main, small screens">
      <Link to="/" activeOptions={{ exact: true }}>
        <Icon name="home" />
        Home
      </Link>
      <Link to="/apps" activeOptions={{ exact: true }}>
        <Icon name="grid" />
        Apps
      </Link>
      {app !== undefined && (
        <Link to="/apps/$app/runs" params={{ app }}>
          <Icon name="list" />
          Runs
        </Link>
      )}
      <Link to="/settings">
        <Icon name="sliders" />
        Settings
      </Link>
    </nav>
  );
}
