import { useNavigate } from "@tanstack/react-router";
import { useRef } from "react";

import { importApp } from "~/api";
import { Button, toast } from "~/ui";

import { useDeed } from "../parts/deed";

/** Takes an app from a file that was exported, here or on another machine. */
export function ImportButton({ quiet = false }: { readonly quiet?: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  const navigate = useNavigate();
  const take = useDeed({
    does: (file: File) => importApp(file),
    renews: [["apps"]],
    failure: "The app was not imported",
    done: (app) => {
      toast({ kind: "ok", title: `${app.name} is here`, detail: "Its events are off until you switch them on." });
      void navigate({ to: "/apps/$app", params: { app: app.id } });
    },
  });
  return (
    <>
      <Button small={quiet} kind={quiet ? "quiet" : "plain"} busy={take.isPending} onClick={() => input.current?.click()}>
        Import…
      </Button>
      <input
        ref={input}
        type="file"
        accept=".zip,application/zip"
        hidden
        aria-label="File of an app"
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = "";
          if (file !== undefined) {
            take.mutate(file);
          }
        }}
      />
    </>
  );
}
