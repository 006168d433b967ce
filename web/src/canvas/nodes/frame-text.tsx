import { lazy, Suspense } from "react";

import type { FrameView } from "../view/model";

const Prose = lazy(() => import("./prose"));

const SHORT = 240;
const LONGEST = 20_000;
const MARKED = /[*_`#[\]>~]|^\s*[-+\d]/mu;

/** The text of a comment. Plain text is drawn at once; Markdown when its reader is there. */
export function FrameText({ view, far }: { readonly view: FrameView; readonly far: boolean }) {
  if (view.medium !== "Text") {
    return <Medium view={view} />;
  }
  const text = view.content.slice(0, LONGEST);
  if (far) {
    return <b>{firstLine(text)}</b>;
  }
  const plain = <Plain text={text} />;
  return MARKED.test(text) ? (
    <Suspense fallback={plain}>
      <Prose text={text} />
    </Suspense>
  ) : (
    plain
  );
}

/** A short first line, or what stands before a colon, is a heading. */
function Plain({ text }: { readonly text: string }) {
  const { head, rest } = headed(text);
  return (
    <>
      <b>{head}</b>
      {rest !== "" && <span>{rest}</span>}
    </>
  );
}

export function headed(text: string): { readonly head: string; readonly rest: string } {
  const line = firstLine(text);
  const colon = line.indexOf(": ");
  if (colon > 0 && colon <= 40) {
    return { head: line.slice(0, colon), rest: ` · ${text.slice(colon + 2)}` };
  }
  return line.length <= 80 ? { head: line, rest: text.slice(line.length) } : { head: "", rest: text };
}

function firstLine(text: string): string {
  const end = text.indexOf("\n");
  return (end < 0 ? text : text.slice(0, end)).slice(0, SHORT);
}

/** Pictures and films: only what the server itself holds or what is written into the board is shown. */
function Medium({ view }: { readonly view: FrameView }) {
  const shown = view.medium === "Image" && /^data:image\/(?:png|jpeg|gif|webp|avif);base64,/u.test(view.content);
  if (shown) {
    return <img className="frame-image" alt="" src={view.content} draggable={false} />;
  }
  return (
    <span>
      {view.medium === "Image" ? "Picture" : "Film"}: {view.content.slice(0, SHORT)}
    </span>
  );
}
