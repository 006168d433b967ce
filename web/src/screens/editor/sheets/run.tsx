import { type ReactNode, useCallback, useState } from "react";

import type { Prerun } from "~/api";
import { Button, Dialog, FailureNote, Menu, type MenuItem, Select, Skeleton } from "~/ui";
import { PayloadForm, recentPayloads, rememberPayload, type Schema, usePayload } from "~/ui/payload";

import { useDesk } from "../desk/context";
import { type Answer, useAnswer } from "../parts/answer";
import { useModEnter } from "../parts/mod-enter";
import { useSurroundings } from "../place";
import { likelyStart, startsOf } from "../runs/begin";

/** Before a run: which event, and what it is given. */
export function RunSheet({ onClose }: { readonly onClose: () => void }) {
  const desk = useDesk();
  const { rooms } = useSurroundings();
  const starts = startsOf(desk);
  const [node, setNode] = useState(() => likelyStart(desk, rooms.view().start) ?? "");
  if (starts.length === 0) {
    return (
      <Dialog title="Nothing starts this board" size="s" onClose={onClose} footer={<NoStartFooter onClose={onClose} />}>
        <p>A run begins at an event. Add one, such as a Generic Event, and wire it to what shall happen.</p>
      </Dialog>
    );
  }
  return (
    <StartDialog
      key={node}
      node={node}
      onClose={onClose}
      choice={
        starts.length > 1 ? (
          <Select label="Event" value={node} options={starts.map(({ id, name }) => ({ value: id, label: name }))} onChange={setNode} />
        ) : null
      }
      name={starts.find((start) => start.id === node)?.name ?? node}
    />
  );
}

function NoStartFooter({ onClose }: { readonly onClose: () => void }) {
  const desk = useDesk();
  const add = () => {
    onClose();
    const ground = desk.camera.middle();
    const client = desk.camera.toClient(ground);
    desk.surface.setState({ palette: { spot: { client: { x: client.x - 280, y: client.y - 200 }, ground } } });
  };
  return (
    <>
      <span className="grow" />
      <Button kind="go" icon="plus" onClick={add}>
        Add an event
      </Button>
    </>
  );
}

interface StartDialogProps {
  readonly node: string;
  readonly name: string;
  readonly choice: ReactNode;
  readonly onClose: () => void;
}

function StartDialog({ node, name, choice, onClose }: StartDialogProps) {
  const loaded = usePrerun(node);
  return loaded === undefined || "failed" in loaded ? (
    <Dialog title={`Run ${name}`} size="s" onClose={onClose}>
      {choice}
      {loaded === undefined ? <Skeleton lines={3} /> : <FailureNote trouble={{ title: "This board cannot run yet", detail: loaded.failed, remedy: "See what is wrong under Problems." }} />}
    </Dialog>
  ) : (
    <PayloadDialog node={node} name={name} choice={choice} prerun={loaded.value} onClose={onClose} />
  );
}

function usePrerun(node: string): Answer<Prerun> {
  const desk = useDesk();
  const { link } = useSurroundings();
  return useAnswer(useCallback(() => desk.session.settled().then(() => link.prerun(node)), [desk, link, node]));
}

function PayloadDialog({ node, name, choice, prerun, onClose }: StartDialogProps & { readonly prerun: Prerun }) {
  const { place, rooms } = useSurroundings();
  const key = `${place.app.id}/${place.board.id}/${node}`;
  const recent = recentPayloads(key);
  const payload = usePayload(prerun.schema as Schema, recent[0]);
  const run = () => {
    const text = payload.read();
    if (text !== undefined) {
      rememberPayload(key, text);
      onClose();
      void rooms.start({ node, payload: text });
    }
  };
  useModEnter(run);
  const earlier = recent.map((text, index): MenuItem => ({ id: String(index), label: text.slice(0, 60), run: () => payload.fill(text) }));
  return (
    <Dialog
      title={`Run ${name}`}
      description="In the editor: every step and value is recorded, pinned outputs are used."
      onClose={onClose}
      footer={
        <>
          <Button kind="quiet" onClick={payload.turn}>
            {payload.asJson ? "Fields" : "JSON"}
          </Button>
          {earlier.length > 0 && (
            <Menu label="Earlier payloads" items={earlier}>
              <Button kind="quiet" icon="history">
                Earlier
              </Button>
            </Menu>
          )}
          <span className="grow" />
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="go" icon="play" onClick={run}>
            Run
          </Button>
        </>
      }
    >
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          run();
        }}
      >
        {choice}
        <PayloadForm payload={payload} />
        <input type="submit" hidden />
      </form>
    </Dialog>
  );
}
