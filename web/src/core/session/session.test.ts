import { describe, expect, test } from "vitest";

import type { Board } from "../document";
import { fingerprint } from "../fingerprint";
import { node, sampleBoard, TYPES, value, wire } from "../testing/boards";
import { TestClock } from "../testing/clock";
import { TestLink } from "../testing/link";
import { randomOf } from "../testing/random";
import { Room } from "../testing/room";
import type { Session, Storage } from "./model";
import { Denied } from "./model";
import { openSession } from "./session";

class Shelf implements Storage {
  readonly texts = new Map<string, string>();
  isFull = false;

  read(key: string): Promise<string | undefined> {
    return Promise.resolve(this.texts.get(key));
  }

  write(key: string, text: string | undefined): Promise<void> {
    if (this.isFull) {
      return Promise.reject(new Error("full"));
    }
    if (text === undefined) {
      this.texts.delete(key);
    } else {
      this.texts.set(key, text);
    }
    return Promise.resolve();
  }
}

interface Desk {
  readonly clock: TestClock;
  readonly room: Room;
  open(actor: string, storage?: Storage): Promise<{ session: Session; link: TestLink }>;
}

function deskOf(board: Board = sampleBoard()): Desk {
  const clock = new TestClock();
  const room = new Room(board, TYPES);
  let ids = 0;
  return {
    clock,
    room,
    async open(actor, storage) {
      const link = new TestLink(room, actor, clock, randomOf(1));
      const newId = () => `${actor}-${(ids += 1)}`;
      const kept = storage === undefined ? {} : { storage, storageKey: actor };
      const opening = openSession({ link, types: TYPES, clock, newId, ...kept });
      await clock.pass(200);
      return { session: await opening, link };
    },
  };
}

const nameOf = (session: Session, id: string) => session.snapshot().board.nodes[id]?.name;
const rename = (id: string, name: string) => [{ command: "rename", id, name }] as const;

describe("an edit", () => {
  test("is shown at once, then saved", async () => {
    const { clock, room, open } = deskOf();
    const { session } = await open("ada");
    expect(session.snapshot().save).toEqual({ kind: "saved" });
    const done = session.edit(rename("log", "Say it"));
    expect(done).toEqual({ ok: true, touched: ["node:log"] });
    expect(nameOf(session, "log")).toBe("Say it");
    expect(session.snapshot().save).toEqual({ kind: "saving", count: 1 });
    expect(room.revision).toBe(0);
    await clock.pass(500);
    expect(session.snapshot().save).toEqual({ kind: "saved" });
    expect(room.board.nodes.log?.name).toBe("Say it");
    expect(session.snapshot().revision).toBe(1);
  });

  test("that is refused changes nothing and says why", async () => {
    const { session } = await deskOf().open("ada");
    const before = session.snapshot();
    const done = session.edit([wire("add.sum", "log.message")]);
    expect(done).toMatchObject({ ok: false, refused: { code: "command.wire-refused", where: { node: "log" } } });
    expect(session.snapshot()).toBe(before);
    expect(session.test(rename("log", "x"))).toMatchObject({ ok: true });
    expect(session.snapshot()).toBe(before);
  });

  test("that does nothing is none", async () => {
    const { session } = await deskOf().open("ada");
    expect(session.edit([value("add", "integer1", 1)])).toEqual({ ok: true, touched: [] });
    expect(session.snapshot().save.kind).toBe("saved");
  });

  test("leaves all else the same objects, before and after it is acknowledged", async () => {
    const { clock, open } = deskOf();
    const { session } = await open("ada");
    const before = session.snapshot().board;
    session.edit(rename("log", "x"));
    const shown = session.snapshot().board;
    expect(shown.nodes.add).toBe(before.nodes.add);
    expect(shown.layout).toBe(before.layout);
    await clock.pass(500);
    const after = session.snapshot().board;
    expect(after.nodes).toBe(shown.nodes);
    expect(after.layout).toBe(shown.layout);
  });

  test("waits its turn behind others, in order", async () => {
    const { clock, room, open } = deskOf();
    const { session } = await open("ada");
    for (const name of ["a", "b", "c"]) {
      session.edit(rename("log", name));
    }
    expect(session.snapshot().save).toEqual({ kind: "saving", count: 3 });
    await clock.pass(1000);
    expect(room.entries.map((entry) => entry.patch[0]?.after)).toEqual(["a", "b", "c"]);
    expect(nameOf(session, "log")).toBe("c");
  });
});

describe("typing", () => {
  test("in one field is one step", async () => {
    const { clock, room, open } = deskOf();
    const { session } = await open("ada");
    for (const text of ["h", "he", "hel", "hell", "hello"]) {
      session.edit([value("log", "message", text)], { merge: "log.message" });
      await clock.pass(50);
    }
    await clock.pass(1000);
    expect(room.revision).toBe(1);
    expect(room.board.nodes.log?.in?.message?.value).toBe("hello");
  });

  test("back to what was there before is none", async () => {
    const { clock, room, open } = deskOf();
    const { session } = await open("ada");
    session.edit(rename("log", "x"), { merge: "n" });
    session.edit(rename("log", ""), { merge: "n" });
    expect(session.snapshot().save.kind).toBe("saved");
    await clock.pass(1000);
    expect(room.revision).toBe(0);
  });

  test("elsewhere or after a pause is another", async () => {
    const { clock, room, open } = deskOf();
    const { session } = await open("ada");
    session.edit(rename("log", "x"), { merge: "a" });
    session.edit(rename("add", "y"), { merge: "b" });
    await clock.pass(2000);
    session.edit(rename("add", "z"), { merge: "b" });
    await clock.pass(2000);
    expect(room.revision).toBe(3);
  });
});

describe("a gesture", () => {
  test("is shown while it goes on, and is one step in the end", async () => {
    const { clock, room, open } = deskOf();
    const { session } = await open("ada");
    const drag = session.gesture();
    for (let x = 16; x <= 160; x += 16) {
      expect(drag.show([{ command: "move_many", moves: { log: { x } } }])).toBe(true);
      expect(session.snapshot().board.layout.log?.x).toBe(x);
    }
    expect(session.snapshot().save.kind).toBe("saved");
    drag.commit("Drag");
    await clock.pass(500);
    expect(room.revision).toBe(1);
    expect(room.board.layout.log?.x).toBe(160);
  });

  test("can be called off, and refuses what cannot be", async () => {
    const { session } = await deskOf().open("ada");
    const drag = session.gesture();
    drag.show([{ command: "move_many", moves: { log: { x: 99 } } }]);
    expect(drag.add([{ command: "remove", ids: ["nobody"] }])).toBe(false);
    expect(session.snapshot().board.layout.log?.x).toBe(99);
    drag.cancel();
    expect(session.snapshot().board.layout.log?.x).toBe(480);
    expect(drag.show([])).toBe(false);
    drag.commit();
    expect(session.snapshot().save.kind).toBe("saved");
  });

  test("goes on while others edit", async () => {
    const { clock, open } = deskOf();
    const ada = (await open("ada")).session;
    const ben = (await open("ben")).session;
    const drag = ada.gesture();
    drag.show([{ command: "move_many", moves: { log: { x: 99 } } }]);
    ben.edit(rename("add", "Sum"));
    await clock.pass(500);
    expect(nameOf(ada, "add")).toBe("Sum");
    expect(ada.snapshot().board.layout.log?.x).toBe(99);
  });
});

describe("others", () => {
  test("are seen live, with what they touched", async () => {
    const { clock, open } = deskOf();
    const ada = (await open("ada")).session;
    const ben = (await open("ben")).session;
    let told = 0;
    const stop = ada.subscribe(() => {
      told += 1;
    });
    ben.edit(rename("log", "Ben's"));
    await clock.pass(500);
    expect(nameOf(ada, "log")).toBe("Ben's");
    expect(ada.snapshot().remote).toEqual({ actor: "ben", name: "ben", touched: ["node:log"] });
    expect(told).toBeGreaterThan(0);
    stop();
    const before = told;
    ben.edit(rename("log", "again"));
    await clock.pass(500);
    expect(told).toBe(before);
  });

  test("on other parts of the same node do not stand in the way", async () => {
    const { clock, room, open } = deskOf();
    const [ada, ben] = [await open("ada"), await open("ben")];
    ada.session.edit(rename("log", "A"));
    ben.session.edit([value("add", "integer2", 9), { command: "set_comment", id: "log", comment: "B" }]);
    await clock.pass(2000);
    for (const { session } of [ada, ben]) {
      expect(session.snapshot().save).toEqual({ kind: "saved" });
      expect(fingerprint(session.snapshot().board)).toBe(fingerprint(room.board));
    }
    expect(room.board.nodes.log).toMatchObject({ name: "A", comment: "B" });
  });

  test("on the same part lead to a choice, and nothing is replaced unseen", async () => {
    const { clock, room, open } = deskOf();
    const [ada, ben] = [await open("ada"), await open("ben")];
    ada.session.edit(rename("log", "A"));
    ben.session.edit(rename("log", "B"));
    await clock.pass(2000);
    const winner = room.board.nodes.log?.name;
    const loser = winner === "A" ? ben.session : ada.session;
    expect(loser.snapshot().save).toEqual({ kind: "conflict", count: 1 });
    const [conflict] = loser.snapshot().conflicts;
    expect(conflict).toMatchObject({ label: "Rename", retryable: true, others: [winner === "A" ? "ada" : "ben"] });
    expect(nameOf(loser, "log")).toBe(winner);
    expect(loser.retry(conflict?.id ?? "")).toBe(true);
    await clock.pass(2000);
    expect(loser.snapshot().conflicts).toEqual([]);
    expect(room.board.nodes.log?.name).toBe(winner === "A" ? "B" : "A");
  });

  test("who moved the same node: the later place wins without a question", async () => {
    const { clock, room, open } = deskOf();
    const [ada, ben] = [await open("ada"), await open("ben")];
    ada.session.edit([{ command: "move_many", moves: { log: { x: 1 } } }]);
    ben.session.edit([{ command: "move_many", moves: { log: { x: 2 } } }]);
    await clock.pass(2000);
    expect(room.revision).toBe(2);
    expect(fingerprint(ada.session.snapshot().board)).toBe(fingerprint(ben.session.snapshot().board));
  });

  test("who removed what an edit needs: it is kept for a choice, and cannot be retried", async () => {
    const { clock, open } = deskOf();
    const [ada, ben] = [await open("ada"), await open("ben")];
    ben.link.delayMs = 1;
    ada.link.delayMs = 60;
    ben.session.edit([{ command: "remove", ids: ["log"] }]);
    ada.session.edit(rename("log", "gone"));
    await clock.pass(3000);
    const [conflict] = ada.session.snapshot().conflicts;
    expect(conflict).toMatchObject({ retryable: false, refused: { code: "command.unknown-entity" } });
    expect(ada.session.retry(conflict?.id ?? "")).toBe(false);
    ada.session.discard(conflict?.id ?? "");
    expect(ada.session.snapshot().save).toEqual({ kind: "saved" });
  });
});

describe("undo and redo", () => {
  test("go through the server and count there", async () => {
    const { clock, room, open } = deskOf();
    const { session } = await open("ada");
    expect(session.snapshot()).toMatchObject({ canUndo: false, canRedo: false });
    session.edit(rename("log", "x"));
    await clock.pass(500);
    expect(session.snapshot()).toMatchObject({ canUndo: true, canRedo: false });
    session.undo();
    await clock.pass(500);
    expect(nameOf(session, "log")).toBeUndefined();
    expect(session.snapshot()).toMatchObject({ canUndo: false, canRedo: true });
    session.redo();
    await clock.pass(500);
    expect(nameOf(session, "log")).toBe("x");
    expect(room.revision).toBe(3);
    session.close();
    const again = (await open("ada")).session;
    expect(again.snapshot().canUndo).toBe(true);
  });

  test("know of steps that were made by another way", async () => {
    const { session } = await deskOf().open("ada");
    expect(session.snapshot().canUndo).toBe(false);
    session.changedElsewhere(1, 0);
    expect(session.snapshot()).toMatchObject({ canUndo: true, canRedo: false });
  });

  test("of nothing are nothing", async () => {
    const { clock, room, open } = deskOf();
    const { session } = await open("ada");
    const before = session.snapshot();
    session.undo();
    session.redo();
    expect(session.snapshot()).toBe(before);
    session.edit(rename("log", "x"));
    session.redo();
    await clock.pass(1000);
    expect(session.snapshot()).toMatchObject({ save: { kind: "saved" }, conflicts: [], canRedo: false });
    expect(room.revision).toBe(1);
  });

  test("of an edit that was not sent happen here, and come back", async () => {
    const { clock, room, open } = deskOf();
    const { session, link } = await open("ada");
    link.cut();
    await clock.pass(10);
    session.edit(rename("log", "first"));
    await clock.pass(100);
    session.edit(rename("log", "second"));
    session.undo();
    expect(nameOf(session, "log")).toBe("first");
    expect(session.snapshot().canRedo).toBe(true);
    session.redo();
    expect(nameOf(session, "log")).toBe("second");
    session.undo();
    link.isDown = false;
    session.wake();
    await clock.pass(2000);
    expect(room.board.nodes.log?.name).toBe("first");
  });

  test("of what was made here are shown at once, also while the server is away", async () => {
    const { clock, room, open } = deskOf();
    const { session, link } = await open("ada");
    session.edit(rename("log", "a"));
    await clock.pass(500);
    link.cut();
    await clock.pass(10);
    session.edit(rename("log", "b"));
    await clock.pass(3000); // it was on its way: it may have arrived
    session.undo();
    expect(nameOf(session, "log")).toBe("a");
    session.undo();
    expect(nameOf(session, "log")).toBeUndefined();
    session.redo();
    expect(nameOf(session, "log")).toBe("a");
    session.edit([value("add", "integer1", 5)]);
    const names = new Set<unknown>();
    session.subscribe(() => names.add(nameOf(session, "log")));
    link.isDown = false;
    session.wake();
    await clock.pass(3000);
    expect([...names]).toEqual(["a"]);
    expect(session.snapshot()).toMatchObject({ save: { kind: "saved" }, conflicts: [] });
    expect(fingerprint(session.snapshot().board)).toBe(fingerprint(room.board));
    expect(room.board.nodes.log?.name).toBe("a");
  });

  test("what was taken back last comes back first, also after an edit that was not sent", async () => {
    const { clock, room, open } = deskOf();
    const { session } = await open("ada");
    for (const name of ["a", "b"]) {
      session.edit(rename("log", name));
      await clock.pass(500);
    }
    session.edit([value("add", "integer1", 5)], { merge: "typing" });
    session.undo();
    session.undo();
    await clock.pass(500);
    session.undo();
    await clock.pass(500);
    expect(nameOf(session, "log")).toBeUndefined();
    const shown: unknown[] = [];
    while (session.snapshot().canRedo && shown.length < 4) {
      session.redo();
      await clock.pass(1000);
      shown.push([nameOf(session, "log"), room.board.nodes.add?.in?.integer1?.value]);
    }
    const before = sampleBoard().nodes.add?.in?.integer1?.value;
    expect(shown).toEqual([["a", before], ["b", before], ["b", 5]]);
  });

  test("an undo that found nothing does not hold up what comes back", async () => {
    const { clock, open } = deskOf();
    const one = (await open("ada")).session;
    one.edit(rename("log", "a"));
    await clock.pass(500);
    (await open("ada")).session.undo();
    await clock.pass(500);
    one.edit([value("add", "integer1", 5)], { merge: "typing" });
    one.undo();
    one.undo();
    await clock.pass(500);
    one.redo();
    expect(one.snapshot().board.nodes.add?.in?.integer1?.value).toBe(5);
  });

  test("never touch somebody else's later edit", async () => {
    const { clock, room, open } = deskOf();
    const [ada, ben] = [await open("ada"), await open("ben")];
    ada.session.edit(rename("log", "A"));
    await clock.pass(500);
    ben.session.edit(rename("log", "B"));
    await clock.pass(500);
    ada.session.undo();
    await clock.pass(500);
    expect(room.board.nodes.log?.name).toBe("B");
    expect(ada.session.snapshot().conflicts[0]).toMatchObject({ step: "undo", refused: { code: "command.conflict" } });
    ada.session.undo();
    await clock.pass(500);
    expect(ada.session.snapshot().conflicts).toHaveLength(1);
  });

  test("an undo whose answer was lost is not done twice", async () => {
    const { clock, room, open } = deskOf();
    const { session, link } = await open("ada");
    for (const name of ["a", "b", "c"]) {
      session.edit(rename("log", name));
      await clock.pass(500);
    }
    session.undo();
    await clock.pass(30);
    link.cut();
    await clock.pass(500);
    link.isDown = false;
    await clock.pass(60_000);
    expect(session.snapshot().save).toEqual({ kind: "saved" });
    expect(room.board.nodes.log?.name).toBe("b");
    expect(nameOf(session, "log")).toBe("b");
  });

  test("edits that follow an undo at once keep their own", async () => {
    const { clock, room, open } = deskOf();
    const { session } = await open("ada");
    session.edit(rename("log", "a"));
    await clock.pass(500);
    session.undo();
    session.edit(rename("log", "b"));
    await clock.pass(2000);
    expect(session.snapshot().conflicts).toEqual([]);
    expect(room.board.nodes.log?.name).toBe("b");
  });
});

describe("without a server", () => {
  test("edits wait, are counted, and go out when it is back", async () => {
    const { clock, room, open } = deskOf();
    const { session, link } = await open("ada");
    link.cut();
    await clock.pass(50);
    expect(session.snapshot().save).toEqual({ kind: "offline", count: 0 });
    session.edit(rename("log", "x"));
    session.edit([node("more", "log_info")]);
    await clock.pass(5000);
    expect(session.snapshot().save).toEqual({ kind: "offline", count: 2 });
    await session.settled();
    link.isDown = false;
    await clock.pass(60_000);
    expect(session.snapshot().save).toEqual({ kind: "saved" });
    expect(room.board.nodes.more).toBeDefined();
    expect(room.entries.map((entry) => room.countOf(entry.id ?? ""))).toEqual([1, 1]);
  });

  test("waits between tries grow, and end when it is woken", async () => {
    const { clock, open } = deskOf();
    const { session, link } = await open("ada");
    link.cut();
    session.edit(rename("log", "x"));
    await clock.pass(120_000);
    const tries = link.sent.length;
    expect(tries).toBeLessThan(20);
    link.isDown = false;
    session.wake();
    await clock.pass(300);
    expect(session.snapshot().save).toEqual({ kind: "saved" });
  });

  test("a batch whose answer was lost is taken once", async () => {
    const { clock, room, open } = deskOf();
    const { session, link } = await open("ada");
    session.edit([node("more", "log_info")]);
    await clock.pass(25);
    link.isDown = true;
    await clock.pass(2000);
    link.isDown = false;
    await clock.pass(60_000);
    expect(room.revision).toBe(1);
    expect(session.snapshot()).toMatchObject({ save: { kind: "saved" }, conflicts: [] });
    expect(fingerprint(session.snapshot().board)).toBe(fingerprint(room.board));
  });

  test("a closed tab finds its edits again", async () => {
    const { clock, room, open } = deskOf();
    const shelf = new Shelf();
    const { session, link } = await open("ada", shelf);
    link.cut();
    await clock.pass(10);
    session.edit(rename("log", "kept"));
    session.edit([value("add", "integer1", 77)]);
    await clock.pass(10);
    session.close();
    expect(shelf.texts.size).toBe(1);
    const again = (await open("ada", shelf)).session;
    await clock.pass(3000);
    expect(again.snapshot().save).toEqual({ kind: "saved" });
    expect(nameOf(again, "log")).toBe("kept");
    expect(room.board.nodes.add?.in?.integer1?.value).toBe(77);
    await again.settled();
    expect(shelf.texts.size).toBe(0);
  });

  test("what the server added to one kept edit is no reason to refuse the next", async () => {
    const { clock, room, open } = deskOf();
    const shelf = new Shelf();
    const { session, link } = await open("ada", shelf);
    link.cut();
    await clock.pass(10);
    const write = (content: string) => [{ command: "upsert_comment", id: "note", comment: { content } }] as const;
    session.edit(write(""));
    session.edit(write("of one person alone"));
    await clock.pass(10);
    session.close();
    const again = (await open("ada", shelf)).session;
    await clock.pass(3000);
    expect(again.snapshot()).toMatchObject({ save: { kind: "saved" }, conflicts: [] });
    expect(room.board.comments.note).toEqual({ content: "of one person alone", author: "ada" });
  });

  test("kept edits that arrived before are not done again, and ones that meet others' work ask", async () => {
    const { clock, room, open } = deskOf();
    const shelf = new Shelf();
    const { session, link } = await open("ada", shelf);
    session.edit([node("more", "log_info")]);
    session.edit(rename("log", "Ada's"));
    await clock.pass(35);
    link.cut();
    await clock.pass(5);
    session.close();
    const ben = (await open("ben")).session;
    ben.edit(rename("log", "Ben's"));
    await clock.pass(500);
    const again = (await open("ada", shelf)).session;
    await clock.pass(3000);
    expect(room.board.nodes.more).toBeDefined();
    expect(room.board.nodes.log?.name).toBe("Ben's");
    expect(again.snapshot().conflicts).toMatchObject([{ label: "Rename", retryable: true }]);
    const third = (await open("ada", shelf)).session;
    expect(third.snapshot().conflicts).toHaveLength(1);
    third.discard(third.snapshot().conflicts[0]?.id ?? "");
    expect(third.snapshot().save).toEqual({ kind: "saved" });
  });

  test("storage that is full or holds nonsense stops nothing", async () => {
    const { clock, room, open } = deskOf();
    const shelf = new Shelf();
    shelf.texts.set("ada", "{nonsense");
    const { session } = await open("ada", shelf);
    shelf.isFull = true;
    session.edit(rename("log", "x"));
    await clock.pass(1000);
    expect(room.board.nodes.log?.name).toBe("x");
    await session.settled();
  });
});

describe("a person who may not", () => {
  test("sees so, keeps the edits, and goes on after signing in", async () => {
    const { clock, room, open } = deskOf();
    const { session, link } = await open("ada");
    link.denied = new Denied("auth.signed-out", "Sign in again.");
    session.edit(rename("log", "x"));
    await clock.pass(1000);
    expect(session.snapshot().save).toMatchObject({ kind: "denied", code: "auth.signed-out", count: 1 });
    expect(session.snapshot()).toMatchObject({ canUndo: false, canRedo: false });
    expect(session.edit(rename("log", "y"))).toMatchObject({ ok: false, refused: { code: "auth.signed-out" } });
    link.denied = undefined;
    session.wake();
    await clock.pass(1000);
    expect(session.snapshot().save).toEqual({ kind: "saved" });
    expect(room.board.nodes.log?.name).toBe("x");
  });
});
