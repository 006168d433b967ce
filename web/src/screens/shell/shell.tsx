import { Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { Suspense, useEffect, useEffectEvent, useRef, useState } from "react";

import { useSignedOut } from "~/api";
import { later, Questions, Toasts } from "~/ui";

import { useShellActions } from "./actions";
import { OfflineNote } from "./offline";
import { TabBar } from "./tab-bar";
import { TopBar } from "./top-bar";

const Jump = later(async () => (await import("./jump")).Jump);
const Tour = later(async () => (await import("../tour/tour")).Tour);

/** What stands around every screen: the bar, the search, messages, and the word on the connection. */
export function Shell() {
  const [jumping, setJumping] = useState(false);
  const screen = useRef<HTMLDivElement>(null);
  const editing = useRouterState({ select: ({ location }) => EDITOR.test(location.pathname) });
  useShellActions(() => setJumping(true));
  useLeaving();
  useFocusOnArrival(screen);
  return (
    <div className={editing ? "shell bare" : "shell"}>
      <a href="#screen" className="btn skip-link">
        Skip to the content
      </a>
      {!editing && <TopBar onJump={() => setJumping(true)} />}
      <OfflineNote />
      <div id="screen" ref={screen} className="screen" tabIndex={-1}>
        <Suspense>
          <Outlet />
        </Suspense>
      </div>
      {!editing && <TabBar />}
      {jumping && <Jump onClose={() => setJumping(false)} />}
      <Tour />
      <Questions />
      <Toasts />
    </div>
  );
}

/** The editor has a bar of its own. */
const EDITOR = /^\/apps\/[^/]+\/boards\/[^/]+/;

function useLeaving(): void {
  const signedOut = useSignedOut();
  const navigate = useNavigate();
  const leave = useEffectEvent(() => {
    const { pathname, search } = window.location;
    const next = pathname === "/" ? undefined : `${pathname}${search}`;
    void navigate({ to: "/login", search: next === undefined ? {} : { next } });
  });
  useEffect(() => {
    if (signedOut) {
      leave();
    }
  }, [signedOut]);
}

/** After going to another screen the focus begins there, not on the link that is gone. */
function useFocusOnArrival(screen: { readonly current: HTMLElement | null }): void {
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const before = useRef(path);
  useEffect(() => {
    if (before.current !== path) {
      before.current = path;
      if (document.activeElement === document.body || document.activeElement?.closest(".screen") === null) {
        screen.current?.focus({ preventScroll: true });
      }
    }
  }, [path, screen]);
}
