import { probe, useConnection } from "~/api";
import { Button, Icon } from "~/ui";

/** Says that the server cannot be reached, and that it is being tried. */
export function OfflineNote() {
  const { online } = useConnection();
  return (
    <div role="status" className="offline-slot">
      {!online && (
        <div className="offline">
          <Icon name="offline" size={14} />
          <span>
            <b>The server does not answer.</b> Your edits are kept and sent as soon as it does.
          </span>
          <Button small onClick={() => void probe()}>
            Try now
          </Button>
        </div>
      )}
    </div>
  );
}
