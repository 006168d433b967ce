import { useEffect, useRef } from "react";

import { useTools } from "../state/context";
import type { LiteralView, NodeView, PinView } from "../view/model";
import { TextLiteral } from "./text";

export interface LiteralEditorProps {
  readonly view: NodeView;
  readonly pin: PinView;
  readonly literal: LiteralView;
}

/**
 * The editor of a literal, in the place of its well. Long texts and JSON are edited in a panel of
 * their own, which the editor screen opens; here stands only a mark of it.
 */
export function LiteralEditor(props: LiteralEditorProps) {
  switch (props.literal.kind) {
    case "choice":
    case "variable":
    case "function":
      return <ChoiceLiteral {...props} />;
    case "json":
    case "lines":
    case "boolean":
      return <span className="well code">{props.literal.text || "…"}</span>;
    default:
      return <TextLiteral {...props} />;
  }
}

function ChoiceLiteral({ view, pin, literal }: LiteralEditorProps) {
  const { acts } = useTools();
  const select = useRef<HTMLSelectElement>(null);
  const value = typeof literal.value === "string" ? literal.value : "";
  const known = literal.choices?.some((choice) => choice.value === value) === true;

  useEffect(() => {
    select.current?.focus();
    try {
      select.current?.showPicker?.();
    } catch {
      // Only a click may open it by script; with the keys it opens by Space.
    }
  }, []);

  return (
    <select
      ref={select}
      className="well nodrag nopan"
      aria-label={`${view.title}, ${pin.label}`}
      value={value}
      onChange={(event) => {
        acts.setLiteral(view.id, pin.key, event.target.value);
        acts.endEdit();
      }}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Escape") {
          acts.endEdit();
        } else if (event.key === "Tab") {
          event.preventDefault();
          acts.endEdit();
          acts.editNext(view.id, pin.key, event.shiftKey ? -1 : 1);
        }
      }}
      onBlur={() => acts.endEdit()}
    >
      {!known && <option value={value}>{value === "" ? "Choose…" : `${value.slice(0, 40)} (unknown)`}</option>}
      {literal.choices?.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.label}
        </option>
      ))}
    </select>
  );
}
