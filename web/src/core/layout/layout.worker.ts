/** The other end of `Layouts`: lays out what it is sent. */
import type { LayoutAnswer, LayoutRequest } from "./client";
import { layOutGraph } from "./layout";

interface Scope {
  onmessage: ((event: { readonly data: LayoutRequest }) => void) | null;
  postMessage(message: LayoutAnswer): void;
}

const scope = globalThis as unknown as Scope;
scope.onmessage = ({ data }) => {
  scope.postMessage({ id: data.id, result: layOutGraph(data.input) });
};
