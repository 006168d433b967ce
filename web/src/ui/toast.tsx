import { useSyncExternalStore } from "react";

import { Button, IconButton } from "./button";
import { classes } from "./classes";
import { Icon, type IconName } from "./icon";

export type ToastKind = "ok" | "info" | "wait" | "fail";

export interface Toast {
  readonly title: string;
  readonly detail?: string | undefined;
  readonly kind?: ToastKind;
  readonly action?: { readonly label: string; readonly run: () => void };
  /** Milliseconds it stays; 0 stays until it is closed. Failures stay by themselves. */
  readonly stays?: number;
}

interface Shown extends Toast {
  readonly id: number;
}

const ICON: Readonly<Record<ToastKind, IconName>> = { ok: "check", info: "info", wait: "clock", fail: "warn" };
const USUAL_MS = 6000;
const MOST = 4;

let shown: readonly Shown[] = [];
let next = 1;
const listeners = new Set<() => void>();

function put(toasts: readonly Shown[]): void {
  shown = toasts;
  for (const listener of listeners) {
    listener();
  }
}

/** Tells the person something without taking the focus. Returns how to take it back. */
export function toast(message: Toast): () => void {
  const id = next;
  next += 1;
  put([...shown.filter((one) => one.title !== message.title), { ...message, id }].slice(-MOST));
  const close = () => put(shown.filter((one) => one.id !== id));
  const stays = message.stays ?? (message.kind === "fail" ? 0 : USUAL_MS);
  if (stays > 0) {
    window.setTimeout(close, stays);
  }
  return close;
}

/** Where toasts appear. It is there from the start, so that screen readers hear of additions. */
export function Toasts() {
  const toasts = useSyncExternalStore(subscribe, () => shown);
  return (
    <section className="toasts" aria-label="Messages" aria-live="polite" aria-relevant="additions">
      {toasts.map((one) => (
        <Message key={one.id} toast={one} />
      ))}
    </section>
  );
}

function Message({ toast: one }: { readonly toast: Shown }) {
  const kind = one.kind ?? "info";
  const close = () => put(shown.filter((other) => other.id !== one.id));
  return (
    <div className={classes("toast", kind)}>
      <span className={classes(kind === "info" ? "c-run" : `c-${kind}`)}>
        <Icon name={ICON[kind]} />
      </span>
      <div className="grow">
        <b>{one.title}</b>
        {one.detail !== undefined && <p className="small dim">{one.detail}</p>}
      </div>
      {one.action !== undefined && (
        <Button
          small
          onClick={() => {
            one.action?.run();
            close();
          }}
        >
          {one.action.label}
        </Button>
      )}
      <IconButton icon="close" label="Dismiss" side="left" onClick={close} />
    </div>
  );
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
