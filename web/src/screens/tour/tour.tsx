import { useQuery } from "@tanstack/react-query";
import { Link, useRouterState } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { createPortal } from "react-dom";

import { appsQuery, boardsQuery, runsQuery } from "~/api";
import { Button, buttonClass, classes, Icon, IconButton } from "~/ui";

import { closeTour, type Step, STEPS, tourStep, useTour, useTourPlace } from "./state";

const TITLES: Readonly<Record<Step, string>> = {
  open: "Open a board",
  run: "Run it",
  look: "See what happened",
  history: "Make it your own",
};
const AGAIN_MS = 3000;

/** Four first steps on the sample app, ticked off as they are done; in nobody's way. */
export function Tour() {
  const place = useTourPlace();
  const [unfolded, setUnfolded] = useState<boolean>();
  const steps = <Steps unfolded={unfolded} onFold={setUnfolded} />;
  return place === null ? steps : createPortal(steps, place);
}

interface StepsProps {
  /** Undefined until somebody said so. */
  readonly unfolded: boolean | undefined;
  readonly onFold: (unfolded: boolean) => void;
}

function Steps({ unfolded, onFold }: StepsProps) {
  const tour = useTour();
  const sample = useSample(!tour.closed);
  const path = useRouterState({ select: ({ location }) => location.pathname });
  // It begins open on the first screen and stays out of the way elsewhere.
  const open = unfolded ?? path === "/";
  useNoticing(path);
  if (tour.closed || sample === undefined) {
    return null;
  }
  const now = STEPS.find((step) => !tour.done.includes(step));
  if (!open) {
    return (
      <aside className="tour folded" aria-label="First steps">
        <Button kind="quiet" small icon="flag" aria-expanded="false" onClick={() => onFold(true)}>
          First steps, {tour.done.length} of {STEPS.length}
        </Button>
      </aside>
    );
  }
  return (
    <aside className="tour" aria-label="First steps">
      <header className="row">
        <Icon name="flag" size={14} />
        <b className="grow">{now === undefined ? "That is all it takes" : "First steps"}</b>
        <IconButton icon="minus" label="Fold the first steps" side="left" onClick={() => onFold(false)} />
        <IconButton icon="close" label="Close the first steps" side="left" onClick={closeTour} />
      </header>
      <ol>
        {STEPS.map((step) => (
          <li key={step} className={classes(step === now && "now", tour.done.includes(step) && "done")}>
            <Icon name={tour.done.includes(step) ? "check" : step === now ? "right" : "queued"} size={14} />
            <div>
              <span>
                {TITLES[step]}
                {tour.done.includes(step) && <span className="vh">, done</span>}
              </span>
              {step === now && <Hint step={step} app={sample.app} board={sample.board} run={sample.run} />}
            </div>
          </li>
        ))}
      </ol>
      {now === undefined && (
        <Button small onClick={closeTour}>
          Done
        </Button>
      )}
    </aside>
  );
}

interface Sample {
  readonly app: string;
  readonly board: string;
  readonly run: string | undefined;
}

/** The app that came with the installation, while it is there. */
function useSample(wanted: boolean): Sample | undefined {
  const apps = useQuery({ ...appsQuery, enabled: wanted }).data?.items;
  const app = apps?.find(({ id }) => id === "order-triage") ?? apps?.[0];
  const boards = useQuery({ ...boardsQuery(app?.id ?? ""), enabled: wanted && app !== undefined }).data?.items;
  const runs = useQuery({
    ...runsQuery(app?.id ?? "", {}, 1),
    enabled: wanted && app !== undefined,
    refetchInterval: AGAIN_MS,
  }).data?.items;
  const board = boards?.[0];
  const run = runs?.[0]?.run_id;
  useEffect(() => {
    if (run !== undefined) {
      tourStep("run");
    }
  }, [run]);
  return app === undefined || board === undefined ? undefined : { app: app.id, board: board.id, run };
}

/** Going to a board or a run is a step, however one came there. */
function useNoticing(path: string): void {
  useEffect(() => {
    if (/^\/apps\/[^/]+\/boards\/[^/]+/.test(path)) {
      tourStep("open");
    }
    if (/^\/apps\/[^/]+\/runs\/[^/]+/.test(path)) {
      tourStep("look");
    }
  }, [path]);
}

function Hint({ step, app, board, run }: Sample & { readonly step: Step }) {
  switch (step) {
    case "open":
      return (
        <>
          <p>A board is a drawing that runs. This one sorts orders by what they are worth.</p>
          <Link to="/apps/$app/boards/$board" params={{ app, board }} className={buttonClass("go", true)}>
            Open the sample
          </Link>
        </>
      );
    case "run":
      return <p>Press Run at the top right of the board, or Ctrl+Enter. The form holds a small order; start it and watch the wires.</p>;
    case "look":
      return (
        <>
          <p>Click a node to see what it read and wrote. Every run is kept, with all its steps:</p>
          {run !== undefined && (
            <Link to="/apps/$app/runs/$run" params={{ app, run }} className={buttonClass("go", true)}>
              Open the last run
            </Link>
          )}
        </>
      );
    default:
      return (
        <>
          <p>On the board, Tab adds a node. Change something and undo it; nothing has to be saved.</p>
          <Button small onClick={() => tourStep("history")}>
            I did
          </Button>
        </>
      );
  }
}
