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

const LOOK = EditorView.theme({
  "&": { height: "min(52dvh, 480px)", background: "var(--surface)", color: "var(--ink)", fontSize: "12px" },
  "&.cm-focused": { outline: "2px solid var(--signal)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "18px" },
  ".cm-gutters": { background: "var(--sunken)", color: "var(--ink-3)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine, .cm-activeLineGutter": { background: "color-mix(in srgb, var(--signal) 8%, transparent)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  "&.cm-editor .cm-selectionBackground": {
    background: "color-mix(in srgb, var(--signal) 24%, transparent) !important",
  },
});

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
    // In a shadow root its looks are sheets, not style elements, which the page's policy refuses.
    const host = document.createElement("div");
    const root = host.attachShadow({ mode: "open" });
    place.current.append(host);
    const view = new EditorView({
      parent: root,
      root,
      state: EditorState.create({
        doc: first.current,
        extensions: [
          keymap.of([{ key: "Mod-Enter", run: () => (keep(), true) }]),
          basicSetup,
          LOOK,
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
    return () => {
      view.destroy();
      host.remove();
    };
  }, [isJson, label]);
  return <div ref={place} className="code-field" />;
}
