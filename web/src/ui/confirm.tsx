import { type ReactNode, useSyncExternalStore } from "react";

import { Button } from "./button";
import { Dialog } from "./dialog";

export interface Question {
  readonly title: string;
  readonly body?: ReactNode;
  /** The verb of the deed: "Delete board". */
  readonly yes: string;
  readonly no?: string;
  readonly danger?: boolean;
}

interface Asked extends Question {
  readonly answer: (yes: boolean) => void;
}

let asked: Asked | null = null;
const listeners = new Set<() => void>();

function put(next: Asked | null): void {
  asked = next;
  for (const listener of listeners) {
    listener();
  }
}

/** Asks, and tells whether the person said yes. Needs `<Questions />` on the page. */
export function confirm(question: Question): Promise<boolean> {
  asked?.answer(false);
  return new Promise((resolve) => {
    put({
      ...question,
      answer: (yes) => {
        put(null);
        resolve(yes);
      },
    });
  });
}

/** Where `confirm` shows its question. */
export function Questions() {
  const question = useSyncExternalStore(subscribe, () => asked);
  if (question === null) {
    return null;
  }
  return (
    <Dialog
      size="s"
      title={question.title}
      onClose={() => question.answer(false)}
      footer={
        <>
          <span className="grow" />
          <Button data-autofocus onClick={() => question.answer(false)}>
            {question.no ?? "Cancel"}
          </Button>
          <Button kind={question.danger === true ? "danger" : "prime"} onClick={() => question.answer(true)}>
            {question.yes}
          </Button>
        </>
      }
    >
      {question.body}
    </Dialog>
  );
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
