import { CopyButton } from "~/ui";

import { curlWith } from "../parts/curl";

/** The line for a terminal, with what stands in the form as its body. */
export function Curl({ line, payload }: { readonly line: string | null; readonly payload: string }) {
  if (line === null) {
    return null;
  }
  const text = curlWith(line, payload);
  return (
    <div className="code">
      <header>
        <span className="small dim code-name">curl</span>
        <span className="grow" />
        <CopyButton text={text} />
      </header>
      {/* Long lines scroll, also by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre tabIndex={0} aria-label="The line that calls it" data-testid="curl">
        {text}
      </pre>
      {text.includes("$SESSION") && (
        <p className="label code-note">
          <code>$SESSION</code> stands for a session of yours; see Settings, Sessions.
        </p>
      )}
    </div>
  );
}
