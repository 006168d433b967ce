import "./editor.css";

import { CanvasPane } from "./canvas-pane";
import { DeskContext } from "./desk/context";
import type { Desk } from "./desk/desk";

/** Where the board is, for the bar and for what is asked of the server. */
export interface BoardPlace {
  readonly app: { readonly id: string; readonly name: string };
  readonly board: { readonly id: string; readonly name: string };
}

/** The editor: bar, rail, panels, ground, inspector, dock. */
export function Workspace({ desk }: { readonly desk: Desk; readonly place: BoardPlace }) {
  return (
    <DeskContext value={desk}>
      <div className="editor">
        <main className="editor-canvas">
          <CanvasPane />
        </main>
      </div>
    </DeskContext>
  );
}
