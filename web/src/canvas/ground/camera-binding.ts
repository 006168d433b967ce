import { useReactFlow, useStoreApi } from "@xyflow/react";
import { useEffect } from "react";

import type { Camera } from "./camera";

/** Ties a camera to the flow around the caller. */
export function useCameraBinding(camera: Camera): void {
  const flow = useReactFlow();
  const store = useStoreApi();
  useEffect(
    () =>
      camera.bind({
        flow,
        viewport: () => {
          const [x, y, zoom] = store.getState().transform;
          return { x, y, zoom };
        },
        size: () => ({ width: store.getState().width, height: store.getState().height }),
        onMove: (listener) => {
          let before = store.getState().transform;
          return store.subscribe((state) => {
            if (state.transform !== before) {
              before = state.transform;
              listener();
            }
          });
        },
      }),
    [camera, flow, store],
  );
}
