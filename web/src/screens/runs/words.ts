const TRIGGER_WORDS: Readonly<Record<string, string>> = {
  editor: "Editor",
  http: "HTTP call",
  api: "By name",
  rerun: "Run again",
};

/** What started a run, in words. */
export function triggerWord(trigger: string): string {
  return TRIGGER_WORDS[trigger] ?? trigger;
}
