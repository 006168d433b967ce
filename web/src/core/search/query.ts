/**
 * What a person types to find something on a board: words, and filters such as `type:log`,
 * `pin:message`, `value:"two words"`, `var:count`, `error:`, `unused:`.
 */

export const FILTERS = ["type", "pin", "value", "var", "error", "unused"] as const;
export type FilterName = (typeof FILTERS)[number];

export interface Query {
  /** In lower case; all of them have to be found. */
  readonly words: readonly string[];
  /** In lower case; empty for a filter that was named without a value. */
  readonly filters: ReadonlyMap<FilterName, string>;
}

const PART = /(?:([a-z]+):)?(?:"([^"]*)"?|(\S+))?/giy;

/** Reads a query. Everything is one: what looks like no filter is a word. */
export function parseQuery(text: string): Query {
  const words: string[] = [];
  const filters = new Map<FilterName, string>();
  const lower = text.toLowerCase();
  let at = 0;
  while (at < lower.length) {
    if (/\s/.test(lower.charAt(at))) {
      at += 1;
      continue;
    }
    PART.lastIndex = at;
    const [whole, name, quoted, plain] = PART.exec(lower) ?? [lower.slice(at)];
    const value = quoted ?? plain ?? "";
    if (isFilter(name)) {
      filters.set(name, value);
    } else if (quoted !== undefined && name === undefined) {
      words.push(quoted);
    } else {
      words.push(whole);
    }
    at += Math.max(1, whole.length);
  }
  return { words: words.filter((word) => word !== ""), filters };
}

function isFilter(name: string | undefined): name is FilterName {
  return FILTERS.some((filter) => filter === name);
}

/** Whether a query asks for nothing. */
export function isEmptyQuery(query: Query): boolean {
  return query.words.length === 0 && query.filters.size === 0;
}
