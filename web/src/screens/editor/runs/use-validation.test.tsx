import { act, cleanup, renderHook, waitFor } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

import { addNode } from "~/core";
import { boardOf, node } from "~/core/testing/boards";
import { deskFor } from "~/testing/editor/desk";
import { noBoardLink } from "~/testing/editor/links";

import type { Finding } from "../desk/desk";
import { useValidation } from "./use-validation";

afterEach(cleanup);

const FROM_SERVER: Finding = { code: "board.no-start", severity: "warning", message: "As the server says it." };

/** A board on a desk whose server answers only when it is told to. */
function validated() {
  const { desk } = deskFor(boardOf(node("start", "start"), node("alone", "log_info")));
  const answers: ((findings: readonly Finding[]) => void)[] = [];
  const validate = () => new Promise<readonly Finding[]>((resolve) => answers.push(resolve));
  renderHook(() => useValidation(desk, { ...noBoardLink, validate }));
  const codes = () => desk.state().findings.map(({ code }) => code);
  return { desk, answers, codes };
}

test("the page says what it sees, as a server would of the board it keeps", async () => {
  const { codes } = validated();
  await waitFor(() => expect(codes()).toEqual(["board.unreachable-node"]));
});

test("the word of the server counts until the board changes", async () => {
  const { desk, answers, codes } = validated();
  await waitFor(() => expect(answers).toHaveLength(1));
  await act(async () => answers[0]?.([FROM_SERVER]));
  expect(codes()).toEqual(["board.no-start"]);
  act(() => void desk.edit([addNode("more", "log_info@1")]));
  await waitFor(() => expect(codes()).toContain("board.unreachable-node"));
});

test("an answer about a board that is no more is not heard", async () => {
  const { desk, answers, codes } = validated();
  await waitFor(() => expect(answers).toHaveLength(1));
  act(() => void desk.edit([addNode("more", "log_info@1")]));
  await act(async () => answers[0]?.([FROM_SERVER]));
  expect(codes()).not.toContain("board.no-start");
});

test("the server is asked again if it did not answer", async () => {
  vi.useFakeTimers();
  try {
    const { desk } = deskFor(boardOf(node("alone", "log_info")));
    let count = 0;
    const validate = () => ((count += 1) === 1 ? Promise.reject(new Error("away")) : Promise.resolve([FROM_SERVER]));
    renderHook(() => useValidation(desk, { ...noBoardLink, validate }));
    await act(() => vi.advanceTimersByTimeAsync(30_000));
    expect(count).toBe(2);
    expect(desk.state().findings).toEqual([FROM_SERVER]);
  } finally {
    vi.useRealTimers();
  }
});
