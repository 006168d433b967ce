/** Sign-in, sessions, password. */
import { queryOptions } from "@tanstack/react-query";

import { call } from "./call";
import { forgetSession, setCsrf, signedIn } from "./session";
import type { SignedIn } from "./types";

export const infoQuery = queryOptions({
  queryKey: ["info"],
  queryFn: ({ signal }) => call("get", "/info", { signal, anonymous: true }),
  staleTime: 60_000,
});

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async ({ signal }) => {
    const session = await call("get", "/auth/session", { signal });
    setCsrf(session.csrf);
    return session;
  },
  staleTime: 60_000,
});

export const sessionsQuery = queryOptions({
  queryKey: ["sessions"],
  queryFn: ({ signal }) => call("get", "/user/sessions", { signal }),
});

/** Signs in with the token of a one-time link or with the password. */
export async function signIn(proof: { readonly token: string } | { readonly password: string }): Promise<SignedIn> {
  const answer = await call("post", "/auth/local", { body: proof, anonymous: true });
  signedIn(answer);
  return answer;
}

export async function signOut(): Promise<void> {
  try {
    await call("post", "/auth/logout", { anonymous: true });
  } finally {
    forgetSession();
  }
}

export const endSession = (id: string) => call("delete", "/user/sessions/{session_id}", { path: { session_id: id } });

/** Ends all sessions but this one. */
export const endOtherSessions = () => call("delete", "/user/sessions", {});

export const setPassword = (change: { readonly password: string; readonly current?: string }) =>
  call("put", "/auth/password", { body: change });
