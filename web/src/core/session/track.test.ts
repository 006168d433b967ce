import { describe, expect, test } from "vitest";

import { emptyBoard } from "../document";
import { Track } from "./track";

const board = (name: string) => ({ ...emptyBoard("b"), name });

function trackTo(...names: readonly string[]): Track {
  const track = new Track(board("start"));
  for (const name of names) {
    track.edit(board(name));
  }
  return track;
}

describe("the way of a board", () => {
  test("leads back edit by edit, and forth again", () => {
    const track = trackTo("a", "b");
    const seen = (["undo", "undo", "redo", "redo"] as const).map((kind) => {
      track.step(kind);
      return track.board.name;
    });
    expect(seen).toEqual(["a", "start", "a", "b"]);
  });

  test("an edit after a step back ends the way forth", () => {
    const track = trackTo("a");
    track.step("undo");
    track.edit(board("c"));
    track.step("redo");
    expect(track.board.name).toBe("c");
  });

  test("what only the server knows changes nothing, and nothing beyond it is guessed", () => {
    const track = trackTo("a");
    track.step("undo");
    track.step("undo");
    expect(track.board.name).toBe("start");
    track.step("redo");
    expect(track.board.name).toBe("start");
  });

  test("what others did ends it; what came of a step counts more than what was foreseen", () => {
    const track = trackTo("a", "b");
    track.step("undo", board("a, and more"));
    expect(track.board.name).toBe("a, and more");
    track.other(board("theirs"));
    track.step("undo");
    expect(track.board.name).toBe("theirs");
  });

  test("a fork goes its own way", () => {
    const track = trackTo("a");
    const fork = track.fork();
    fork.step("undo");
    expect([track.board.name, fork.board.name]).toEqual(["a", "start"]);
  });
});
