import { cloneElement, type ReactElement, useEffect, useId, useRef, useState } from "react";

import { placeBeside, type Side } from "./place";
import { useTimer } from "./timer";

export interface TooltipProps {
  readonly label: string;
  readonly keys?: string | undefined;
  readonly side?: Side;
  /** Say it as a description too; off where the child has it as its name already. */
  readonly describes?: boolean;
  readonly children: ReactElement<Record<string, unknown>>;
}

type Handler = ((event: unknown) => void) | undefined;

const WAIT_MS = 400;

/** A word beside what the pointer or the focus is on. Escape hides it. */
export function Tooltip({ label, keys, side = "bottom", describes = false, children }: TooltipProps) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const timer = useTimer();
  const id = useId();

  const hide = () => {
    timer.stop();
    setAnchor(null);
  };
  const own = children.props as Readonly<Record<string, Handler>>;
  const also = (name: string, then: (event: never) => void) => (event: unknown) => {
    own[name]?.(event);
    then(event as never);
  };
  return (
    <>
      {cloneElement(children, {
        ...(describes && anchor !== null ? { "aria-describedby": id } : {}),
        onPointerEnter: also("onPointerEnter", (event: { currentTarget: HTMLElement; pointerType: string }) => {
          const { currentTarget } = event;
          if (event.pointerType !== "touch") {
            timer.start(() => setAnchor(currentTarget), WAIT_MS);
          }
        }),
        onPointerLeave: also("onPointerLeave", hide),
        onPointerDown: also("onPointerDown", hide),
        onFocus: also("onFocus", (event: { currentTarget: HTMLElement }) => {
          if (event.currentTarget.matches(":focus-visible")) {
            setAnchor(event.currentTarget);
          }
        }),
        onBlur: also("onBlur", hide),
      })}
      {anchor !== null && <Tip id={id} label={label} keys={keys} side={side} anchor={anchor} onHide={hide} />}
    </>
  );
}

interface TipProps {
  readonly id: string;
  readonly label: string;
  readonly keys: string | undefined;
  readonly side: Side;
  readonly anchor: HTMLElement;
  readonly onHide: () => void;
}

function Tip({ id, label, keys, side, anchor, onHide }: TipProps) {
  const tip = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const element = tip.current;
    if (element !== null && anchor.isConnected) {
      element.showPopover();
      placeBeside(element, anchor.getBoundingClientRect(), { side, align: "center", gap: 6 });
    }
  }, [anchor, side]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => event.key === "Escape" && onHide();
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [onHide]);
  return (
    <span ref={tip} id={id} role="tooltip" className="tip" popover="manual">
      {label}
      {keys !== undefined && <kbd>{keys}</kbd>}
    </span>
  );
}
