import { Link } from "@tanstack/react-router";

import type { App } from "~/api";

import { AppMark } from "./app-mark";

/** An app in the first cell of a row; its name leads there. */
export function AppCell({ app }: { readonly app: Pick<App, "id" | "name" | "description"> }) {
  return (
    <div className="row gap-12">
      <AppMark id={app.id} />
      <span className="two">
        <Link to="/apps/$app" params={{ app: app.id }} className="cover">
          <b>{app.name}</b>
        </Link>
        <small>{app.description}</small>
      </span>
    </div>
  );
}
