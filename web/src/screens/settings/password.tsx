import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { infoQuery, setPassword, troubleOf } from "~/api";
import { Button, FailureNote, TextField, toast } from "~/ui";

import { useDeed } from "../parts/deed";

const LEAST = 12;

/** Sets or changes the password. */
export function Password() {
  const has = useQuery(infoQuery).data?.auth.includes("password") ?? false;
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [again, setAgain] = useState("");
  const [tried, setTried] = useState(false);
  const save = useDeed({
    does: () => setPassword({ password: next, ...(current === "" ? {} : { current }) }),
    renews: [["info"], ["sessions"]],
    done: () => {
      setCurrent("");
      setNext("");
      setAgain("");
      setTried(false);
      toast({ kind: "ok", title: "The password is set", detail: "Other sessions have ended." });
    },
  });
  const short = next.length < LEAST ? `At least ${LEAST} characters` : undefined;
  const other = again === next ? undefined : "This is not the same";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (short === undefined && other === undefined) {
      save.mutate();
    }
  };
  return (
    <form className="stack narrow" onSubmit={submit}>
      <p className="dim">With a password you can sign in without a link, and let others on your network reach this server over TLS.</p>
      {has && (
        <TextField label="Present password" type="password" autoComplete="current-password" required value={current} onChange={setCurrent} />
      )}
      <TextField
        label="New password"
        type="password"
        autoComplete="new-password"
        hint="Twelve characters or more. A few words you make up are best."
        error={tried ? short : undefined}
        value={next}
        onChange={setNext}
      />
      <TextField
        label="The same again"
        type="password"
        autoComplete="new-password"
        error={tried ? other : undefined}
        value={again}
        onChange={setAgain}
      />
      {save.isError && <FailureNote trouble={troubleOf(save.error)} />}
      <div>
        <Button kind="go" submit busy={save.isPending}>
          {has ? "Change password" : "Set password"}
        </Button>
      </div>
    </form>
  );
}
