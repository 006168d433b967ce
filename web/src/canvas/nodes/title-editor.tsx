import { useEffect, useRef, useState } from "react";

import { useTools } from "../state/context";
import type { NodeView } from "../view/model";

const LONGEST = 120;

/** The name of a node or layer, being typed in its head. Empty gives a node its type's title back. */
export function TitleEditor({ view }: { readonly view: NodeView }) {
  const { acts } = useTools();
  const [text, setText] = useState(view.title);
  const input = useRef<HTMLInputElement>(null);
  const done = useRef(false);

  useEffect(() => input.current?.select(), []);

  const finish = (keep: boolean) => {
    if (done.current) {
      return;
    }
    done.current = true;
    const name = text.trim();
    if (keep && name !== view.title && (name !== "" || view.kind !== "layer")) {
      acts.rename(view.id, name);
    }
    acts.endEdit();
  };
  return (
    <input
      ref={input}
      className="title-edit nodrag nopan"
      aria-label="Name"
      maxLength={LONGEST}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => finish(true)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Enter" && !event.nativeEvent.isComposing) {
          finish(true);
        } else if (event.key === "Escape") {
          finish(false);
        }
      }}
    />
  );
}
