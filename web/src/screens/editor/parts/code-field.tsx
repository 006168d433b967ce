import { json } from "@codemirror/lang-json";
import { EditorState } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { basicSetup } from "codemirror";
import { useEffect, useEffectEvent, useRef } from "react";

export interface CodeFieldProps {
  readonly text: string;
  readonly json: boolean;
  readonly label: string;
  readonly onText: (text: string) => void;
  readonly onKeep: () => void;
}

/** Many lines of text or JSON. Only the lines in view are drawn, so length does not matter. */
// `lazy` takes the default export of a module.
// oxlint-disable-next-line import/no-default-export
export default function CodeField({ text, json: isJson, label, onText, onKeep }: CodeFieldProps) {
  const place = useRef<HTMLDivElement>(null);
  const changed = useEffectEvent(onText);
  const keep = useEffectEvent(onKeep);
  const first = useRef(text);
  useEffect(() => {
    if (place.current === null) {
      return undefined;
    }
    const view = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: first.current,
        extensions: [
          keymap.of([{ key: "Mod-Enter", run: () => (keep(), true) }]),
          basicSetup,
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ "aria-label": label }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) {
              changed(update.state.doc.toString());
            }
          }),
          ...(isJson ? [json()] : []),
        ],
      }),
    });
    view.focus();
    return () => view.destroy();
  }, [isJson, label]);
  return <div ref={place} className="code-field" />;
}
