import { type KeyboardEvent, useState } from "react";

import type { Action } from "~/core";
import { Button, chooseKeys, IconButton, Kbd, keyChoice, keysText, platform, registry, Switch, useRegistered } from "~/ui";

/** All shortcuts there are now, and other keys for them. */
export function Shortcuts() {
  const actions = useRegistered().filter(({ hidden }) => hidden !== true);
  const [changing, setChanging] = useState<string>();
  const { remapped, singleLetters } = keyChoice();
  const groups = [...new Set(actions.map(({ group }) => group))];
  const put = (id: string, keys: readonly string[] | undefined) => {
    const others = Object.fromEntries(Object.entries(remapped).filter(([each]) => each !== id));
    chooseKeys({ remapped: keys === undefined ? others : { ...others, [id]: keys } });
    setChanging(undefined);
  };
  return (
    <div className="stack gap-28">
      <Switch
        label="Shortcuts of a single letter"
        hint="Off, only those with Ctrl, Alt or Cmd work, and those of several keys."
        checked={singleLetters}
        onChange={(on) => chooseKeys({ singleLetters: on })}
      />
      {groups.map((group) => (
        <section key={group}>
          <h2 className="label">{group}</h2>
          <ul>
            {actions
              .filter((action) => action.group === group)
              .map((action) => (
                <ShortcutRow
                  key={action.id}
                  action={action}
                  own={remapped[action.id] !== undefined}
                  changing={changing === action.id}
                  onBegin={() => setChanging(action.id)}
                  onEnd={() => setChanging(undefined)}
                  onPut={(keys) => put(action.id, keys)}
                />
              ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

interface ShortcutRowProps {
  readonly action: Action;
  readonly own: boolean;
  readonly changing: boolean;
  readonly onBegin: () => void;
  readonly onEnd: () => void;
  readonly onPut: (keys: readonly string[] | undefined) => void;
}

function ShortcutRow({ action, own, changing, onBegin, onEnd, onPut }: ShortcutRowProps) {
  const keys = registry.keysOf(action.id);
  const record = (event: KeyboardEvent) => {
    event.preventDefault();
    event.stopPropagation();
    const pressed = keysOf(event);
    if (event.key === "Escape") {
      onEnd();
    } else if (pressed !== undefined) {
      onPut([pressed]);
    }
  };
  return (
    <li className="shortcut">
      <span className="grow">{action.label}</span>
      {changing ? (
        <button
          type="button"
          className="btn sm go"
          // It was asked for by the press that put it here.
          // oxlint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
          onKeyDown={record}
          onBlur={onEnd}
        >
          Press the new keys, or Esc
        </button>
      ) : (
        <>
          {keys.length === 0 ? <span className="faint">none</span> : keys.map((each) => <Kbd key={each} keys={keysText(each)} />)}
          {own && <IconButton icon="undo" label={`Usual keys for ${action.label}`} onClick={() => onPut(undefined)} />}
          <Button small kind="quiet" aria-label={`Change keys for ${action.label}`} onClick={onBegin}>
            Change
          </Button>
        </>
      )}
    </li>
  );
}

/** A key press as it is written in the register, undefined while only modifiers are held. */
export function keysOf(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">): string | undefined {
  if (/^(?:Control|Shift|Alt|Meta|AltGraph|Dead|Unidentified)$/.test(event.key)) {
    return undefined;
  }
  const name = event.key === " " ? "Space" : event.key === "+" ? "Plus" : event.key.replace(/^Arrow/, "");
  const mod = platform === "mac" ? event.metaKey : event.ctrlKey;
  const letter = name.length === 1 ? name.toUpperCase() : name;
  return [mod && "Mod", event.altKey && "Alt", event.shiftKey && "Shift", letter].filter(Boolean).join("+");
}
