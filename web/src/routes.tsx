/** Every address of the product, and which screen answers it. Screens are fetched when first opened. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
  type RouterHistory,
} from "@tanstack/react-router";

import { isSignedOut } from "./api";
import { Crash, NotFound, Waiting } from "./screens/shell/blanks";
import { Shell } from "./screens/shell/shell";

function texts<K extends string>(given: Record<string, unknown>, keys: readonly K[]): Partial<Record<K, string>> {
  const found: Partial<Record<K, string>> = {};
  for (const key of keys) {
    const value = given[key];
    if (typeof value === "string" || typeof value === "number") {
      found[key] = String(value);
    }
  }
  return found;
}

const root = createRootRoute({ component: Outlet });

const login = createRoute({
  getParentRoute: () => root,
  path: "/login",
  validateSearch: (given: Record<string, unknown>) => texts(given, ["next"]),
  component: lazyRouteComponent(() => import("./screens/login"), "Login"),
});

const shell = createRoute({
  getParentRoute: () => root,
  id: "shell",
  component: Shell,
  beforeLoad: ({ location }) => {
    if (isSignedOut()) {
      throw redirect({ to: "/login", search: location.href === "/" ? {} : { next: location.href } });
    }
  },
});

const home = createRoute({
  getParentRoute: () => shell,
  path: "/",
  component: lazyRouteComponent(() => import("./screens/home/home"), "Home"),
});

const apps = createRoute({
  getParentRoute: () => shell,
  path: "/apps",
  validateSearch: (given: Record<string, unknown>) => texts(given, ["q", "sort"]),
  component: lazyRouteComponent(() => import("./screens/apps/apps"), "Apps"),
});

const settings = createRoute({
  getParentRoute: () => shell,
  path: "/settings",
  validateSearch: (given: Record<string, unknown>) => texts(given, ["tab"]),
  component: lazyRouteComponent(() => import("./screens/settings/settings"), "Settings"),
});

const app = createRoute({
  getParentRoute: () => shell,
  path: "/apps/$app",
  component: lazyRouteComponent(() => import("./screens/app/frame"), "AppFrame"),
});

const overview = createRoute({
  getParentRoute: () => app,
  path: "/",
  component: lazyRouteComponent(() => import("./screens/app/overview"), "Overview"),
});

const boards = createRoute({
  getParentRoute: () => app,
  path: "/boards",
  component: lazyRouteComponent(() => import("./screens/boards/boards"), "Boards"),
});

const editor = createRoute({
  getParentRoute: () => shell,
  path: "/apps/$app/boards/$board",
  validateSearch: (given: Record<string, unknown>) => texts(given, ["node", "layer", "run", "version"]),
  component: lazyRouteComponent(() => import("./screens/editor/editor"), "Editor"),
});

const events = createRoute({
  getParentRoute: () => app,
  path: "/events",
  component: lazyRouteComponent(() => import("./screens/events/events"), "Events"),
});

const event = createRoute({
  getParentRoute: () => events,
  path: "/$event",
  component: lazyRouteComponent(() => import("./screens/events/event"), "EventPanel"),
});

const runs = createRoute({
  getParentRoute: () => app,
  path: "/runs",
  validateSearch: (given: Record<string, unknown>) =>
    texts(given, ["status", "event", "board", "trigger", "since", "q"]),
  component: lazyRouteComponent(() => import("./screens/runs/runs"), "Runs"),
});

const run = createRoute({
  getParentRoute: () => shell,
  path: "/apps/$app/runs/$run",
  validateSearch: (given: Record<string, unknown>) => texts(given, ["tab", "node", "level", "q"]),
  component: lazyRouteComponent(() => import("./screens/run/run"), "RunDetail"),
});

const tree = root.addChildren([
  login,
  shell.addChildren([
    home,
    apps,
    settings,
    app.addChildren([overview, boards, events.addChildren([event]), runs]),
    run,
    editor,
  ]),
]);

/** The router of a page; tests give it a history of their own. */
export function makeRouter(history?: RouterHistory) {
  return createRouter({
    routeTree: tree,
    ...(history === undefined ? {} : { history }),
    defaultPreload: "intent",
    defaultPendingComponent: Waiting,
    defaultPendingMs: 200,
    defaultErrorComponent: Crash,
    defaultNotFoundComponent: NotFound,
    scrollRestoration: true,
  });
}

export const router = makeRouter();

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
