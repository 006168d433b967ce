import { useEffect, useEffectEvent } from "react";

/** Mod+Enter does it, from any field of a dialog. */
export function useModEnter(run: () => void): void {
  const now = useEffectEvent(run);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        now();
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}
