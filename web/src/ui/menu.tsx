import { cloneElement, type KeyboardEvent, type ReactElement, useEffect, useEffectEvent, useRef, useState } from "react";

import { classes } from "./classes";
import { Icon, type IconName } from "./icon";
import { type Box, placeBeside, type Placing } from "./place";

export interface MenuItem {
  readonly id: string;
  readonly label: string;
  readonly icon?: IconName | undefined;
  readonly keys?: string | undefined;
  readonly hint?: string | undefined;
  readonly danger?: boolean | undefined;
  readonly disabled?: boolean | undefined;
  /** For items that stand for a state: whether it is on. */
  readonly checked?: boolean | undefined;
  /** A line above it. */
  readonly apart?: boolean | undefined;
  readonly run: () => void;
}

export interface MenuProps {
  readonly label: string;
  readonly items: readonly MenuItem[];
  readonly children: ReactElement<Record<string, unknown>>;
  readonly placing?: Placing;
}

/** A button that opens a menu; the button is `children`. */
export function Menu({ label, items, children, placing }: MenuProps) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const own = children.props as { onClick?: (event: unknown) => void };
  return (
    <>
      {cloneElement(children, {
        "aria-haspopup": "menu",
        "aria-expanded": anchor !== null,
        onClick: (event: { currentTarget: HTMLElement }) => {
          own.onClick?.(event);
          const { currentTarget } = event;
          setAnchor((open) => (open === null ? currentTarget : null));
        },
        onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
          if (event.key === "ArrowDown") {
            event.preventDefault();
            setAnchor(event.currentTarget);
          }
        },
      })}
      {anchor !== null && (
        <MenuAt label={label} items={items} anchor={anchor} placing={placing} onClose={() => setAnchor(null)} />
      )}
    </>
  );
}

export interface MenuAtProps {
  readonly label: string;
  readonly items: readonly MenuItem[];
  /** An element, or a box of the viewport: for a context menu, one without size. */
  readonly anchor: HTMLElement | Box;
  readonly placing?: Placing | undefined;
  readonly onClose: () => void;
}

/** An open menu. Mounting opens it; the focus comes back when it closes. */
export function MenuAt({ label, items, anchor, placing, onClose }: MenuAtProps) {
  const list = useRef<HTMLDivElement>(null);
  useOpenMenu(list, anchor, placing, onClose);

  const choose = (item: MenuItem) => {
    onClose();
    item.run();
  };
  return (
    <div
      ref={list}
      role="menu"
      tabIndex={-1}
      aria-label={label}
      className="menu"
      popover="manual"
      onKeyDown={(event) => steer(event, onClose)}
    >
      {items.map((item) => (
        <MenuRow key={item.id} item={item} onChoose={choose} />
      ))}
    </div>
  );
}

function MenuRow({ item, onChoose }: { readonly item: MenuItem; readonly onChoose: (item: MenuItem) => void }) {
  return (
    <>
      {item.apart === true && <hr className="menu-line" />}
      <button
        type="button"
        role={item.checked === undefined ? "menuitem" : "menuitemcheckbox"}
        aria-checked={item.checked}
        aria-disabled={item.disabled === true || undefined}
        tabIndex={-1}
        className={classes("menu-item", item.danger === true && "danger")}
        onClick={() => item.disabled !== true && onChoose(item)}
        onPointerEnter={(event) => event.currentTarget.focus()}
      >
        <span className="menu-icon">
          {item.checked === true ? <Icon name="check" size={14} /> : item.icon && <Icon name={item.icon} size={14} />}
        </span>
        <span className="grow">
          {item.label}
          {item.hint !== undefined && <small>{item.hint}</small>}
        </span>
        {item.keys !== undefined && <kbd>{item.keys}</kbd>}
      </button>
    </>
  );
}

function useOpenMenu(
  list: { readonly current: HTMLDivElement | null },
  anchor: HTMLElement | Box,
  placing: Placing | undefined,
  onClose: () => void,
): void {
  const close = useEffectEvent(onClose);
  useEffect(() => {
    const element = list.current;
    if (element === null) {
      return undefined;
    }
    const before = document.activeElement;
    element.showPopover?.();
    placeBeside(element, anchor instanceof HTMLElement ? anchor.getBoundingClientRect() : anchor, placing);
    rows(element)[0]?.focus();
    const outside = (event: Event) => {
      const target = event.target as Node;
      const onAnchor = anchor instanceof HTMLElement && anchor.contains(target);
      if (!element.contains(target) && !onAnchor) {
        close();
      }
    };
    const away = () => close();
    document.addEventListener("pointerdown", outside, true);
    window.addEventListener("blur", away);
    window.addEventListener("resize", away);
    return () => {
      document.removeEventListener("pointerdown", outside, true);
      window.removeEventListener("blur", away);
      window.removeEventListener("resize", away);
      const inside = element.contains(document.activeElement) || document.activeElement === document.body;
      if (inside && before instanceof HTMLElement && before.isConnected) {
        before.focus();
      }
    };
  }, [list, anchor, placing]);
}

function rows(list: HTMLElement): HTMLElement[] {
  return [...list.querySelectorAll<HTMLElement>('[role^="menuitem"]')];
}

function steer(event: KeyboardEvent<HTMLElement>, onClose: () => void): void {
  const all = rows(event.currentTarget);
  const at = all.indexOf(document.activeElement as HTMLElement);
  const to = target(event.key, at, all);
  if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    event.stopPropagation();
    onClose();
  } else if (to !== undefined) {
    event.preventDefault();
    event.stopPropagation();
    to.focus();
  }
}

function target(key: string, at: number, all: readonly HTMLElement[]): HTMLElement | undefined {
  switch (key) {
    case "ArrowDown":
      return all[(at + 1) % all.length];
    case "ArrowUp":
      return all[(at - 1 + all.length) % all.length];
    case "Home":
      return all[0];
    case "End":
      return all.at(-1);
    default:
      return key.length === 1 && key !== " " ? startingWith(key, at, all) : undefined;
  }
}

function startingWith(letter: string, at: number, all: readonly HTMLElement[]): HTMLElement | undefined {
  const turned = [...all.slice(at + 1), ...all.slice(0, at + 1)];
  return turned.find((row) => row.textContent.trim().toLowerCase().startsWith(letter.toLowerCase()));
}
