import { describe, expect, it } from "vitest";

import { checkWire, type NodeDefinition, typesOf } from "~/core";

import { entriesOf, fitsInto, search, takes } from "./search";

const definitions: Record<string, NodeDefinition> = {
  "control_branch@1": {
    name: "control_branch",
    title: "Branch",
    category: "Control",
    inputs: [
      { name: "exec_in", type: "Execution" },
      { name: "condition", type: "Boolean" },
    ],
    outputs: [{ name: "true", type: "Execution" }],
  },
  "string_replace@1": {
    name: "string_replace",
    title: "Replace text",
    category: "Utils/String",
    keywords: ["substitute"],
    inputs: [{ name: "text", type: "String" }],
    outputs: [{ name: "result", type: "String" }],
  },
  "string_repeat@1": { name: "string_repeat", title: "Repeat text", category: "Utils/String", inputs: [], outputs: [] },
  "int_add@1": {
    name: "int_add",
    title: "Add",
    category: "Math/Int",
    inputs: [{ name: "a", type: "Integer" }],
    outputs: [{ name: "sum", type: "Integer" }],
  },
  "int_add@2": { name: "int_add", version: 2, title: "Add", category: "Math/Int" },
};
const entries = entriesOf(typesOf(definitions));
const titles = (query: string, recent: string[] = []) => search(entries, query, recent).map((hit) => hit.entry.title);

describe("the palette", () => {
  it("offers the newest version of each type, in order", () => {
    expect(entries.map((entry) => entry.id)).toEqual(["int_add@2", "control_branch@1", "string_repeat@1", "string_replace@1"]);
  });

  it("finds by name, category, keyword and what others call it", () => {
    expect(titles("branch")).toEqual(["Branch"]);
    expect(titles("if")[0]).toBe("Branch");
    expect(titles("string")).toContain("Replace text");
    expect(titles("subst")[0]).toBe("Replace text");
    expect(titles("+")).toEqual(["Add"]);
    expect(titles("rpl")).toEqual(["Replace text"]);
    expect(titles("nothing of it")).toEqual([]);
  });

  it("puts the beginning of a title first and marks what matched", () => {
    const [first] = search(entries, "re");
    expect(first?.entry.title).toMatch(/^Re/u);
    expect(first?.marks).toEqual([[0, 2]]);
    expect(search(entries, "text rep")[0]?.marks).toHaveLength(2);
  });

  it("remembers what was used lately", () => {
    expect(titles("re", ["string_replace@1"])[0]).toBe("Replace text");
    expect(titles("", ["string_repeat@1"])[0]).toBe("Repeat text");
  });
});

describe("what fits a wire", () => {
  const text = { name: "t", type: "String" } as const;
  const refusal = (source: typeof text) => (pin: NonNullable<NodeDefinition["inputs"]>[number]) => {
    const verdict = checkWire(source, pin);
    return verdict.ok ? "" : verdict.message;
  };

  it("is told by the pins of the type", () => {
    const replace = definitions["string_replace@1"] as NodeDefinition;
    const add = definitions["int_add@1"] as NodeDefinition;
    expect(takes(replace, "in", refusal(text))).toBe(true);
    expect(takes(add, "in", refusal(text))).toBe(false);
    expect(fitsInto(replace, refusal(text), () => "")).toBe(true);
    expect(fitsInto(add, refusal(text), () => "")).toBe(false);
  });
});
