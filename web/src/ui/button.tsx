import type { ButtonHTMLAttributes, MouseEvent, Ref } from "react";

import { classes } from "./classes";
import { Icon, type IconName } from "./icon";
import { Tooltip } from "./tooltip";

export type ButtonKind = "plain" | "prime" | "go" | "quiet" | "stop" | "danger";

/** Class of a button, for what is a link but looks like one. */
export function buttonClass(kind: ButtonKind = "plain", small = false): string {
  return classes("btn", kind !== "plain" && kind, small && "sm");
}

export interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, "type"> {
  readonly kind?: ButtonKind;
  readonly small?: boolean;
  readonly icon?: IconName;
  /** Work is going on: the button stays focusable, says so, and does nothing. */
  readonly busy?: boolean;
  readonly submit?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
}

export function Button({
  kind = "plain",
  small = false,
  icon,
  busy = false,
  submit = false,
  children,
  className,
  onClick,
  ...rest
}: ButtonProps) {
  const whenClicked = (event: MouseEvent<HTMLButtonElement>) => {
    if (busy) {
      event.preventDefault();
      return;
    }
    onClick?.(event);
  };
  return (
    <button
      {...rest}
      type={submit ? "submit" : "button"}
      className={classes(buttonClass(kind, small), className)}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={whenClicked}
    >
      {busy ? <Icon name="running" size={14} /> : icon !== undefined && <Icon name={icon} size={14} />}
      {children}
    </button>
  );
}

export interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, "type"> {
  readonly icon: IconName;
  /** Its name, also shown as a tooltip. */
  readonly label: string;
  /** Keys that do the same, as people read them: `Ctrl+Z`. */
  readonly keys?: string;
  /** Whether what it stands for is on (a panel is open). Makes it a toggle. */
  readonly on?: boolean;
  readonly side?: "top" | "bottom" | "right" | "left";
  readonly ref?: Ref<HTMLButtonElement>;
}

export function IconButton({ icon, label, keys, on, side = "bottom", className, ...rest }: IconButtonProps) {
  return (
    <Tooltip label={label} keys={keys} side={side}>
      <button
        {...rest}
        type="button"
        className={classes("ib", on && "on", className)}
        aria-label={label}
        aria-pressed={on}
        aria-keyshortcuts={keys?.replaceAll("Ctrl", "Control")}
      >
        <Icon name={icon} />
      </button>
    </Tooltip>
  );
}
