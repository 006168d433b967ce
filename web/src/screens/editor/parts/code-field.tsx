import { json } from "@codemirror/lang-json";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";
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
  "&.cm-focused .cm-matchingBracket": { background: "none", outline: "1px solid var(--ink-2)" },
  "&.cm-focused .cm-nonmatchingBracket": { background: "none", outline: "1px solid var(--fail)" },
  ".cm-selectionMatch": { background: "none", outline: "1px solid var(--line-strong)" },
  ".cm-searchMatch": { background: "none", outline: "1px solid var(--wait)" },
  ".cm-searchMatch-selected": { background: "var(--wait-soft)" },
  ".cm-foldPlaceholder": { background: "var(--sunken)", color: "var(--ink-2)", border: "1px solid var(--line)" },
  ".cm-panels": { background: "var(--sunken)", color: "var(--ink)", borderColor: "var(--line)" },
  ".cm-panel.cm-search": { padding: "6px 28px 6px 8px" },
  ".cm-panel.cm-search label": { fontSize: "12px" },
  ".cm-textfield::placeholder": { color: "var(--ink-3)" },
  ".cm-textfield, .cm-button": { minHeight: "26px", borderRadius: "var(--r-1)", font: "inherit" },
  ".cm-textfield": { background: "var(--surface)", color: "var(--ink)", border: "1px solid var(--line-strong)" },
  ".cm-button": { background: "var(--raised)", color: "var(--ink)", border: "1px solid var(--line-strong)" },
  ".cm-panel.cm-search [name=close]": { color: "var(--ink)", width: "24px", height: "24px" },
  ".cm-tooltip": { background: "var(--raised)", color: "var(--ink)", border: "1px solid var(--line)" },
});

/** A colour of the board, nearer to the ink, so that it can be read on the line one is on as well. */
const inked = (token: string) => `color-mix(in srgb, var(${token}) 84%, var(--ink))`;

/** Each kind of value in the colour of its type on the board. */
const COLORS = HighlightStyle.define([
  { tag: tags.propertyName, color: inked("--t-struct") },
  { tag: tags.string, color: inked("--t-string") },
  { tag: tags.number, color: inked("--t-int") },
  { tag: [tags.bool, tags.null], color: inked("--t-bool") },
  { tag: [tags.separator, tags.brace, tags.squareBracket], color: "var(--ink-2)" },
  { tag: tags.invalid, color: "var(--fail)" },
]);

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
          syntaxHighlighting(COLORS),
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
