import { useState } from "react";

import type { TraceLevel } from "~/core";
import { Button, Select, TextArea, TextField } from "~/ui";
import { registry } from "~/ui/shortcuts";

import { jumpTo } from "../acts/layers";
import { unpinAll } from "../acts/pinned";
import { useBoard, useDesk } from "../desk/context";
import { Head } from "./head";
import { RunSection } from "./run";

const LEVELS = [
  { value: "", label: "As the app says" },
  { value: "off", label: "Nothing" },
  { value: "errors", label: "Errors" },
  { value: "steps", label: "Steps" },
  { value: "data", label: "Steps and values" },
] as const;

const FORMS = { svg: "SVG", png: "PNG", json: "File" } as const;

/** The board itself: its name, what it is for, what is recorded of its runs. */
export function BoardInspector() {
  const desk = useDesk();
  const board = useBoard();
  const nodes = Object.keys(board.nodes).length;
  const pinned = Object.keys(board.nodes).filter((id) => Object.keys(board.nodes[id]?.settings?.pinned ?? {}).length > 0);
  return (
    <>
      <Head icon="branch" title={board.name || board.id} detail={`${nodes} ${nodes === 1 ? "node" : "nodes"}${board.version === undefined ? "" : ` · version ${board.version}`}`} />
      <div className="insp-body of-board">
        <RunSection />
        <fieldset className="sec set-list" disabled={desk.readOnly}>
          <Text key={`name ${board.name}`} label="Name" start={board.name ?? ""} onText={(name) => void desk.edit([{ command: "set_board", name }], { label: "Board renamed" })} />
          <Text
            key={`description ${board.description}`}
            label="Description"
            start={board.description ?? ""}
            long
            onText={(description) => void desk.edit([{ command: "set_board", description }], { label: "Description changed" })}
          />
          <Select<TraceLevel | "">
            small
            label="What its runs record"
            value={board.settings?.trace ?? ""}
            options={LEVELS}
            onChange={(trace) => void desk.edit([{ command: "set_board", settings: { ...board.settings, trace: trace === "" ? null : trace } }], { label: "Setting changed" })}
          />
        </fieldset>
        {pinned.length > 0 && (
          <section className="sec">
            <h3>Pinned in editor runs</h3>
            <ul>
              {pinned.map((id) => (
                <li key={id}>
                  <button type="button" className="link cut" onClick={() => jumpTo(desk, id)}>
                    {board.nodes[id]?.name || id}
                  </button>
                </li>
              ))}
            </ul>
            <Button small icon="pin" onClick={() => unpinAll(desk)}>
              Unpin all
            </Button>
          </section>
        )}
        {nodes > 0 && (
          <section className="sec">
            <h3>Export</h3>
            <div className="row wrap">
              {(["svg", "png", "json"] as const).map((form) => (
                <Button key={form} small icon="download" onClick={() => registry.run(`export.${form}`)}>
                  {FORMS[form]}
                </Button>
              ))}
            </div>
            <p className="faint small">Drop such a file on a board to compare it and take it over.</p>
          </section>
        )}
        {nodes === 0 && !desk.readOnly && (
          <section className="sec">
            <p className="dim">An empty board. Begin with an event: it starts the run.</p>
            <Button small kind="go" icon="plus" onClick={() => registry.run("edit.add")}>
              Add a node <kbd>Tab</kbd>
            </Button>
          </section>
        )}
      </div>
    </>
  );
}

interface TextProps {
  readonly label: string;
  readonly start: string;
  readonly long?: boolean;
  readonly onText: (text: string) => void;
}

function Text({ label, start, long = false, onText }: TextProps) {
  const [text, setText] = useState(start);
  const finish = () => text !== start && onText(text);
  return long ? (
    <TextArea label={label} rows={4} value={text} onChange={setText} onBlur={finish} />
  ) : (
    <TextField label={label} value={text} maxLength={120} onChange={setText} onBlur={finish} onKeyDown={(event) => event.key === "Enter" && finish()} />
  );
}
