import { type ReactNode, useState } from "react";

import { type Json, kindOf, type Node, type NodeDefinition, type PinDefinition, sidesOf } from "~/core";
import { duration } from "~/canvas/nodes/life";
import type { NodeView, PinView } from "~/canvas";
import { Button, Chip, classes, Icon, Menu } from "~/ui";

import { isPinned, pinnableOutputs, setPinned } from "../acts/pinned";
import { setLiteral } from "../acts/nodes";
import { ownSide } from "../acts/own-pins";
import { useDesk, useDeskState } from "../desk/context";
import type { Desk } from "../desk/desk";
import { TypeMark } from "../parts/type-mark";
import { ValueField } from "../parts/value-field";
import { ValueView } from "../parts/value-view";
import { useSurroundings } from "../place";
import { brief, type Round, roundsOf } from "../runs/story";
import { useRun } from "../runs/use-run";
import { PinList } from "./pin-list";

export interface NodeTabProps {
  readonly id: string;
  readonly node: Node;
  readonly definition: NodeDefinition | undefined;
}

/** After a run: what went in and came out of each round. Before one: the literals of the node. */
export function ValuesTab({ id, node, definition }: NodeTabProps) {
  const story = useRun((run) => run.story);
  const rounds = roundsOf(story, id);
  return (
    <>
      <OwnPins id={id} node={node} definition={definition} />
      {rounds.length > 0 ? <Rounds id={id} node={node} definition={definition} rounds={rounds} /> : <Literals id={id} node={node} definition={definition} />}
      <Pinned key={id} id={id} node={node} definition={definition} />
    </>
  );
}

/** Pins a person gave the node: the fields a start takes out of its payload. */
function OwnPins({ id, node, definition }: NodeTabProps) {
  const desk = useDesk();
  const side = ownSide(desk, id);
  if (side === undefined) {
    return null;
  }
  const pins = new Map((node.pins?.[side] ?? []).map((pin) => [pin.name, pin] as const));
  const start = definition?.kind === "start";
  return (
    <PinList
      desk={desk}
      id={id}
      side={side}
      title={start ? "Asks for" : "Own inputs"}
      hint={start ? "A run is asked for each; what is left over is the payload itself." : ""}
      pins={pins}
    />
  );
}

function Literals({ id, node, definition }: NodeTabProps) {
  const desk = useDesk();
  const view = useDeskState((state) => state.scene.things.get(id)) as NodeView | undefined;
  const inputs = [...sidesOf(node, definition).inputs].filter(([, pin]) => pin.type !== "Execution");
  if (inputs.length === 0) {
    return definition?.kind === "start" ? null : <p className="panel-hint faint">This node takes no values.</p>;
  }
  return (
    <section className="sec">
      <h3>Takes</h3>
      <div className="literals">
        {inputs.map(([key, pin]) => (
          <LiteralRow key={key} desk={desk} id={id} node={node} pinKey={key} pin={pin} shown={view?.pins.find((one) => one.side === "in" && one.key === key)} />
        ))}
      </div>
    </section>
  );
}

interface LiteralRowProps {
  readonly desk: Desk;
  readonly id: string;
  readonly node: Node;
  readonly pinKey: string;
  readonly pin: PinDefinition;
  readonly shown: PinView | undefined;
}

function LiteralRow({ desk, id, node, pinKey, pin, shown }: LiteralRowProps) {
  const own = node.in?.[pinKey]?.value;
  const label = shown?.label || pin.label || pin.name;
  const resolved = shown?.definition ?? pin;
  if (shown?.wired === true) {
    return (
      <div className="literal-row wired">
        <TypeMark pin={resolved} />
        <span className="cut">{label}</span>
        <span className="faint cut end">wired</span>
      </div>
    );
  }
  return (
    <div className="literal-row" title={pin.description}>
      <span className="row literal-name">
        <TypeMark pin={resolved} />
        <span className="cut grow">{label}</span>
        {own !== undefined && !desk.readOnly && (
          <button type="button" className="link small" onClick={() => setLiteral(desk, id, pinKey, undefined)}>
            {pin.default === undefined ? "clear" : "default"}
          </button>
        )}
      </span>
      {shown?.literal?.choices === undefined ? (
        <ValueField bare label={label} pin={resolved} value={own ?? pin.default} disabled={desk.readOnly} onValue={(value) => void setLiteral(desk, id, pinKey, value)} />
      ) : (
        <ValueChoice label={label} value={own ?? pin.default} choices={shown.literal.choices} disabled={desk.readOnly} onValue={(value) => void setLiteral(desk, id, pinKey, value)} />
      )}
    </div>
  );
}

interface ValueChoiceProps {
  readonly label: string;
  readonly value: Json | undefined;
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  readonly disabled: boolean;
  readonly onValue: (value: string) => void;
}

function ValueChoice({ label, value, choices, disabled, onValue }: ValueChoiceProps) {
  const chosen = typeof value === "string" ? value : "";
  const known = choices.some((choice) => choice.value === chosen);
  return (
    <span className="field select sm">
      <select aria-label={label} value={chosen} disabled={disabled} onChange={(event) => onValue(event.target.value)}>
        {!known && <option value={chosen}>{chosen === "" ? "Choose…" : `${chosen.slice(0, 40)} (unknown)`}</option>}
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
      <Icon name="down" size={14} className="faint" />
    </span>
  );
}

const SHOWN_ROUNDS = 3;

function Rounds({ id, node, definition, rounds }: NodeTabProps & { readonly rounds: readonly Round[] }) {
  const { rooms } = useSurroundings();
  const chosen = useRun((run) => run.round);
  const level = useRun((run) => run.story.level);
  const at = chosen < 0 || chosen >= rounds.length ? rounds.length - 1 : chosen;
  const round = rounds[at];
  if (round === undefined) {
    return null;
  }
  const before = at > 0 ? rounds[at - 1] : undefined;
  const first = Math.max(0, Math.min(at - 1, rounds.length - SHOWN_ROUNDS));
  const { inputs, outputs } = sidesOf(node, definition);
  const exits = [...outputs.values()].filter((pin) => pin.type === "Execution").length;
  const takes = [...inputs.values()].some((pin) => pin.type !== "Execution");
  return (
    <>
      {rounds.length > 1 && (
        <section className="sec">
          <div className="steps3">
            {rounds.slice(first, first + SHOWN_ROUNDS).map((one, index) => (
              <button key={one.seq} type="button" className={classes(first + index === at && "on")} aria-current={first + index === at} onClick={() => rooms.setRound(first + index)}>
                <Icon name={one.state === "error" ? "close" : "check"} size={12} className={one.state === "error" ? "c-fail" : "c-ok"} />
                <span className="cut">
                  {first + index + 1} {one.fired.join(", ")}
                </span>
              </button>
            ))}
          </div>
          {rounds.length > SHOWN_ROUNDS && <RoundSlider at={at} count={rounds.length} onRound={(to) => rooms.setRound(to)} />}
        </section>
      )}
      {round.error !== undefined && (
        <section className="sec">
          <div className="note fail">
            <Icon name="warn" size={14} />
            <div className="grow">
              <b>{round.error.message.slice(0, 2000)}</b>
              {round.error.remedy !== undefined && <p>{round.error.remedy}</p>}
            </div>
          </div>
        </section>
      )}
      {round.inputs.size + round.outputs.size === 0 && level !== "" && level !== "data" && (
        <p className="panel-hint faint">Values are kept at level “data” only; this run kept “{level}”. Runs from the editor keep them.</p>
      )}
      {takes && <Side title="Went in" pins={inputs} values={round.inputs} before={before?.inputs} literals={node} />}
      <Side title="Came out" pins={outputs} values={round.outputs} before={before?.outputs} aside={<Exits fired={exits > 1 ? round.fired : []} took={round.durationUs} />} />
      <PinNow id={id} />
    </>
  );
}

function Exits({ fired, took }: { readonly fired: readonly string[]; readonly took: number }) {
  return (
    <>
      {fired.map((exit) => (
        <Chip key={exit} icon="branch">
          {exit}
        </Chip>
      ))}
      <span className="faint small end">{duration(took)}</span>
    </>
  );
}

function RoundSlider({ at, count, onRound }: { readonly at: number; readonly count: number; readonly onRound: (to: number) => void }) {
  return (
    <label className="round-slider">
      <span className="small faint">
        round {at + 1} of {count}
      </span>
      <input type="range" min={0} max={count - 1} value={at} onChange={(event) => onRound(Number(event.target.value))} />
    </label>
  );
}

interface SideProps {
  readonly title: string;
  readonly pins: ReadonlyMap<string, PinDefinition>;
  readonly values: Round["inputs"];
  readonly before: Round["inputs"] | undefined;
  readonly literals?: Node;
  readonly aside?: ReactNode;
}

function Side({ title, pins, values, before, literals, aside }: SideProps) {
  const shown = [...pins].filter(([, pin]) => pin.type !== "Execution");
  return (
    <section className="sec">
      <h3>
        {title} {aside}
      </h3>
      {shown.length === 0 && <p className="faint small">Nothing but execution.</p>}
      {shown.map(([key, pin]) => {
        const content = values.get(key);
        const literal = content === undefined ? (literals?.in?.[key]?.value ?? (literals === undefined ? undefined : pin.default)) : undefined;
        const earlier = before?.get(key);
        const changed = content !== undefined && earlier !== undefined && brief(content) !== brief(earlier);
        return <ValueView key={key} name={pin.label || pin.name} pin={pin} content={content} literal={literal} changed={changed} />;
      })}
    </section>
  );
}

function PinNow({ id }: { readonly id: string }) {
  const desk = useDesk();
  const { rooms } = useSurroundings();
  const outputs = rooms.outputsOf(id);
  if (desk.readOnly || outputs === undefined || Object.keys(outputs).length === 0 || isPinned(desk, id)) {
    return null;
  }
  const pin = () =>
    desk.edit([{ command: "set_node_setting", node: id, setting: "pinned", value: outputs }], { label: "Outputs pinned" });
  return (
    <div className="insp-foot">
      <Button small icon="pin" onClick={pin}>
        Pin these outputs <kbd>P</kbd>
      </Button>
    </div>
  );
}

/** Pinned outputs, editable. They stand in for the node in editor runs, never in live events. */
function Pinned({ id, node, definition }: NodeTabProps) {
  const desk = useDesk();
  const [begun, setBegun] = useState<readonly string[]>([]);
  const { outputs } = sidesOf(node, definition);
  const pinned = node.settings?.pinned ?? {};
  const keys = [...new Set([...Object.keys(pinned), ...begun])];
  const free = pinnableOutputs(desk, id).filter((key) => !keys.includes(key) && outputs.get(key)?.sensitive !== true);
  const unpin = (key: string) => {
    setBegun(begun.filter((one) => one !== key));
    setPinned(desk, id, key, undefined);
  };
  return (
    <>
      {keys.length > 0 && (
        <section className="sec">
          <h3>
            <Icon name="pin" size={12} /> Pinned
          </h3>
          <p className="faint small">
            {definition !== undefined && kindOf(definition) === "start"
              ? "What the form of a run begins with, and used where a payload lacks it; in runs from the editor only."
              : "Used instead of running the node, in runs from the editor only."}
          </p>
          {keys.map((key) => {
            const pin = outputs.get(key);
            return (
              <div key={key} className="literal-row">
                <span className="row literal-name">
                  {pin !== undefined && <TypeMark pin={pin} />}
                  <span className="cut grow">{pin?.label || key}</span>
                  {!desk.readOnly && (
                    <button type="button" className="link small" onClick={() => unpin(key)}>
                      unpin
                    </button>
                  )}
                </span>
                {pin?.sensitive === true ? (
                  <span className="faint">hidden</span>
                ) : (
                  <ValueField bare label={`Pinned ${pin?.label || key}`} pin={pin ?? { name: key, type: "Generic" }} value={pinned[key]} disabled={desk.readOnly} onValue={(value) => void setPinned(desk, id, key, value)} />
                )}
              </div>
            );
          })}
        </section>
      )}
      {!desk.readOnly && free.length > 0 && (
        <div className="insp-foot">
          <Menu
            label="Output to pin"
            items={free.map((key) => ({ id: key, label: outputs.get(key)?.label || key, run: () => setBegun([...begun, key]) }))}
          >
            <Button small kind="quiet" icon="pin">
              Pin a value by hand
            </Button>
          </Menu>
        </div>
      )}
    </>
  );
}
