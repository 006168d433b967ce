import { type Json, stringify } from "~/core";
import { indented } from "~/ui/payload";

interface JsonTextProps {
  readonly value: unknown;
  readonly label: string;
}

const LONGEST = 200_000;

/** JSON for reading: indented, numbers as they were sent, keys and texts told apart by colour. */
export function JsonText({ value, label }: JsonTextProps) {
  const text = value === undefined ? "nothing" : indented(value as Json);
  const shown = text.length > LONGEST ? `${text.slice(0, LONGEST)}\n… ${stringify(text.length - LONGEST)} characters more` : text;
  return (
    // Long values scroll, also by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <pre tabIndex={0} aria-label={label}>
      {tokens(shown).map(([kind, part], index) => (
        // The parts of one text never move.
        // oxlint-disable-next-line react/no-array-index-key
        <span key={index} className={kind}>
          {part}
        </span>
      ))}
    </pre>
  );
}

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d[\d.eE+-]*|true|false|null)|[^"\d\-tfn]+|./gs;
const MOST_TOKENS = 5000;

/** Text as coloured parts; a very long one stays plain, for speed. */
function tokens(text: string): readonly (readonly [string, string])[] {
  const found: [string, string][] = [];
  for (const match of text.matchAll(TOKEN)) {
    if (found.length >= MOST_TOKENS) {
      found.push(["", text.slice(match.index)]);
      break;
    }
    const [all, quoted, colon, atom] = match;
    if (quoted !== undefined) {
      found.push([colon === undefined ? "s" : "k", quoted], ["", colon ?? ""]);
    } else {
      found.push([atom === undefined ? "" : "v", all]);
    }
  }
  return found.filter(([, part]) => part !== "");
}
