import { type PointerEvent as ReactPointerEvent, type ReactNode, useRef } from "react";

import { IconButton } from "~/ui";

export interface PanelProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly actions?: ReactNode;
  readonly onClose: () => void;
}

/** A panel at the left: a title, what it can do, a way to close it. */
export function Panel({ title, children, actions, onClose }: PanelProps) {
  return (
    <section className="side-panel" aria-label={title} data-region="">
      <header>
        <h2>{title}</h2>
        <span className="grow" />
        {actions}
        <IconButton icon="close" label={`Close ${title.toLowerCase()}`} side="right" onClick={onClose} />
      </header>
      <div className="side-body">{children}</div>
    </section>
  );
}

export interface GripProps {
  readonly label: string;
  readonly axis: "x" | "y";
  readonly value: number;
  readonly least: number;
  readonly most: number;
  /** Whether dragging to the right (or down) makes it smaller. */
  readonly reversed?: boolean;
  readonly onChange: (value: number) => void;
}

const STEP = 16;

/** The edge of a panel, for making it larger; with the arrow keys too. */
export function Grip({ label, axis, value, least, most, reversed = false, onChange }: GripProps) {
  const from = useRef<{ at: number; value: number } | null>(null);
  const limit = (next: number) => Math.round(Math.min(most, Math.max(least, next)));
  const place = (event: ReactPointerEvent) => (axis === "x" ? event.clientX : event.clientY);
  const sign = reversed ? -1 : 1;
  return (
    // A window splitter is a focusable separator (WAI-ARIA).
    <div
      className={`grip grip-${axis}`}
      role="separator"
      aria-label={label}
      aria-orientation={axis === "x" ? "vertical" : "horizontal"}
      aria-valuenow={value}
      aria-valuemin={least}
      aria-valuemax={most}
      tabIndex={0}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = { at: place(event), value };
      }}
      onPointerMove={(event) => {
        if (from.current !== null) {
          onChange(limit(from.current.value + sign * (place(event) - from.current.at)));
        }
      }}
      onPointerUp={() => {
        from.current = null;
      }}
      onKeyDown={(event) => {
        const more = axis === "x" ? "ArrowRight" : "ArrowDown";
        const less = axis === "x" ? "ArrowLeft" : "ArrowUp";
        if (event.key === more || event.key === less) {
          event.preventDefault();
          onChange(limit(value + (event.key === more ? sign : -sign) * STEP));
        }
      }}
    />
  );
}
