import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, test } from "vitest";

import { PayloadForm, recentPayloads, rememberPayload, usePayload } from ".";
import { foldedApart } from "./form";
import { type Drafts, draftsOf, fieldsOf, payloadOf, REST, type Schema } from "./model";

afterEach(() => {
  cleanup();
  localStorage.clear();
});

const SCHEMA: Schema = {
  type: "object",
  additionalProperties: false,
  required: ["a", "name"],
  properties: {
    a: { type: "integer", title: "A", minimum: 0 },
    b: { type: "number", default: 1.5 },
    name: { type: "string" },
    note: { type: "string" },
    loud: { type: "boolean", default: false },
    size: { enum: ["s", "m", 3] },
    at: { type: "string", format: "date-time" },
    lines: { type: "array" },
    extra: { type: "object" },
  },
};
const FIELDS = fieldsOf(SCHEMA);
const FULL: Drafts = { ...draftsOf(FIELDS), a: "1", name: "x" };

function text(drafts: Drafts): string {
  const reading = payloadOf(FIELDS, drafts);
  return reading.ok ? reading.text : `faults: ${JSON.stringify(reading.faults)}`;
}

describe("fields of a schema", () => {
  test("have a kind each", () => {
    expect(FIELDS.map(({ kind }) => kind)).toEqual([
      "integer",
      "number",
      "text",
      "text",
      "boolean",
      "choice",
      "time",
      "json",
      "json",
    ]);
  });

  test("an open schema has a place for the rest", () => {
    expect(fieldsOf({ type: "object" }).map(({ key }) => key)).toEqual([REST]);
  });
});

describe("what a form begins with", () => {
  const schema: Schema = {
    type: "object",
    required: ["a"],
    examples: [{ more: true }],
    properties: { a: { type: "integer", examples: [7] }, b: { type: "integer", default: 1 } },
  };

  test("is an example where nothing is given", () => {
    expect(draftsOf(fieldsOf(schema))).toEqual({ a: "7", b: "1", [REST]: '{"more":true}' });
  });

  test("is what was given last, without examples", () => {
    expect(draftsOf(fieldsOf(schema), '{"b":2}')).toEqual({ a: "", b: "2", [REST]: "" });
  });
});

describe("what stands folded", () => {
  const named = (fields: readonly { readonly key: string }[]) => fields.map(({ key }) => key);

  test("is what is not needed, if it is much", () => {
    const { shown, folded } = foldedApart(FIELDS);
    expect(named(shown)).toEqual(["a", "name"]);
    expect(named(folded)).toEqual(["b", "note", "loud", "size", "at", "lines", "extra"]);
  });

  test("is nothing if it is little, or all there is", () => {
    const little = FIELDS.slice(0, 3);
    expect(foldedApart(little)).toEqual({ shown: little, folded: [] });
    const free = FIELDS.filter(({ required }) => !required);
    expect(foldedApart(free)).toEqual({ shown: free, folded: [] });
  });

  test("unfolds if something is wrong in it", () => {
    render(<Probe schema={SCHEMA} onRead={() => {}} />);
    const fold = screen.getByText("Optional:").closest("details");
    expect(fold?.open).toBe(false);
    fireEvent.change(screen.getByLabelText("b"), { target: { value: "many" } });
    fireEvent.click(screen.getByRole("button", { name: "read" }));
    expect(fold?.open).toBe(true);
  });
});

describe("what is typed", () => {
  test("becomes JSON, without what was not given", () => {
    expect(text(FULL)).toBe('{"a":1,"b":1.5,"name":"x","loud":false}');
  });

  test("an object or a list that is needed begins empty", () => {
    const fields = fieldsOf({
      additionalProperties: false,
      required: ["body", "lines"],
      properties: { body: { type: "object" }, lines: { type: "array" }, more: { type: "object" } },
    });
    expect(payloadOf(fields, draftsOf(fields))).toEqual({ ok: true, text: '{"body":{},"lines":[]}' });
  });

  test("numbers stay as they were written", () => {
    expect(text({ ...FULL, a: "9007199254740993", b: "1.0" })).toContain('"a":9007199254740993,"b":1.0');
  });

  test.each([
    ["a", "", "A is needed"],
    ["a", "x", "no number"],
    ["a", "1.5", "whole number"],
    ["a", "-1", "At least 0"],
    ["at", "soon", "no date"],
    ["lines", "{}", "list"],
    ["extra", "[]", "object"],
    ["extra", "{", ""],
  ])("%s = %j is refused: %s", (key, draft, why) => {
    const reading = payloadOf(FIELDS, { ...FULL, [key]: draft });
    expect(reading.ok).toBe(false);
    expect(reading.ok ? "" : reading.faults[key]).toContain(why);
  });

  test("an empty text is a text where one is needed, and nothing elsewhere", () => {
    expect(text({ ...FULL, name: "" })).toContain('"name":""');
    expect(text({ ...FULL, note: "" })).not.toContain("note");
  });

  test("a payload fills the fields and comes out again", () => {
    const payload = '{"a":2,"b":0.5,"name":"two\\nlines","loud":true,"size":3,"lines":[1,2.0],"extra":{"k":null}}';
    expect(text(draftsOf(FIELDS, payload))).toBe(payload);
  });

  test("times pass through the zone of the person", () => {
    const payload = '{"at":"2026-11-25T14:02:07.000Z"}';
    const fields = fieldsOf({ type: "object", additionalProperties: false, properties: { at: SCHEMA.properties?.["at"] ?? {} } });
    expect(payloadOf(fields, draftsOf(fields, payload))).toEqual({ ok: true, text: payload });
  });

  test("what the schema does not name is kept beside", () => {
    const fields = fieldsOf({ type: "object", properties: { a: { type: "integer" } } });
    const payload = '{"a":1,"more":{"deep":[true]}}';
    expect(payloadOf(fields, draftsOf(fields, payload))).toEqual({ ok: true, text: payload });
  });
});

function Probe({ schema, onRead }: { readonly schema: Schema; readonly onRead: (text: string | undefined) => void }) {
  const payload = usePayload(schema, '{"a":1,"name":"Ada"}');
  return (
    <>
      <PayloadForm payload={payload} />
      <button type="button" onClick={payload.turn}>
        turn
      </button>
      <button type="button" onClick={() => onRead(payload.read())}>
        read
      </button>
    </>
  );
}

test("the form turns to JSON and back, and shows what is wrong only when asked", () => {
  const seen: (string | undefined)[] = [];
  render(<Probe schema={SCHEMA} onRead={(read) => seen.push(read)} />);
  const a = screen.getByRole("textbox", { name: "A" });
  fireEvent.change(a, { target: { value: "many" } });
  expect(screen.queryByText(/no number/)).toBeNull();
  fireEvent.click(screen.getByRole("button", { name: "read" }));
  expect(screen.getByText(/no number/)).toBeTruthy();
  fireEvent.change(a, { target: { value: "42" } });
  fireEvent.click(screen.getByRole("button", { name: "turn" }));
  const json = screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Payload as JSON" });
  expect(JSON.parse(json.value)).toMatchObject({ a: 42, name: "Ada" });
  fireEvent.change(json, { target: { value: '{"a":7,"name":"Bo"' } });
  fireEvent.click(screen.getByRole("button", { name: "read" }));
  expect(screen.getByRole("textbox").getAttribute("aria-invalid")).toBe("true");
  fireEvent.change(json, { target: { value: '{"a":7,"name":"Bo"}' } });
  fireEvent.click(screen.getByRole("button", { name: "read" }));
  fireEvent.click(screen.getByRole("button", { name: "turn" }));
  expect(screen.getByRole<HTMLInputElement>("textbox", { name: "A" }).value).toBe("7");
  expect(seen).toEqual([undefined, undefined, '{"a":7,"name":"Bo"}']);
});

test("last payloads come first, once each, five at most", () => {
  for (const number of [1, 2, 3, 4, 5, 6, 3]) {
    rememberPayload("app/board/start", `{"a":${number}}`);
  }
  expect(recentPayloads("app/board/start")).toEqual(['{"a":3}', '{"a":6}', '{"a":5}', '{"a":4}', '{"a":2}']);
  expect(recentPayloads("elsewhere")).toEqual([]);
  rememberPayload("app/board/start", "x".repeat(20_000));
  expect(recentPayloads("app/board/start")).toHaveLength(5);
});
