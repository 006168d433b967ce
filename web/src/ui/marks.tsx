import type { ReactNode } from "react";

import { classes } from "./classes";
import { Icon, type IconName } from "./icon";

export type Tone = "ok" | "run" | "wait" | "fail" | "idle";

/** A word on a tinted ground. */
export function Chip({
  children,
  tone,
  line = false,
  icon,
}: {
  readonly children: ReactNode;
  readonly tone?: Tone;
  readonly line?: boolean;
  readonly icon?: IconName;
}) {
  return (
    <span className={classes("chip", tone, line && "line")}>
      {icon !== undefined && <Icon name={icon} size={12} />}
      {children}
    </span>
  );
}

/** A state as icon, colour and word, so that none of them stands alone. */
export function Status({
  tone,
  icon,
  children,
  light = false,
}: {
  readonly tone: Tone;
  readonly icon: IconName;
  readonly children: ReactNode;
  readonly light?: boolean;
}) {
  return (
    <span className={classes("st", tone, light && "light")}>
      <Icon name={icon} size={14} />
      {children}
    </span>
  );
}

export function Kbd({ keys }: { readonly keys: string }) {
  return <kbd>{keys}</kbd>;
}

const AVATARS = 4;

/** Initials of a person; their colour follows from the name. */
export function Avatar({ name }: { readonly name: string }) {
  const words = name.trim().split(/\s+/u);
  const initials = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  const text = initials.map((word) => [...(word ?? "")][0] ?? "").join("") || "?";
  let sum = 0;
  for (const letter of name) {
    sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  }
  return (
    <span className={classes("av", `av-${sum % AVATARS}`)} data-initials={text.toUpperCase()} aria-hidden="true" />
  );
}

/** A heading row: title, count, and what can be done. */
export function Heading({
  title,
  count,
  level = 1,
  children,
}: {
  readonly title: ReactNode;
  readonly count?: number | undefined;
  readonly level?: 1 | 2;
  readonly children?: ReactNode;
}) {
  const Tag = level === 1 ? "h1" : "h2";
  return (
    <div className={classes("heading", `heading-${level}`)}>
      <Tag className={level === 1 ? "title" : "head"}>{title}</Tag>
      {count !== undefined && <span className="faint">{count.toLocaleString("en")}</span>}
      <span className="grow" />
      {children}
    </div>
  );
}
