/** The baseline: the same board in plain React Flow, everything mounted and measured by it. */
import "@xyflow/react/dist/style.css";

import { type Edge, Handle, type Node, type NodeProps, Position, ReactFlow } from "@xyflow/react";
import { createRoot } from "react-dom/client";

import { rowsOf } from "./boards";

const INPUTS = ["exec_in", "text", "count", "on"];
const OUTPUTS = ["exec_out", "text_out", "count_out", "on_out"];

interface PlainData extends Record<string, unknown> {
  readonly title: string;
}

function PlainNode({ data }: NodeProps<Node<PlainData>>) {
  return (
    <div className="plain">
      <b>{data.title}</b>
      {INPUTS.map((name) => (
        <div key={name}>
          <Handle type="target" position={Position.Left} id={name} />
          {name}
          <input defaultValue="7" />
        </div>
      ))}
      {OUTPUTS.map((name) => (
        <div key={name}>
          <Handle type="source" position={Position.Right} id={name} />
          {name}
        </div>
      ))}
    </div>
  );
}

const TYPES = { plain: PlainNode };
const board = rowsOf(Number(new URLSearchParams(location.search).get("nodes") ?? "1000"));
const nodes: Node<PlainData>[] = Object.keys(board.nodes).map((id) => ({
  id,
  type: "plain",
  position: { x: board.layout[id]?.x ?? 0, y: board.layout[id]?.y ?? 0 },
  data: { title: board.nodes[id]?.name ?? id },
}));
const edges: Edge[] = Object.entries(board.nodes).flatMap(([id, node]) =>
  Object.entries(node.out ?? {}).flatMap(([key, output]) =>
    (output.to ?? []).map((end) => {
      const [target = "", pin = ""] = end.split(".");
      return { id: `${id}.${key}>${end}`, source: id, target, sourceHandle: key, targetHandle: pin };
    }),
  ),
);

const place = document.getElementById("root");
if (place === null) {
  throw new Error("The page has no root.");
}
place.style.cssText = "position:fixed;inset:0";
createRoot(place).render(<ReactFlow defaultNodes={nodes} defaultEdges={edges} nodeTypes={TYPES} minZoom={0.05} />);
