import { queryOptions, useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useState } from "react";

import type { Action } from "~/core";
import { Button, chooseKeys, IconButton, Kbd, keyChoice, keysText, platform, Switch, useRegistered } from "~/ui";

import type { Doings } from "../editor/actions";
import type { Desk } from "../editor/desk/desk";

/**
 * What can be done in the editor, also while none is open. Only the words and keys of these actions
 * are looked at here; what they would be done to is not there.
 */
const editorQuery = queryOptions({
  queryKey: ["editor-actions"],
  queryFn: async () => {
    const { editorActions } = await import("../editor/actions");
    return editorActions({} as Desk, {} as Doings);
  },
  staleTime: Number.POSITIVE_INFINITY,
});

/** All shortcuts, and other keys for them. */
export function Shortcuts() {
  const registered = useRegistered();
  const editor = useQuery(editorQuery).data ?? [];
  const [changing, setChanging] = useState<string>();
  const { remapped, singleLetters } = keyChoice();
  const actions = known([...registered, ...editor]);
  const keysOf = (action: Action) => remapped[action.id] ?? action.keys ?? [];
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
      {[...new Set(actions.map(({ group }) => group))].map((group) => (
        <section key={group}>
          <h2 className="label">{group}</h2>
          <ul>
            {actions
              .filter((action) => action.group === group)
              .map((action) => (
                <ShortcutRow
                  key={action.id}
                  action={action}
                  keys={keysOf(action)}
                  rivals={rivalsOf(action, actions, keysOf)}
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

/** Each action once, without those that are no matter of choice. */
function known(actions: readonly Action[]): readonly Action[] {
  const found = new Map(actions.filter(({ hidden }) => hidden !== true).map((action) => [action.id, action]));
  return [...found.values()];
}

/** Other actions of the same place that the same keys would do. */
function rivalsOf(action: Action, all: readonly Action[], keysOf: (action: Action) => readonly string[]): readonly Action[] {
  const own = new Set(keysOf(action));
  const isOurs = (other: Action) => other.id.startsWith("go.") === action.id.startsWith("go.");
  return all.filter((other) => other.id !== action.id && isOurs(other) && keysOf(other).some((keys) => own.has(keys)));
}

interface ShortcutRowProps {
  readonly action: Action;
  readonly keys: readonly string[];
  readonly rivals: readonly Action[];
  readonly own: boolean;
  readonly changing: boolean;
  readonly onBegin: () => void;
  readonly onEnd: () => void;
  readonly onPut: (keys: readonly string[] | undefined) => void;
}

function ShortcutRow({ action, keys, rivals, own, changing, onBegin, onEnd, onPut }: ShortcutRowProps) {
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
      <span className="grow two">
        {action.label}
        {rivals.length > 0 && <small className="c-wait">The same keys: {rivals.map(({ label }) => label).join(", ")}</small>}
      </span>
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
