import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useEffect, useEffectEvent, useState } from "react";

import { infoQuery, signIn, troubleOf } from "~/api";
import { Button, FailureNote, Icon, Logo, TextField, type Trouble } from "~/ui";

import { useTitle } from "./parts/title";

/**
 * The one-time token of a sign-in link, taken out of the address at once: what follows the # never
 * reaches the server's log, and should not stay in the browser's history either. Taken once.
 */
function takeToken(): string {
  const hash = window.location.hash.slice(1);
  if (hash !== "") {
    window.history.replaceState(window.history.state, "", window.location.pathname + window.location.search);
  }
  return hash.startsWith("token=") ? decodeURIComponent(hash.slice("token=".length)) : hash;
}

type Way = { readonly token: string } | { readonly password: string };

/** Lets the person in: by a one-time link, or by password where one is set. */
export function Login() {
  useTitle("Sign in");
  const [byLink] = useState(() => window.location.hash.length > 1);
  const next = useSearch({ strict: false }).next;
  const navigate = useNavigate();
  const info = useQuery(infoQuery);
  const door = useMutation({
    mutationFn: (way: Way) => signIn(way),
    onSuccess: () => navigate({ href: safe(next), replace: true }),
  });
  const begin = useEffectEvent(() => {
    const token = takeToken();
    if (token !== "") {
      door.mutate({ token });
    }
  });
  useEffect(() => begin(), []);
  const linked = byLink && !door.isError;

  return (
    <main className="login">
      <div className="login-card">
        <div className="row login-brand">
          <Logo size={28} />
          <h1 className="head">Sign in to {info.data?.name ?? "flowlike"}</h1>
        </div>
        {linked ? (
          <p className="row dim" role="status">
            <Icon name="running" size={14} />
            Signing in…
          </p>
        ) : (
          <Ways password={info.data?.auth.includes("password") ?? false} busy={door.isPending} onEnter={door.mutate} />
        )}
        {door.isError && <FailureNote trouble={refused(troubleOf(door.error), byLink)} />}
      </div>
    </main>
  );
}

function refused(trouble: Trouble, byLink: boolean): Trouble {
  if (!byLink || trouble.title !== "You are signed out") {
    return trouble.title === "You are signed out" ? { ...trouble, title: "That did not let you in" } : trouble;
  }
  return {
    ...trouble,
    title: "This link no longer works",
    remedy: trouble.remedy ?? "A link works once, for ten minutes. Make another with: flowlike login-link",
  };
}

function Ways({
  password,
  busy,
  onEnter,
}: {
  readonly password: boolean;
  readonly busy: boolean;
  readonly onEnter: (way: Way) => void;
}) {
  const [text, setText] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text !== "") {
      onEnter({ password: text });
    }
  };
  return (
    <>
      {password && (
        <form className="stack" onSubmit={submit}>
          <TextField
            label="Password"
            type="password"
            autoComplete="current-password"
            required
            value={text}
            onChange={setText}
          />
          <Button kind="go" submit busy={busy}>
            Sign in
          </Button>
        </form>
      )}
      <div className="stack">
        {password && <h2 className="fld-label">Or by link</h2>}
        <p className="dim">On the machine where the server runs, make a sign-in link and open it here:</p>
        <pre className="login-command">
          <code>flowlike login-link</code>
        </pre>
        <p className="label">It works once, for ten minutes. Nobody else can use it after you.</p>
      </div>
    </>
  );
}

/** Only an address of this page; anything else would send the person elsewhere. */
function safe(next: string | undefined): string {
  return next !== undefined && /^\/(?![/\\])/.test(next) && !next.startsWith("/login") ? next : "/";
}
