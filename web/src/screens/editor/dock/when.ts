/** A moment as lists say it: "today 14:02:07", or the day. Empty for what is none. */
export function when(text: string, now: Date = new Date()): string {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) {
    return "";
  }
  const time = at.toLocaleTimeString("en-GB");
  return at.toDateString() === now.toDateString() ? `today ${time}` : `${at.toLocaleDateString("en-CA")} ${time}`;
}
