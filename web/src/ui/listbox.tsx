import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";

import { Icon } from "./icon";

export interface ListOption {
  readonly id: string;
  readonly label: string;
  /** What it is filtered by beside its label. */
  readonly words?: string;
  readonly detail?: ReactNode;
  readonly icon?: ReactNode;
  readonly group?: string;
  readonly disabled?: boolean;
}

export interface SearchListProps {
  readonly label: string;
  readonly placeholder?: string;
  readonly options: readonly ListOption[];
  readonly onChoose: (option: ListOption) => void;
  /** Told what was typed, for callers that search themselves; then nothing is filtered here. */
  readonly onSearch?: (text: string) => void;
  readonly onHover?: (option: ListOption | undefined) => void;
  readonly empty?: ReactNode;
  readonly footer?: ReactNode;
  readonly autoFocus?: boolean;
}

/**
 * A field and the list it filters: the focus stays in the field, the arrows move through the list
 * (WAI-ARIA combobox). Groups are shown in the order in which they first come.
 */
export function SearchList({
  label,
  placeholder = "Search…",
  options,
  onChoose,
  onSearch,
  onHover,
  empty = "Nothing found",
  footer,
  autoFocus = true,
}: SearchListProps) {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const found = onSearch === undefined ? matching(options, text) : options;
  const active = found[Math.min(at, found.length - 1)];

  useEffect(() => {
    if (autoFocus) {
      input.current?.focus();
    }
  }, [autoFocus]);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView?.({ block: "nearest" });
    onHover?.(active);
  }, [active, onHover]);

  const type = (value: string) => {
    setText(value);
    setAt(0);
    onSearch?.(value);
  };
  const onKey = (event: KeyboardEvent) => {
    const to = stepped(event.key, at, found.length);
    if (to !== undefined) {
      event.preventDefault();
      setAt(to);
    } else if (event.key === "Enter" && !event.nativeEvent.isComposing && active && active.disabled !== true) {
      event.preventDefault();
      onChoose(active);
    }
  };
  return (
    <div className="search-list">
      <div className="q">
        <Icon name="search" />
        <input
          {...asCombobox(label, id, active)}
          ref={input}
          data-autofocus={autoFocus || undefined}
          placeholder={placeholder}
          value={text}
          onChange={(event) => type(event.target.value)}
          onKeyDown={onKey}
        />
      </div>
      <div ref={list} role="listbox" id={`${id}-list`} aria-label={label} className="options" tabIndex={-1}>
        {found.map((option, index) => (
          <OptionRow
            key={option.id}
            id={`${id}-${option.id}`}
            option={option}
            heading={option.group !== found[index - 1]?.group ? option.group : undefined}
            selected={option === active}
            onPoint={() => setAt(index)}
            onChoose={onChoose}
          />
        ))}
        {found.length === 0 && <p className="options-empty faint">{empty}</p>}
      </div>
      {footer !== undefined && <div className="ft">{footer}</div>}
    </div>
  );
}

function asCombobox(label: string, id: string, active: ListOption | undefined) {
  return {
    role: "combobox",
    "aria-label": label,
    "aria-expanded": true,
    "aria-controls": `${id}-list`,
    "aria-autocomplete": "list",
    "aria-activedescendant": active === undefined ? undefined : `${id}-${active.id}`,
    autoComplete: "off",
    spellCheck: false,
  } as const;
}

function stepped(key: string, at: number, count: number): number | undefined {
  if (key === "ArrowDown") {
    return at >= count - 1 ? 0 : at + 1;
  }
  return key === "ArrowUp" ? (at <= 0 ? count - 1 : at - 1) : undefined;
}

interface OptionRowProps {
  readonly id: string;
  readonly option: ListOption;
  readonly heading: string | undefined;
  readonly selected: boolean;
  readonly onPoint: () => void;
  readonly onChoose: (option: ListOption) => void;
}

function OptionRow({ id, option, heading, selected, onPoint, onChoose }: OptionRowProps) {
  return (
    <>
      {heading !== undefined && (
        <div className="options-group" role="presentation">
          {heading}
        </div>
      )}
      {/* The field has the keys; an option takes no focus of its own. */}
      {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus */}
      <div
        role="option"
        id={id}
        aria-selected={selected}
        aria-disabled={option.disabled === true || undefined}
        className="option"
        onPointerMove={selected ? undefined : onPoint}
        onClick={() => option.disabled !== true && onChoose(option)}
      >
        {option.icon}
        <span className="cut">{option.label}</span>
        {option.detail !== undefined && <small className="cut">{option.detail}</small>}
      </div>
    </>
  );
}

function matching(options: readonly ListOption[], text: string): readonly ListOption[] {
  const words = text.toLowerCase().split(/\s+/u).filter(Boolean);
  if (words.length === 0) {
    return options;
  }
  const scored = options.flatMap((option) => {
    const score = scoreOf(option, words);
    return score === 0 ? [] : [{ option, score }];
  });
  return scored.sort((one, two) => two.score - one.score).map(({ option }) => option);
}

function scoreOf(option: ListOption, words: readonly string[]): number {
  const label = option.label.toLowerCase();
  const all = `${label} ${option.words?.toLowerCase() ?? ""}`;
  let score = 0;
  for (const word of words) {
    if (!all.includes(word)) {
      return 0;
    }
    score += label.startsWith(word) ? 4 : label.includes(word) ? 2 : 1;
  }
  return score;
}
