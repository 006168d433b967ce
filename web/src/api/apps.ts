/** Apps and their boards. */
import { queryOptions } from "@tanstack/react-query";

import { fetchAnswer, request, segment } from "./request";
import type { App, BoardRow, Page, Prerun, Version } from "./types";

const at = (app: string) => `/apps/${segment(app)}`;
const boardAt = (app: string, board: string) => `${at(app)}/boards/${segment(board)}`;

export const appsQuery = queryOptions({
  queryKey: ["apps"],
  queryFn: ({ signal }) => request<Page<App>>("/apps", { signal }),
});

export const appQuery = (app: string) =>
  queryOptions({ queryKey: ["apps", app], queryFn: ({ signal }) => request<App>(at(app), { signal }) });

export const boardsQuery = (app: string) =>
  queryOptions({
    queryKey: ["apps", app, "boards"],
    queryFn: ({ signal }) => request<Page<BoardRow>>(`${at(app)}/boards`, { signal }),
  });

export const versionsQuery = (app: string, board: string) =>
  queryOptions({
    queryKey: ["apps", app, "boards", board, "versions"],
    queryFn: ({ signal }) => request<Page<Version>>(`${boardAt(app, board)}/versions`, { signal }),
  });

/** What a start node wants to be started with. */
export const prerunQuery = (app: string, board: string, node: string) =>
  queryOptions({
    queryKey: ["apps", app, "boards", board, "prerun", node],
    queryFn: ({ signal }) => request<Prerun>(`${boardAt(app, board)}/prerun`, { signal, query: { node } }),
  });

export function createApp(app: { readonly name: string; readonly description?: string }): Promise<App> {
  return request("/apps", { method: "POST", body: app });
}

export function changeApp(app: string, change: { readonly name?: string; readonly description?: string }): Promise<App> {
  return request(at(app), { method: "PATCH", body: change });
}

export function deleteApp(app: string): Promise<undefined> {
  return request(at(app), { method: "DELETE" });
}

/** The app as a zip, as it is kept in Git. */
export async function exportApp(app: string): Promise<Blob> {
  const answer = await fetchAnswer(`${at(app)}/export`, { headers: { accept: "application/zip" }, timeout: 120_000 });
  return answer.blob();
}

export function importApp(file: Blob): Promise<App> {
  return request("/apps/import", {
    method: "POST",
    raw: file,
    headers: { "content-type": "application/zip" },
    timeout: 120_000,
  });
}

export function createBoard(app: string, board: { readonly name: string }): Promise<BoardRow> {
  return request(`${at(app)}/boards`, { method: "POST", body: board });
}

export function deleteBoard(app: string, board: string): Promise<undefined> {
  return request(boardAt(app, board), { method: "DELETE" });
}

/**
 * A board as text: numbers of its literals must pass through the codec of `core`, not through
 * `JSON.parse`.
 */
export function boardText(
  app: string,
  board: string,
  { version, signal }: { readonly version?: string | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<string> {
  return request<string>(boardAt(app, board), { query: { version }, signal, parse: (text) => text });
}

/** A copy of a board under a name of its own. Its text is taken over as it is, numbers too. */
export async function duplicateBoard(app: string, board: { readonly id: string; readonly name: string }): Promise<BoardRow> {
  const text = await boardText(app, board.id);
  const document = text.slice(text.indexOf("{", text.indexOf('"board"')), text.lastIndexOf("}"));
  return request(`${at(app)}/boards`, { method: "POST", raw: `{"name":${JSON.stringify(`${board.name} (copy)`)},"board":${document}}` });
}
