import { useState } from "react";

import { toneOf } from "~/canvas/nodes/frame-node";
import { Checkbox, Choice, TextArea } from "~/ui";

import { colorFrame, lockFrame, writeFrame } from "../acts/comments";
import { useBoard, useDesk } from "../desk/context";
import { Head } from "./head";

const TONES = [
  { value: "sand", label: "Sand" },
  { value: "blue", label: "Blue" },
  { value: "green", label: "Green" },
  { value: "red", label: "Red" },
  { value: "violet", label: "Violet" },
  { value: "grey", label: "Grey" },
] as const;

export function CommentInspector({ id }: { readonly id: string }) {
  const desk = useDesk();
  const comment = useBoard().comments[id];
  if (comment === undefined) {
    return null;
  }
  return (
    <>
      <Head icon="frame" title="Comment" detail="Moving it moves what lies in it; hold Ctrl to leave that" actions={["edit.duplicate", "edit.remove"]} />
      <fieldset className="sec set-list" disabled={desk.readOnly}>
        <TextOf key={comment.content ?? ""} content={comment.content ?? ""} onWrite={(content) => void writeFrame(desk, id, content)} />
        <Choice label="Colour" value={toneOf(comment.color ?? "")} options={TONES} onChange={(color) => void colorFrame(desk, id, color)} />
        <Checkbox label="Locked" hint="It cannot be dragged." checked={comment.locked === true} onChange={(locked) => void lockFrame(desk, id, locked)} />
      </fieldset>
    </>
  );
}

function TextOf({ content, onWrite }: { readonly content: string; readonly onWrite: (content: string) => void }) {
  const [text, setText] = useState(content);
  return <TextArea label="Text" hint="Markdown is drawn; links and HTML stay text." rows={8} value={text} onChange={setText} onBlur={() => text !== content && onWrite(text)} />;
}
