import { memo } from "react";

import { Icon } from "~/ui/icon";

import type { NodeLife } from "../state/lives";
import { tagText } from "./life";

/** What a run says about a node, hanging under it. */
export const RunTag = memo(function RunTag({ life }: { readonly life: NodeLife }) {
  const { tone, icon, word, more } = tagText(life);
  return (
    <div className={`bn-tag ${tone}`}>
      <Icon name={icon} size={12} />
      {word}
      {more !== "" && <b>{more}</b>}
    </div>
  );
});

const LONGEST = 600;

/** Why a node failed and what to do next. All of it is text. */
export function ErrorNote({ life }: { readonly life: NodeLife }) {
  return (
    <div className="bn-error nodrag nopan" role="note">
      <p>{short(life.message ?? "")}</p>
      {life.remedy !== undefined && life.remedy !== "" && <p>{short(life.remedy)}</p>}
    </div>
  );
}

function short(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
