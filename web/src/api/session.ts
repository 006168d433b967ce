/**
 * Who is signed in. Over https the browser holds a cookie and this page only a token against forged
 * requests; on plain loopback http, where cookies of one port reach all others, this origin keeps the
 * session's token itself and sends it in a header.
 */
import { useSyncExternalStore } from "react";

const KEY = "flowlike.session";
const secure = () => window.location.protocol === "https:";

let csrf: string | undefined;
let signedOut = false;
const listeners = new Set<() => void>();

function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

let token: string | null = stored();

function tell(): void {
  for (const listener of listeners) {
    listener();
  }
}

/** What the server said when it let the person in. */
export function signedIn(session: { readonly session?: string | null | undefined; readonly csrf?: string | null | undefined }): void {
  csrf = session.csrf ?? csrf;
  signedOut = false;
  if (typeof session.session === "string" && !secure()) {
    token = session.session;
    try {
      localStorage.setItem(KEY, token);
    } catch {
      // Without storage the session lasts as long as this page.
    }
  }
  tell();
}

/** Forgets the session; the screens go to the sign-in. */
export function forgetSession(): void {
  csrf = undefined;
  token = null;
  signedOut = true;
  try {
    localStorage.removeItem(KEY);
  } catch {
    // There was nothing to forget.
  }
  tell();
}

/** The headers that say who asks. `unsafe`: the request changes something. */
export function credentials(unsafe: boolean): Record<string, string> {
  if (!secure()) {
    return token === null ? {} : { authorization: `Bearer ${token}` };
  }
  return unsafe && csrf !== undefined ? { "x-csrf-token": csrf } : {};
}

export function setCsrf(value: string | undefined): void {
  csrf = value ?? csrf;
}

/** Whether it is known that nobody is signed in: no token, or the server said so. */
export function isSignedOut(): boolean {
  return signedOut || (!secure() && token === null);
}

function whenElsewhere(event: StorageEvent): void {
  if (event.key === KEY) {
    token = event.newValue;
    signedOut = token === null;
    tell();
  }
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("storage", whenElsewhere);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("storage", whenElsewhere);
  };
}

export function useSignedOut(): boolean {
  return useSyncExternalStore(listen, isSignedOut);
}
