import { cleanup, fireEvent, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";

import type { EventRow } from "~/api";
import { sampleBoard } from "~/core/testing/boards";
import { renderPart } from "~/testing/editor/page";

import type { Difference } from "../desk/board-link";
import { PublishSheet } from "./publish";

afterEach(cleanup);

const live = {
  event: { id: "greet", name: "Greet", node: "start", board: sampleBoard().id, kind: "simple" },
  live: "1.2.0",
  live_board_version: "0.3.0",
} as unknown as EventRow;
const changed: Difference = { kind: "node", id: "log", title: "log_info@1", what: "changed", details: [{ path: "name", after: "New name" }] };
const moved: Difference = { kind: "node", id: "add", title: "int_add@1", what: "moved", details: [] };

test("before it is published again, the board is compared with what is live", async () => {
  const asked: string[][] = [];
  const link = {
    events: () => Promise.resolve([live]),
    diff: (from: string, to: string) => {
      asked.push([from, to]);
      return Promise.resolve([changed, moved]);
    },
  };
  renderPart(<PublishSheet onClose={() => {}} />, { link });
  fireEvent.click(await screen.findByText("1 difference from what is live (0.3.0)"));
  expect(screen.getByText('"New name"')).toBeTruthy();
  expect(screen.queryByText("Add")).toBeNull();
  expect(asked).toEqual([["0.3.0", ""]]);
});

test("what was never published is compared with nothing", async () => {
  const link = { events: () => Promise.resolve([]), diff: () => Promise.reject(new Error("asked")) };
  renderPart(<PublishSheet onClose={() => {}} />, { link });
  await screen.findByText("Not published yet");
  expect(screen.queryByText(/from what is live/u)).toBeNull();
});
