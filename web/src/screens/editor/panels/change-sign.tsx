import { Icon } from "~/ui";

/** A small sign for a kind of change; shape and word beside the colour. */
export function ChangeSign({ what }: { readonly what: "added" | "removed" | "changed" | "moved" }) {
  const [icon, tone] = ({ added: ["plus", "c-ok"], removed: ["minus", "c-fail"], changed: ["edit", "c-wait"], moved: ["arrow", "c-run"] } as const)[what];
  return <Icon name={icon} size={12} className={tone} label={what} />;
}
