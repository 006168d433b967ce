import type { Run } from "~/api";
import { Empty } from "~/ui";

/** The board as it was when it ran, with what each node did. */
export function Graph({ run }: { readonly app: string; readonly run: Run }) {
  return <Empty icon="branch" title={`Board ${run.board}`} />;
}
