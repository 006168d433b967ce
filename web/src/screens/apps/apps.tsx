import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";

import { type App, appsQuery } from "~/api";
import { Button, Empty, Heading, Select, TextField } from "~/ui";

import { AppCell } from "../parts/app-cell";
import { counted } from "../parts/format";
import { Loaded } from "../parts/loaded";
import { Ago } from "../parts/time";
import { useTitle } from "../parts/title";
import { AppMenu } from "./app-menu";
import { ImportButton } from "./import-app";
import { NewApp } from "./new-app";

const SORTS = [
  { value: "changed", label: "Last changed" },
  { value: "name", label: "Name" },
];

/** All apps of a person: found by name, sorted, opened, made. */
export function Apps() {
  useTitle("Apps");
  const { q = "", sort = "changed" } = useSearch({ from: "/shell/apps" });
  const navigate = useNavigate({ from: "/apps" });
  const [naming, setNaming] = useState(false);
  const apps = useQuery(appsQuery);
  const put = (change: { readonly q?: string; readonly sort?: string }) => {
    const next = { q, sort, ...change };
    void navigate({
      search: { ...(next.q === "" ? {} : { q: next.q }), ...(next.sort === "changed" ? {} : { sort: next.sort }) },
      replace: true,
    });
  };
  return (
    <main className="page">
      <Heading title="Apps" count={apps.data?.items.length}>
        <ImportButton />
        <Button kind="prime" icon="plus" onClick={() => setNaming(true)}>
          New app
        </Button>
      </Heading>
      <Loaded from={apps}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon="grid" title="No apps yet">
              An app holds boards, the events that start them, and what happened when they ran. Make one, or import one.
            </Empty>
          ) : (
            <>
              <div className="filters">
                <TextField
                  label="Find an app"
                  bare
                  type="search"
                  icon="search"
                  placeholder="Find an app"
                  value={q}
                  onChange={(text) => put({ q: text })}
                />
                <Select label="Sort by" bare value={sort} options={SORTS} onChange={(value) => put({ sort: value })} />
              </div>
              <AppTable apps={sorted(items, q, sort)} />
            </>
          )
        }
      </Loaded>
      {naming && <NewApp onClose={() => setNaming(false)} />}
    </main>
  );
}

function AppTable({ apps }: { readonly apps: readonly App[] }) {
  if (apps.length === 0) {
    return (
      <Empty icon="search" title="No app is called that">
        Try fewer letters.
      </Empty>
    );
  }
  return (
    <table className="tbl">
      <thead>
        <tr>
          <th>App</th>
          <th className="hide-s">Holds</th>
          <th className="hide-s">Changed</th>
          <th className="hide-s">Your role</th>
          <th>
            <span className="vh">More</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {apps.map((app) => (
          <tr key={app.id}>
            <td>
              <AppCell app={app} />
            </td>
            <td className="dim hide-s nowrap">
              {counted(app.boards, "board")}, {counted(app.events, "event")}
            </td>
            <td className="dim hide-s">
              <Ago time={app.updated_at} />
            </td>
            <td className="dim hide-s">{app.role}</td>
            <td className="more">
              <AppMenu app={app} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The apps whose name or description holds all words of `q`, in the order asked for. */
export function sorted(apps: readonly App[], q: string, sort: string): App[] {
  const words = q.toLowerCase().split(/\s+/u).filter(Boolean);
  const found = apps.filter((app) => {
    const text = `${app.name} ${app.description}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return found.sort((one, two) =>
    sort === "name" ? one.name.localeCompare(two.name) : two.updated_at.localeCompare(one.updated_at),
  );
}
