/** Sign-in, sessions, password. */
import { queryOptions } from "@tanstack/react-query";

import { request, segment } from "./request";
import { forgetSession, setCsrf, signedIn } from "./session";
import type { Page, ServerInfo, Session, SessionRow, SignedIn } from "./types";

export const infoQuery = queryOptions({
  queryKey: ["info"],
  queryFn: ({ signal }) => request<ServerInfo>("/info", { signal, anonymous: true }),
  staleTime: 60_000,
});

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async ({ signal }) => {
    const session = await request<Session>("/auth/session", { signal });
    setCsrf(session.csrf);
    return session;
  },
  staleTime: 60_000,
});

export const sessionsQuery = queryOptions({
  queryKey: ["sessions"],
  queryFn: ({ signal }) => request<Page<SessionRow>>("/user/sessions", { signal }),
});

/** Signs in with the token of a one-time link or with the password. */
export async function signIn(proof: { readonly token: string } | { readonly password: string }): Promise<SignedIn> {
  const answer = await request<SignedIn>("/auth/local", { method: "POST", body: proof, anonymous: true });
  signedIn(answer);
  return answer;
}

export async function signOut(): Promise<void> {
  try {
    await request<undefined>("/auth/logout", { method: "POST", anonymous: true });
  } finally {
    forgetSession();
  }
}

export function endSession(id: string): Promise<undefined> {
  return request(`/user/sessions/${segment(id)}`, { method: "DELETE" });
}

export function endAllSessions(): Promise<undefined> {
  return request("/user/sessions", { method: "DELETE" });
}

export function setPassword(change: { readonly password: string; readonly current?: string }): Promise<undefined> {
  return request("/auth/password", { method: "PUT", body: change });
}
