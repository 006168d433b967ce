/** Apps and their boards. */
import { queryOptions } from "@tanstack/react-query";

import { isObject, parse, stringify } from "~/core";

import { addressOf, call } from "./call";
import { fetchAnswer, request } from "./request";
import type { App, BoardRow } from "./types";

const MOST = 200;
const FILE_MS = 120_000;

export const appsQuery = queryOptions({
  queryKey: ["apps"],
  queryFn: ({ signal }) => call("get", "/apps", { query: { limit: MOST }, signal }),
});

export const appQuery = (app: string) =>
  queryOptions({
    queryKey: ["apps", app],
    queryFn: ({ signal }) => call("get", "/apps/{app_id}", { path: { app_id: app }, signal }),
  });

export const boardsQuery = (app: string) =>
  queryOptions({
    queryKey: ["apps", app, "boards"],
    queryFn: ({ signal }) => call("get", "/apps/{app_id}/boards", { path: { app_id: app }, query: { limit: MOST }, signal }),
  });

export const versionsQuery = (app: string, board: string) =>
  queryOptions({
    queryKey: ["apps", app, "boards", board, "versions"],
    queryFn: ({ signal }) =>
      call("get", "/apps/{app_id}/boards/{board_id}/versions", { path: { app_id: app, board_id: board }, signal }),
  });

/** What a start node wants to be started with. */
export const prerunQuery = (app: string, board: string, node: string) =>
  queryOptions({
    queryKey: ["apps", app, "boards", board, "prerun", node],
    queryFn: ({ signal }) =>
      call("get", "/apps/{app_id}/boards/{board_id}/prerun", {
        path: { app_id: app, board_id: board },
        query: { node },
        signal,
      }),
  });

export const createApp = (app: { readonly name: string; readonly description?: string }) => call("post", "/apps", { body: app });

export const changeApp = (app: string, change: { readonly name?: string; readonly description?: string }) =>
  call("patch", "/apps/{app_id}", { path: { app_id: app }, body: change });

export const deleteApp = (app: string) => call("delete", "/apps/{app_id}", { path: { app_id: app } });

/** The app as a zip, as it is kept in Git. */
export async function exportApp(app: string): Promise<Blob> {
  const address = addressOf("/apps/{app_id}/export", { app_id: app });
  const answer = await fetchAnswer(address, { headers: { accept: "application/zip" }, timeout: FILE_MS });
  return answer.blob();
}

export function importApp(file: Blob): Promise<App> {
  return request("/apps/import", {
    method: "POST",
    raw: file,
    headers: { "content-type": "application/zip" },
    timeout: FILE_MS,
  });
}

export const createBoard = (app: string, board: { readonly name: string }) =>
  call("post", "/apps/{app_id}/boards", { path: { app_id: app }, body: board });

export const deleteBoard = (app: string, board: string) =>
  call("delete", "/apps/{app_id}/boards/{board_id}", { path: { app_id: app, board_id: board } });

/** A published version of a board, or a revision it had; else the board as it is. */
export interface BoardState {
  readonly version?: string | undefined;
  readonly revision?: number | undefined;
}

/**
 * A board as text: numbers of its literals must pass through the codec of `core`, not through
 * `JSON.parse`.
 */
export function boardText(
  app: string,
  board: string,
  { version, revision, signal }: BoardState & { readonly signal?: AbortSignal | undefined } = {},
): Promise<string> {
  const address = addressOf("/apps/{app_id}/boards/{board_id}", { app_id: app, board_id: board });
  return request<string>(address, { query: { version, revision }, signal, parse: (text) => text });
}

/** A copy of a board under a name of its own. Its text is taken over as it is, numbers too. */
export async function duplicateBoard(app: string, board: { readonly id: string; readonly name: string }): Promise<BoardRow> {
  const answer = parse(await boardText(app, board.id));
  const document = stringify((isObject(answer) ? answer["board"] : undefined) ?? null);
  const name = JSON.stringify(`${board.name} (copy)`);
  return call("post", "/apps/{app_id}/boards", { path: { app_id: app }, raw: `{"name":${name},"board":${document}}` });
}
