import { lazy, Suspense } from "react";

import { useDesk, useSurface } from "../desk/context";
import { CommandsSheet } from "./commands";
import { ConflictsSheet } from "./conflicts";
import { KeysSheet } from "./keys";
import { RunSheet } from "./run";
import { SearchSheet } from "./search";
import { VersionSheet } from "./version";

const PublishSheet = lazy(() => import("./publish").then((part) => ({ default: part.PublishSheet })));
const ImportSheet = lazy(() => import("./import").then((part) => ({ default: part.ImportSheet })));

/** The dialog that is open, if one is. */
export function Sheets() {
  const desk = useDesk();
  const sheet = useSurface((surface) => surface.sheet);
  const close = () => desk.surface.setState({ sheet: null });
  switch (sheet) {
    case "search":
      return <SearchSheet onClose={close} />;
    case "commands":
      return <CommandsSheet onClose={close} />;
    case "keys":
      return <KeysSheet onClose={close} />;
    case "run":
      return <RunSheet onClose={close} />;
    case "version":
      return <VersionSheet onClose={close} />;
    case "conflicts":
      return <ConflictsSheet onClose={close} />;
    case "import":
      return (
        <Suspense>
          <ImportSheet onClose={close} />
        </Suspense>
      );
    case "publish":
      return (
        <Suspense>
          <PublishSheet onClose={close} />
        </Suspense>
      );
    default:
      return null;
  }
}
