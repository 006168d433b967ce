import { ICONS, type IconName } from "./icon-paths";

export type { IconName };

export interface IconProps {
  readonly name: IconName;
  /** Length of a side in CSS pixels. */
  readonly size?: 12 | 14 | 16 | 20;
  /** What it says to those who cannot see it; without, it is decoration. */
  readonly label?: string;
  readonly className?: string;
}

/** A drawing of 16 × 16 in the colour of the text beside it. */
export function Icon({ name, size = 16, label, className }: IconProps) {
  const classes = ["i", name === "running" ? "turning" : "", className ?? ""].filter(Boolean).join(" ");
  return (
    <svg
      className={classes}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      strokeWidth={size === 12 ? 1.75 : 1.5}
      {...(label === undefined ? { "aria-hidden": true } : { role: "img", "aria-label": label })}
    >
      <path d={ICONS[name]} strokeDasharray={name === "queued" ? "2.2 2.35" : undefined} />
    </svg>
  );
}

/** The product's mark: an exec pin, a wire, a data pin. */
export function Logo({ size = 22 }: { readonly size?: number }) {
  return (
    <svg className="logo" width={size} height={size} viewBox="0 0 22 22" aria-hidden="true">
      <path d="M4.500 17C13 17 9 5 17.500 5" fill="none" stroke="currentColor" strokeWidth="2.25" strokeLinecap="round" />
      <path d="M4.500 13.200 8.300 17l-3.800 3.800L.7 17z" fill="currentColor" />
      <circle className="logo-dot" cx="17.500" cy="5" r="3.500" />
    </svg>
  );
}
