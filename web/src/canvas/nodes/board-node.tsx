import type { Node as FlowNode, NodeProps } from "@xyflow/react";
import { memo, use } from "react";

import { classes } from "~/ui/classes";
import { Icon, type IconName } from "~/ui/icon";

import { LiteralEditor } from "../literals/editor";
import { FarContext, useLife } from "../state/context";
import type { NodeLife } from "../state/lives";
import type { Badge, NodeView, PinView } from "../view/model";
import { fitAt, type Marks, useMarks } from "./marks";
import { Pin, pinName } from "./pin";
import { ErrorNote, RunTag } from "./tag";
import { TitleEditor } from "./title-editor";
import { Well } from "./well";

/** How a thing differs from another version, where one is compared with. */
export type Difference = "added" | "removed" | "changed" | "moved";

export interface NodeData extends Record<string, unknown> {
  readonly view: NodeView;
  readonly change?: Difference;
}

export type BoardFlowNode = FlowNode<NodeData, "node">;

const BADGES: Readonly<Record<Badge, readonly [IconName, string]>> = {
  local: ["screen", "Runs on this machine only"],
  sandbox: ["shield", "From a package, runs in the sandbox"],
  long: ["clock", "May take long"],
  pinned: ["pin", "Outputs are pinned in editor runs"],
  note: ["note", "Has a note"],
  off: ["skip", "Switched off"],
  retry: ["repeat", "Tries again when it fails"],
};

/** A node, a layer, or an end of one. */
export const BoardNode = memo(function BoardNode({ data, selected }: NodeProps<BoardFlowNode>) {
  const { view, change } = data;
  const far = use(FarContext);
  const life = useLife(view.id);
  const marks = useMarks(view);
  const className = classes(
    "bn",
    view.tint,
    KINDS[view.kind],
    view.off && "off",
    view.problem !== "" && "bad",
    selected && "sel",
    marks.cursor && "cursor",
    marks.flash && "flash",
    lifeClass(life),
    change !== undefined && `changed-${change}`,
  );
  if (view.kind === "bend") {
    return <Bend view={view} marks={marks} className={className} />;
  }
  if (far) {
    return (
      <div className={`${className} far`} id={domId(view.id)}>
        <span>{view.title}</span>
      </div>
    );
  }
  return (
    <div className={className} id={domId(view.id)}>
      <Head view={view} editing={marks.editing?.kind === "title"} />
      {view.note !== "" && <div className="bn-note">{view.note.slice(0, 400)}</div>}
      <Pins view={view} marks={marks} />
      {view.folded > 0 && <More view={view} />}
      {change !== undefined && <ChangeMark change={change} />}
      {life !== undefined && <RunTag life={life} />}
      {life?.state === "failed" && life.message !== undefined && <ErrorNote life={life} />}
    </div>
  );
});

const KINDS: Readonly<Record<NodeView["kind"], string>> = {
  node: "",
  layer: "layer",
  entry: "gate",
  exit: "gate",
  bend: "bend",
  unknown: "unknown",
};

/** The id of a node's element, for `aria-activedescendant`. */
export function domId(id: string): string {
  return `node-${id}`;
}

function lifeClass(life: NodeLife | undefined): string | false {
  switch (life?.state) {
    case "running":
      return "going";
    case "failed":
      return "bad fail";
    case "skipped":
      return "skipped";
    case "done":
      return "ok";
    default:
      return false;
  }
}

interface BendProps {
  readonly view: NodeView;
  readonly marks: Marks;
  readonly className: string;
}

function Bend({ view, marks, className }: BendProps) {
  return (
    <div className={classes(className, `t-${view.pins[0]?.hue ?? "generic"}`, view.pins[0]?.shape)} id={domId(view.id)}>
      <Pins view={view} marks={marks} />
    </div>
  );
}

const Head = memo(function Head({ view, editing }: { readonly view: NodeView; readonly editing: boolean }) {
  return (
    <div className="bn-head">
      <Icon name={view.icon} size={14} />
      {editing ? <TitleEditor view={view} /> : <span className="cut">{view.title}</span>}
      {view.badges.length > 0 && (
        <span className="bn-badges">
          {view.badges.map((badge) => (
            <Icon key={badge} name={BADGES[badge][0]} size={12} label={BADGES[badge][1]} />
          ))}
        </span>
      )}
    </div>
  );
});

const Pins = memo(function Pins({ view, marks }: { readonly view: NodeView; readonly marks: Marks }) {
  const editing = marks.editing?.kind === "literal" ? marks.editing.key : undefined;
  return view.pins.map((pin, index) => {
    const name = pinName(pin);
    const fit = fitAt(marks, index);
    return [
      <Pin key={name} pin={pin} fit={fit} cursor={marks.pin === name} armed={marks.armed === name} />,
      <Label
        key={`${name} label`}
        view={view}
        pin={pin}
        dim={fit === "unfit"}
        editing={editing === pin.key && pin.side === "in"}
      />,
    ];
  });
});

interface LabelProps {
  readonly view: NodeView;
  readonly pin: PinView;
  readonly dim: boolean;
  readonly editing: boolean;
}

const Label = memo(function Label({ view, pin, dim, editing }: LabelProps) {
  const { literal } = pin;
  if (pin.label === "" && literal === undefined) {
    return null;
  }
  return (
    <span className={classes("bn-label", pin.side, dim && "unfit")} style={{ top: pin.y }}>
      {pin.label !== "" && <span>{pin.label}</span>}
      {literal !== undefined &&
        (editing ? <LiteralEditor view={view} pin={pin} literal={literal} /> : <Well pin={pin.key} literal={literal} />)}
    </span>
  );
});

function More({ view }: { readonly view: NodeView }) {
  return (
    <button type="button" tabIndex={-1} className="bn-more nodrag" style={{ top: view.foldY }} data-fold="">
      {view.unfolded ? "fewer" : `+${view.folded}`}
    </button>
  );
}

const CHANGES: Readonly<Record<Difference, readonly [IconName, string, string]>> = {
  added: ["plus", "Added", "c-ok"],
  removed: ["minus", "Removed", "c-fail"],
  changed: ["edit", "Changed", "c-wait"],
  moved: ["arrow", "Moved", "c-run"],
};

function ChangeMark({ change }: { readonly change: Difference }) {
  const [icon, label, tone] = CHANGES[change];
  return (
    <span className={`bn-mark ${tone}`}>
      <Icon name={icon} size={12} label={label} />
    </span>
  );
}
