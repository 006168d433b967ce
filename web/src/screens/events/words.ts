import type { EventDocument } from "~/api";
import type { IconName } from "~/ui";

/** What it is called; a document leaves out the usual name. */
export function eventName(event: EventDocument): string {
  return event.name ?? "New Event";
}

/** What starts it, in a few words: "POST /orders", "Form", "By name". */
export function eventWay(event: EventDocument): string {
  switch (event.kind ?? "simple") {
    case "http":
      return `${event.method ?? "GET"} ${event.path ?? ""}`;
    case "generic":
      return "Form";
    default:
      return "Quick action";
  }
}

export function eventGlyph(event: EventDocument): IconName {
  switch (event.kind ?? "simple") {
    case "http":
      return "webhook";
    case "generic":
      return "form";
    default:
      return "bolt";
  }
}

/** The id in an event's `board`, which may also be a file: `boards/triage.board.json`. */
export function boardIdOf(board: string): string {
  return board.replace(/^.*\//, "").replace(/\.board\.json$/, "");
}

/** An id from a name: "Order received" → "order-received"; never one of `taken`. */
export function idFrom(name: string, taken: readonly string[]): string {
  const plain = name
    .normalize("NFKD")
    .replace(/[\u0300-\u036F]/g, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 48);
  const base = plain === "" ? "event" : plain;
  let id = base;
  for (let number = 2; taken.includes(id); number += 1) {
    id = `${base}-${number}`;
  }
  return id;
}
