import { parse, stringify } from "~/core";

const BODY = / -d '[^']*'/;

/** The line that calls an event, with this JSON text as its body, in one line; GET has none. */
export function curlWith(line: string, payload: string): string {
  if (!BODY.test(line)) {
    return line;
  }
  const body = inOneLine(payload);
  const wrapped = line.includes(`-d '{"payload":`) ? `{"payload":${body}}` : body;
  return line.replace(BODY, () => ` -d ${quoted(wrapped)}`);
}

function inOneLine(json: string): string {
  try {
    return stringify(parse(json));
  } catch {
    return json;
  }
}

/** One word for a shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
