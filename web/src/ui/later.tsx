import { type ComponentType, useEffect, useState } from "react";

/** A component that is fetched when it is first shown, or before: `fetch`. */
export type Later<P extends object> = ComponentType<P> & { fetch(): Promise<void> };

/**
 * Makes one. Once its code is there it is drawn at once, where `lazy` would show its fallback for
 * some frames more. `Meanwhile` keeps its place.
 */
export function later<P extends object>(load: () => Promise<ComponentType<P>>, Meanwhile?: ComponentType<P>): Later<P> {
  let loaded: ComponentType<P> | undefined;
  const fetch = async () => {
    loaded ??= await load();
  };
  function Later(props: P) {
    const [, setDone] = useState(loaded !== undefined);
    const [failed, setFailed] = useState<{ readonly error: unknown }>();
    useEffect(() => {
      let current = true;
      fetch().then(
        () => current && setDone(true),
        (error: unknown) => current && setFailed({ error }),
      );
      return () => {
        current = false;
      };
    }, []);
    if (failed !== undefined) {
      throw failed.error;
    }
    const Part = loaded ?? Meanwhile;
    return Part === undefined ? null : <Part {...props} />;
  }
  return Object.assign(Later, { fetch });
}
