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
      tabIndex={-1}
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

const FIELDS = ".dialog-body :is(input, textarea, select):not([hidden], :disabled)";
const WAYS_ON = ".dialog-frame > footer button:not(:disabled)";

/** What a person is asked first: what the dialog names, else its first field, else the way on. */
function candidates(dialog: HTMLElement): readonly HTMLElement[] {
  const all = (selector: string) => [...dialog.querySelectorAll<HTMLElement>(selector)];
  const fields = all(FIELDS).filter((field) => !(field instanceof HTMLInputElement && field.type === "radio" && !field.checked));
  return [...all("[data-autofocus]"), ...fields, ...all(WAYS_ON).toReversed()];
}

/** Gives the focus to what is asked first; false if there is nothing yet. What is not to be seen takes no focus. */
function focusFirst(dialog: HTMLElement): boolean {
  return candidates(dialog).some((one) => {
    one.focus();
    return document.activeElement === one;
  });
}

/**
 * While nothing is there to be asked, the dialog itself has the focus: on its Close button one would
 * see a tooltip, and Enter would close it.
 */
function focusWhenThere(dialog: HTMLElement): () => void {
  if (focusFirst(dialog)) {
    return () => {};
  }
  dialog.focus();
  const watch = new MutationObserver(() => {
    if (document.activeElement !== dialog || focusFirst(dialog)) {
      watch.disconnect();
    }
  });
  watch.observe(dialog, { childList: true, subtree: true });
  return () => watch.disconnect();
}

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
    const stop = focusWhenThere(element);
    return () => {
      stop();
      element.close();
      if (before instanceof HTMLElement && before.isConnected) {
        before.focus();
      }
    };
  }, [dialog]);
}
