import { type ReactNode, type SyntheticEvent, useEffect, useId, useRef } from "react";

import { IconButton } from "./button";
import { classes } from "./classes";
import { Icon, type IconName } from "./icon";

export interface DialogProps {
  readonly title: ReactNode;
  readonly onClose: () => void;
  readonly description?: ReactNode;
  readonly icon?: IconName;
  readonly children?: ReactNode;
  /** Its buttons; the last one is the way on. */
  readonly footer?: ReactNode;
  readonly size?: "s" | "m" | "l";
  /** `sheet` stands at the right edge over its full height. */
  readonly shape?: "centre" | "sheet";
  /** A click beside it or Escape closes it; off while something must be answered. */
  readonly dismissible?: boolean;
  readonly className?: string;
}

/**
 * A modal dialog: the browser keeps the focus inside and gives it back. Mounted means open, so
 * state within begins anew each time.
 */
export function Dialog({
  title,
  onClose,
  description,
  icon,
  children,
  footer,
  size = "m",
  shape = "centre",
  dismissible = true,
  className,
}: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useModal(dialog);

  const whenCancelled = (event: SyntheticEvent) => {
    // Of this dialog, not of one that was opened inside it.
    if (event.target === dialog.current) {
      event.preventDefault();
      if (dismissible) {
        onClose();
      }
    }
  };
  return (
    // A click on the backdrop has the dialog itself as its target; Escape is the way by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={dialog}
      className={classes("dialog", `dialog-${size}`, shape, className)}
      aria-labelledby={`${id}-title`}
      aria-describedby={description === undefined ? undefined : `${id}-text`}
      onCancel={whenCancelled}
      onMouseDown={(event) => {
        if (event.target === dialog.current && dismissible) {
          onClose();
        }
      }}
    >
      <div className="dialog-frame">
        <header>
          {icon !== undefined && (
            <span className="glyph lg">
              <Icon name={icon} />
            </span>
          )}
          <div className="grow">
            <h2 className="head" id={`${id}-title`}>
              {title}
            </h2>
            {description !== undefined && (
              <p className="dim" id={`${id}-text`}>
                {description}
              </p>
            )}
          </div>
          {dismissible && <IconButton icon="close" label="Close" side="left" onClick={onClose} />}
        </header>
        {children !== undefined && <div className="dialog-body">{children}</div>}
        {footer !== undefined && <footer>{footer}</footer>}
      </div>
    </dialog>
  );
}

const FIRST_FIELD = ".dialog-body :is(input, textarea, select):not([hidden], :disabled)";

function useModal(dialog: { readonly current: HTMLDialogElement | null }): void {
  useEffect(() => {
    const element = dialog.current;
    if (element === null) {
      return undefined;
    }
    const before = document.activeElement;
    if (!element.open) {
      element.showModal();
    }
    const first = element.querySelector<HTMLElement>("[data-autofocus]") ?? element.querySelector<HTMLElement>(FIRST_FIELD);
    first?.focus();
    return () => {
      element.close();
      if (before instanceof HTMLElement && before.isConnected) {
        before.focus();
      }
    };
  }, [dialog]);
}
