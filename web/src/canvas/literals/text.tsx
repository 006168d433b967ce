import { type KeyboardEvent, useEffect, useRef, useState } from "react";

import { classes } from "~/ui/classes";

import { useTools } from "../state/context";
import type { LiteralView, PinView } from "../view/model";
import type { LiteralEditorProps } from "./editor";
import { editText, readLiteral, stepped } from "./values";

/** A literal that is typed on one line: text, number, date, secret. */
export function TextLiteral({ view, pin, literal }: LiteralEditorProps) {
  const { text, wrong, input, type, onKeyDown, leave } = useTyping(view.id, pin, literal);
  return (
    <span className="literal-edit nodrag nopan">
      <input
        ref={input}
        type={literal.kind === "secret" ? "password" : "text"}
        inputMode={literal.kind === "integer" ? "numeric" : literal.kind === "float" ? "decimal" : undefined}
        className={classes("well", wrong !== "" && "wrong")}
        style={{ width: `${Math.max(7, Math.min(28, text.length + 2))}ch` }}
        aria-label={`${view.title}, ${pin.label}`}
        aria-invalid={wrong !== "" || undefined}
        autoComplete="off"
        spellCheck={false}
        placeholder={literal.kind === "date" ? "2026-02-21 10:30" : undefined}
        value={text}
        onChange={(event) => type(event.target.value)}
        onKeyDown={onKeyDown}
        onBlur={leave}
      />
      {wrong !== "" && (
        <span role="alert" className="literal-wrong">
          {wrong}
        </span>
      )}
    </span>
  );
}

function useTyping(node: string, pin: PinView, literal: LiteralView) {
  const { acts } = useTools();
  const start = editText(literal.kind, literal.value);
  const [text, setText] = useState(start);
  const [wrong, setWrong] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const done = useRef(false);

  useEffect(() => input.current?.select(), []);

  /** Keeps what was typed. False if it means nothing. */
  const finish = (): boolean => {
    if (done.current) {
      return true;
    }
    if (text !== start) {
      const typed = readLiteral(literal.kind, text, pin.definition);
      if ("wrong" in typed) {
        setWrong(typed.wrong);
        return false;
      }
      acts.setLiteral(node, pin.key, "value" in typed ? typed.value : undefined);
    }
    done.current = true;
    acts.endEdit();
    return true;
  };
  const cancel = () => {
    done.current = true;
    acts.endEdit();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.nativeEvent.isComposing) {
      return;
    }
    const next = arrowStep(event, text, pin, literal);
    if (next !== undefined) {
      event.preventDefault();
      setText(next);
      return;
    }
    if (event.key === "Enter" && event.shiftKey && literal.kind === "text") {
      event.preventDefault();
      done.current = true;
      acts.openLiteral(node, pin.key, `${text}\n`);
    } else if (event.key === "Enter") {
      event.preventDefault();
      finish();
    } else if (event.key === "Escape") {
      event.preventDefault();
      cancel();
    } else if (event.key === "Tab") {
      event.preventDefault();
      if (finish()) {
        acts.editNext(node, pin.key, event.shiftKey ? -1 : 1);
      }
    }
  };
  const type = (value: string) => {
    setText(value);
    setWrong("");
  };
  return { text, wrong, input, type, onKeyDown, leave: () => (wrong === "" ? void finish() : cancel()) };
}

function arrowStep(event: KeyboardEvent, text: string, pin: PinView, literal: LiteralView): string | undefined {
  const number = literal.kind === "integer" || literal.kind === "float";
  if (!number || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) {
    return undefined;
  }
  const step = (pin.definition.step ?? 1) * (event.shiftKey ? 10 : 1);
  return stepped(text, event.key === "ArrowUp" ? 1 : -1, step, pin.definition.range);
}
