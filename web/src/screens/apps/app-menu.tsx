import { useNavigate } from "@tanstack/react-router";

import { type App, deleteApp, exportApp } from "~/api";
import { confirm, IconButton, Menu, type MenuItem, toast } from "~/ui";

import { saveAs } from "../parts/save-as";
import { useDeed } from "../parts/deed";

/** What can be done with an app as a whole. */
export function AppMenu({ app }: { readonly app: App }) {
  const navigate = useNavigate();
  const remove = useDeed({
    does: () => deleteApp(app.id),
    renews: [["apps"]],
    failure: `${app.name} was not deleted`,
    done: () => {
      toast({ kind: "ok", title: `${app.name} is deleted` });
      void navigate({ to: "/apps" });
    },
  });
  const save = useDeed({
    does: () => exportApp(app.id),
    failure: `${app.name} was not exported`,
    done: (file) => saveAs(file, `${app.id}.zip`),
  });
  const ask = async () => {
    const yes = await confirm({
      title: `Delete ${app.name}?`,
      body: <p>Its boards, their history and its events go with it. This cannot be undone; export it first if you may want it back.</p>,
      yes: "Delete app",
      danger: true,
    });
    if (yes) {
      remove.mutate();
    }
  };
  const items: MenuItem[] = [
    {
      id: "open",
      label: "Open",
      icon: "arrow",
      run: () => void navigate({ to: "/apps/$app", params: { app: app.id } }),
    },
    { id: "export", label: "Export", icon: "download", hint: "A zip, as it is kept in Git", run: () => save.mutate() },
    { id: "delete", label: "Delete…", icon: "trash", danger: true, apart: true, run: () => void ask() },
  ];
  return (
    <Menu label={`More for ${app.name}`} items={items} placing={{ align: "end" }}>
      <IconButton icon="more" label={`More for ${app.name}`} className="above" />
    </Menu>
  );
}
