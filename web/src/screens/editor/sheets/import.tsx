import { useCallback, useMemo } from "react";

import type { Difference } from "../desk/board-link";
import { Button, Dialog, FailureNote, Skeleton } from "~/ui";

import { pastePart } from "../acts/clip";
import { wholeOf } from "../acts/clipboard";
import { bringBack } from "../acts/restore";
import { useBoard, useDesk, useSurface } from "../desk/context";
import type { Incoming } from "../desk/surface";
import { DifferenceList } from "../panels/diff";
import { TwoPanes } from "../panels/two-panes";
import { type Answer, useAnswer } from "../parts/answer";
import { useSurroundings } from "../place";

/** A file was dropped: what the board would become, before it becomes it. */
export function ImportSheet({ onClose }: { readonly onClose: () => void }) {
  const incoming = useSurface((surface) => surface.incoming);
  return incoming === null ? null : <Import incoming={incoming} onClose={onClose} />;
}

function Import({ incoming, onClose }: { readonly incoming: Incoming; readonly onClose: () => void }) {
  const desk = useDesk();
  const now = useBoard();
  const { link } = useSurroundings();
  const loaded = useDifferences(incoming);
  const differences = loaded !== undefined && "value" in loaded ? loaded.value : undefined;
  const changes = useMemo(() => new Map((differences ?? []).map((one) => [one.id, one.what] as const)), [differences]);
  const place = () => {
    onClose();
    pastePart(desk, wholeOf(desk, incoming.board), incoming.spot.ground, false);
  };
  const replace = () => {
    onClose();
    void bringBack(desk, link, { board: incoming.board });
  };
  return (
    <Dialog
      title={`Import ${incoming.name.slice(0, 80)}`}
      size="l"
      className="wide"
      onClose={onClose}
      footer={
        <>
          <span className="grow faint">Either is one step, and can be undone.</span>
          <Button onClick={place}>Place beside what is here</Button>
          <Button kind="go" disabled={differences === undefined || differences.length === 0} onClick={replace}>
            Make the board like the file
          </Button>
        </>
      }
    >
      <div className="import">
        <div>
          {loaded === undefined && <Skeleton lines={6} />}
          {loaded !== undefined && "failed" in loaded && <FailureNote trouble={{ title: "This file cannot be taken over", detail: loaded.failed }} />}
          {differences !== undefined && <DifferenceList differences={differences} layout={false} board={incoming.board} />}
        </div>
        {differences !== undefined && <TwoPanes before={now} after={incoming.board} types={desk.session.types} changes={changes} titles={TITLES} />}
      </div>
    </Dialog>
  );
}

const TITLES = ["Now", "In the file"] as const;

function useDifferences({ board }: Incoming): Answer<readonly Difference[]> {
  const desk = useDesk();
  const { link } = useSurroundings();
  return useAnswer(useCallback(() => desk.session.settled().then(() => link.diffWith(board)), [desk, link, board]));
}
