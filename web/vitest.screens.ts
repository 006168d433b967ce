/** A slow machine is no failure: what a test waits for may take its time, a hang may not. */
import { configure } from "@testing-library/react";

configure({ asyncUtilTimeout: 20_000 });
