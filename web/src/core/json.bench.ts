import { bench, describe } from "vitest";

import { parse, stringify } from "./json";

/** A board's text of about one megabyte. */
function megabyte(): string {
  const node = (n: number) =>
    `"node${n}": {"type": "log_info@1", "in": {"message": {"value": "hello ${n}"}, "count": {"value": ${n}.0}},` +
    ` "out": {"exec_out": {"to": ["node${n + 1}.exec_in"]}, "value": {"to": ["node${n + 2}.message"]}}}`;
  const nodes = Array.from({ length: 6000 }, (_, n) => node(n));
  return `{"format": "flowlike.board/1", "nodes": {\n${nodes.join(",\n")}\n}}`;
}

const text = megabyte();
const value = parse(text);

describe(`a board of ${(text.length / 1e6).toFixed(2)} MB`, () => {
  bench("parse", () => {
    parse(text);
  });
  bench("stringify", () => {
    stringify(value);
  });
  bench("the browser's own reader (baseline)", () => {
    JSON.parse(text);
  });
});
