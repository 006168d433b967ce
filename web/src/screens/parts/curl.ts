const BODY = / -d '[^']*'/;

/** The line that calls an event, with this JSON text as its body; GET has none. */
export function curlWith(line: string, payload: string): string {
  if (!BODY.test(line)) {
    return line;
  }
  const wrapped = line.includes(`-d '{"payload":`) ? `{"payload":${payload}}` : payload;
  return line.replace(BODY, () => ` -d ${quoted(wrapped)}`);
}

/** One word for a shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
