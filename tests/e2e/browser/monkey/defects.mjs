// Faults that are put into the page on purpose: the monkey must find each of them, or it finds nothing.

/** Each runs in the page before anything of ours. */
export const DEFECTS = {
  /** An edit never reaches the server, and the page is told that it did nothing. */
  lost: () => {
    const real = globalThis.fetch;
    globalThis.fetch = async (input, options) => {
      const url = String(input.url ?? input);
      if (!url.endsWith("/commands")) {
        return real(input, options);
      }
      const text = options?.body ?? (await input.clone().text());
      const { base_revision: revision } = JSON.parse(text);
      return Response.json({ revision, patch: [], touched: [], missing: [], undo: 1, redo: 0 });
    };
  },
  /** What the server says that an edit did is lost, here and in the stream. */
  deaf: () => {
    const real = globalThis.fetch;
    globalThis.fetch = async (input, options) => {
      const url = String(input.url ?? input);
      if (url.includes("/changes")) {
        return new Promise(() => undefined);
      }
      const answer = await real(input, options);
      return url.endsWith("/commands") && answer.ok ? Response.json({ ...(await answer.json()), patch: [] }) : answer;
    };
  },
  /** Escape closes what it closes and lets go of the keys. */
  blurs: () => {
    globalThis.addEventListener("keyup", (event) => event.key === "Escape" && document.activeElement?.blur());
  },
  /** A key meets an error. */
  throws: () => {
    globalThis.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        throw new Error("a fault of the page");
      }
    });
  },
};
