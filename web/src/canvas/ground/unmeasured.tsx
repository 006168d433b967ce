import { useStoreApi } from "@xyflow/react";
import { type ReactNode, useState } from "react";

const nothing = () => {};

/**
 * Keeps React Flow from measuring: every size and pin place is known beforehand, and asking the page
 * for them would cost a reflow a node. Stands between the provider and the flow.
 */
export function Unmeasured({ children }: { readonly children: ReactNode }) {
  const store = useStoreApi();
  useState(() => store.setState({ updateNodeInternals: nothing }));
  return children;
}
