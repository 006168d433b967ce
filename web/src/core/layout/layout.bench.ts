import { bench, describe } from "vitest";

import { largeBoard, TYPES } from "../testing/boards";
import { layoutInput } from "./board-layout";
import { layOutGraph } from "./layout";

describe.each([500, 1000])("auto-layout of %i nodes", (count) => {
  const input = layoutInput(largeBoard(count), TYPES, "");
  bench("lay out", () => void layOutGraph(input), { iterations: 3, time: 0, warmupIterations: 1 });
});
