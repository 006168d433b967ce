/** Why something failed, in a sentence. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : "The server did not answer.";
}
