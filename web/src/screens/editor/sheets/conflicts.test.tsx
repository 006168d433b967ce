import { act, cleanup, fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, test } from "vitest";

import type { Conflict } from "~/core";
import { renderPart } from "~/testing/editor/page";

import { ConflictsSheet } from "./conflicts";

afterEach(cleanup);

const blocked: Conflict = {
  id: "u1",
  label: "Undo",
  commands: [],
  refused: { code: "board.stale-revision", message: "Somebody else changed the same part later." },
  others: [],
  step: "undo",
  retryable: false,
};

describe("a step back that others built on", () => {
  test("is said, and left so that the one before is taken back", async () => {
    let asked = 0;
    const link = { skipUndo: () => Promise.resolve({ undo: (asked += 1), redo: 0 }) };
    const { session, complaints, desk } = renderPart(<ConflictsSheet onClose={() => {}} />, { link });
    act(() => void desk.edit([{ command: "rename", id: "log", name: "Mine" }]));
    act(() => session.refuse(blocked));
    expect(complaints[0]?.[0]).toBe("It was not undone");
    fireEvent.click(screen.getByRole("button", { name: "Undo the step before" }));
    await waitFor(() => expect(desk.board.nodes["log"]?.name).toBeUndefined());
    expect([asked, session.snapshot().conflicts.length]).toEqual([1, 0]);
  });

  test("where there is none before, that is said", async () => {
    const link = { skipUndo: () => Promise.reject(new Error("Nothing of yours")) };
    const { session, complaints } = renderPart(<ConflictsSheet onClose={() => {}} />, { link });
    act(() => session.refuse(blocked));
    fireEvent.click(screen.getByRole("button", { name: "Undo the step before" }));
    await waitFor(() => expect(complaints.at(-1)).toEqual(["There is no step before it", "Nothing of yours"]));
  });
});
