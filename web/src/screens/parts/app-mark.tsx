import { classes, Icon, type IconName } from "~/ui";

const MARKS: readonly IconName[] = ["flow", "box", "truck", "store", "leaf", "chart", "tag", "book", "layers"];

/** The sign of an app; which one follows from its id. */
export function AppMark({ id, large = false }: { readonly id: string; readonly large?: boolean }) {
  let sum = 0;
  for (const letter of id) {
    sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  }
  return (
    <span className={classes("glyph", large && "lg")}>
      <Icon name={MARKS[sum % MARKS.length] ?? "flow"} size={large ? 20 : 16} />
    </span>
  );
}
