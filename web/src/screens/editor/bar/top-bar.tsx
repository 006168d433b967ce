import { Button, Chip, IconButton, Logo } from "~/ui";
import { registry } from "~/ui/shortcuts";

import { useDesk, useSnapshot } from "../desk/context";
import { useSurroundings } from "../place";
import { useKeys } from "./keys-for";
import { RunButton } from "./run-button";
import { SaveChip } from "./save-chip";
import { ThemeButton } from "./theme-button";
import { Way } from "./way";

/** The bar of the editor: where one is, whether it is saved, and what one does most. */
export function TopBar() {
  const keysFor = useKeys();
  const desk = useDesk();
  const { place } = useSurroundings();
  const { canUndo, canRedo, board } = useSnapshot();
  const app = `/apps/${encodeURIComponent(place.app.id)}`;
  return (
    <header className="top editor-top" data-region="">
      <Way to="/" label="Home" className="logo-link">
        <Logo />
      </Way>
      <nav className="crumbs" aria-label="Where this is">
        <Way to={app}>{place.app.name}</Way>
        <span className="sep" aria-hidden="true">
          /
        </span>
        <h1 className="cut">{board.name || place.board.name}</h1>
      </nav>
      <span className="hide-s">
        <Chip line icon="tag">
          {place.version ?? `draft${board.version === undefined || board.version === "0.0.1" ? "" : ` after ${board.version}`}`}
        </Chip>
      </span>
      {desk.readOnly ? <Chip icon="eye">Read only</Chip> : <SaveChip />}
      <span className="grow" />
      {!desk.readOnly && (
        <>
          <IconButton icon="undo" label="Undo" keys={keysFor("edit.undo")} disabled={!canUndo} onClick={() => registry.run("edit.undo")} />
          <IconButton icon="redo" label="Redo" keys={keysFor("edit.redo")} disabled={!canRedo} onClick={() => registry.run("edit.redo")} />
        </>
      )}
      <IconButton icon="search" label="Search this board" keys={keysFor("view.search")} onClick={() => registry.run("view.search")} />
      <HistoryToggle />
      <ThemeButton />
      {!desk.readOnly && (
        <span className="hide-s">
          <Button small onClick={() => registry.run("run.publish")}>
            Publish…
          </Button>
        </span>
      )}
      <RunButton />
    </header>
  );
}

function HistoryToggle() {
  const keysFor = useKeys();
  return <IconButton icon="history" label="History" keys={keysFor("view.history")} onClick={() => registry.run("view.history")} />;
}
