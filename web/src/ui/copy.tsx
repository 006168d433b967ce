import { useState } from "react";

import { Button } from "./button";
import { useTimer } from "./timer";

/** Puts `text` on the clipboard; false if the browser does not let us. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

const SHOWN_MS = 2000;

/** A button that copies, and says that it did. */
export function CopyButton({
  text,
  label = "Copy",
  quiet = true,
}: {
  readonly text: string;
  readonly label?: string;
  readonly quiet?: boolean;
}) {
  const [state, setState] = useState<"idle" | "done" | "failed">("idle");
  const timer = useTimer();
  const copy = async () => {
    setState((await copyText(text)) ? "done" : "failed");
    timer.start(() => setState("idle"), SHOWN_MS);
  };
  const words = { idle: label, done: "Copied", failed: "Select and copy by hand" };
  return (
    <Button small kind={quiet ? "quiet" : "plain"} icon={state === "done" ? "check" : "copy"} onClick={() => void copy()}>
      <span aria-live="polite">{words[state]}</span>
    </Button>
  );
}
