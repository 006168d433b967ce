import type { MouseEvent, ReactNode } from "react";

import { useSurroundings } from "../place";

interface WayProps {
  readonly to: string;
  readonly label?: string;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A link within the product. */
export function Way({ to, label, className, children }: WayProps) {
  const { go } = useSurroundings();
  const onClick = (event: MouseEvent) => {
    if (!event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
      event.preventDefault();
      go(to);
    }
  };
  return (
    <a href={to} className={className} aria-label={label} onClick={onClick}>
      {children}
    </a>
  );
}
