import type { Node as FlowNode, NodeProps } from "@xyflow/react";
import { memo, type PointerEvent, use, useRef, useState } from "react";

import { classes } from "~/ui/classes";

import { FarContext, useStage, useTools } from "../state/context";
import type { FrameView } from "../view/model";
import type { Difference } from "./board-node";
import { FrameText } from "./frame-text";

export interface FrameData extends Record<string, unknown> {
  readonly view: FrameView;
  readonly change?: Difference;
}

export type FrameFlowNode = FlowNode<FrameData, "frame">;

/** A comment: a frame behind nodes with a text at its head, or a picture. */
export const FrameNode = memo(function FrameNode({ data, selected }: NodeProps<FrameFlowNode>) {
  const { view, change } = data;
  const far = use(FarContext);
  const cursor = useStage((stage) => stage.cursor === view.id);
  const editing = useStage((stage) => stage.editing?.kind === "frame" && stage.editing.node === view.id);
  return (
    <div
      className={classes(
        "frame",
        `tone-${toneOf(view.color)}`,
        selected && "sel",
        cursor && "cursor",
        far && "far",
        change !== undefined && `changed-${change}`,
      )}
      id={`node-${view.id}`}
    >
      <div className="frame-head frame-text">
        <FrameText view={view} far={far} />
      </div>
      {editing && <FrameEditor view={view} />}
      {selected && !view.locked && <Grip view={view} />}
    </div>
  );
});

const TONES = ["sand", "blue", "green", "red", "violet", "grey"] as const;
export type Tone = (typeof TONES)[number];

/** Colours of comments are names of ours; any other (from an import) is sand. */
export function toneOf(color: string): Tone {
  return TONES.find((tone) => tone === color) ?? "sand";
}

function FrameEditor({ view }: { readonly view: FrameView }) {
  const { acts } = useTools();
  const [text, setText] = useState(view.content);
  const done = useRef(false);
  const finish = (keep: boolean) => {
    if (done.current) {
      return;
    }
    done.current = true;
    if (keep && text !== view.content) {
      acts.writeFrame(view.id, text);
    }
    acts.endEdit();
  };
  return (
    <textarea
      className="frame-edit nodrag nopan nowheel"
      aria-label="Text of the comment"
      // The person asked to write here.
      autoFocus // oxlint-disable-line jsx-a11y/no-autofocus
      value={text}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => finish(true)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Escape") {
          finish(true);
        } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
          finish(true);
        }
      }}
    />
  );
}

const LEAST = { width: 96, height: 48 } as const;
const STEP = 16;

function Grip({ view }: { readonly view: FrameView }) {
  const { acts } = useTools();
  const start = useRef<{ x: number; y: number; scale: number } | null>(null);

  const size = (event: PointerEvent) => {
    const from = start.current;
    if (from === null) {
      return undefined;
    }
    return {
      width: fit(view.width + (event.clientX - from.x) / from.scale, LEAST.width),
      height: fit(view.height + (event.clientY - from.y) / from.scale, LEAST.height),
    };
  };
  return (
    <span
      className="frame-grip nodrag nopan"
      onPointerDown={(event) => {
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
        const frame = event.currentTarget.parentElement;
        const scale = frame === null ? 1 : frame.getBoundingClientRect().width / frame.offsetWidth;
        start.current = { x: event.clientX, y: event.clientY, scale };
      }}
      onPointerMove={(event) => {
        const next = size(event);
        const frame = event.currentTarget.parentElement?.parentElement;
        if (next !== undefined && frame !== null && frame !== undefined) {
          frame.style.width = `${next.width}px`;
          frame.style.height = `${next.height}px`;
        }
      }}
      onPointerUp={(event) => {
        const next = size(event);
        start.current = null;
        if (next !== undefined) {
          acts.resizeFrame(view.id, next.width, next.height);
        }
      }}
    />
  );
}

function fit(value: number, least: number): number {
  return Math.max(least, Math.round(value / STEP) * STEP);
}
