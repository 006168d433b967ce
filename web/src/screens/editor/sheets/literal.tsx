import { lazy, Suspense, useState } from "react";

import { type Json, type JsonObject, misfit, SchemaDocument } from "~/core";
import { editText, readLiteral, type Typed } from "~/canvas/literals/values";
import { pinAt } from "~/canvas/view/scene";
import { Button, Dialog } from "~/ui";

import { setLiteral } from "../acts/nodes";
import { useDesk, useSurface } from "../desk/context";
import { focusBoard } from "../desk/ground-hooks";
import { TypeMark } from "../parts/type-mark";

const CodeField = lazy(() => import("../parts/code-field"));

/** The panel for a literal that has many lines, or is JSON: with its schema held against it. */
export function LiteralSheet() {
  const asked = useSurface((surface) => surface.literal);
  return asked === null ? null : <Open key={`${asked.node} ${asked.key}`} node={asked.node} pinKey={asked.key} start={asked.start} />;
}

interface OpenProps {
  readonly node: string;
  readonly pinKey: string;
  readonly start: string | undefined;
}

function Open({ node, pinKey, start }: OpenProps) {
  const desk = useDesk();
  const pin = pinAt(desk.scene, { node, side: "in", key: pinKey });
  const literal = pin?.literal;
  const kind = literal?.kind === "json" ? "json" : "lines";
  const [text, setText] = useState(() => start ?? editText(kind === "json" ? "json" : "text", literal?.value));
  const [fault, setFault] = useState("");
  if (pin === undefined || literal === undefined) {
    return null;
  }
  const close = () => {
    desk.surface.setState({ literal: null });
    focusBoard(true);
  };
  const put = (value: Json | undefined) => {
    setLiteral(desk, node, pinKey, value);
    close();
  };
  const keep = () => {
    const read = readLiteral(kind, text, pin.definition);
    const wrong = faultOf(read, pin.definition.schema);
    setFault(wrong);
    if (wrong === "") {
      put("value" in read ? read.value : undefined);
    }
  };
  const type = (next: string) => {
    setText(next);
    setFault("");
  };
  const thing = desk.scene.things.get(node);
  const held = pin.definition.schema ? " · held against its schema" : "";
  return (
    <Dialog
      title={
        <span className="row">
          <TypeMark pin={pin.definition} /> {pin.label}
        </span>
      }
      description={`${thing?.kind === "frame" ? "" : (thing?.title ?? "")}${held}`}
      size="l"
      onClose={close}
      footer={
        <>
          <span className={fault === "" ? "faint grow" : "c-fail grow"} role={fault === "" ? undefined : "alert"}>
            {fault || `${text.length.toLocaleString("en")} characters`}
          </span>
          {!literal.isDefault && (
            <Button kind="quiet" onClick={() => put(undefined)}>
              {pin.definition.default === undefined ? "Clear" : "Default"}
            </Button>
          )}
          <Button onClick={close}>Cancel</Button>
          <Button kind="prime" onClick={keep}>
            Keep
          </Button>
        </>
      }
    >
      <Suspense fallback={<PlainField text={text} onText={setText} />}>
        <CodeField text={text} json={kind === "json"} label={`${pin.label}, ${pin.type}`} onKeep={keep} onText={type} />
      </Suspense>
    </Dialog>
  );
}

/** What is wrong with what was typed, in a sentence; empty if nothing is. */
function faultOf(read: Typed, schema: JsonObject | undefined): string {
  if ("wrong" in read) {
    return read.wrong;
  }
  const found = "value" in read && schema !== undefined ? misfit(read.value, new SchemaDocument(schema)) : undefined;
  return found === undefined ? "" : `${found.path === "" ? "The value" : found.path} ${found.reason}.`;
}

/** While the editor's code is on its way. */
function PlainField({ text, onText }: { readonly text: string; readonly onText: (text: string) => void }) {
  return <textarea className="field area mono code-area" aria-label="Value" value={text} onChange={(event) => onText(event.target.value)} />;
}
