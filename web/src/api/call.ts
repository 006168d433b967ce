/**
 * Requests typed by the server's own OpenAPI: a route that does not exist, a parameter that is
 * missing, or a body of the wrong shape does not compile.
 */
import { type Ask, request, segment } from "./request";
import type { paths } from "./schema";

export type Verb = "get" | "post" | "put" | "patch" | "delete";

type Routes = { [P in keyof paths as P extends `/api/v1${infer Short}` ? Short : never]: paths[P] };
type Operation<R extends keyof Routes, V extends Verb> = NonNullable<Routes[R][V]>;
/** The verbs that a route answers. */
type VerbsOf<R extends keyof Routes> = { [V in Verb]: Routes[R][V] extends { responses: unknown } ? V : never }[Verb];

type JsonOf<T> = T extends { content: { "application/json": infer Body } } ? Body : undefined;
type Success = 200 | 201 | 202 | 204;
type AnswerOf<O> = O extends { responses: infer R } ? { [S in keyof R & Success]: JsonOf<R[S]> }[keyof R & Success] : never;

type PathPart<O> = O extends { parameters: { path: infer P } } ? { readonly path: P } : { readonly path?: never };
type QueryOf<O> = O extends { parameters: { query?: infer Q } } ? NonNullable<Q> : never;
/** Every query parameter may be left out, or be undefined; a list may be one value of it. */
type QueryPart<O> = { readonly query?: { readonly [K in keyof QueryOf<O>]?: Loose<QueryOf<O>[K]> | undefined } };
type Loose<T> = T extends readonly (infer One)[] ? T | One : T;
type BodyOf<O> = O extends { requestBody?: { content: { "application/json": infer B } } } ? B : never;
/** A body as JSON, or as text that a codec of the caller wrote. */
type BodyPart<O> = [BodyOf<O>] extends [never] ? { readonly body?: never } : { readonly body?: BodyOf<O>; readonly raw?: string };

type More = Pick<Ask, "signal" | "timeout" | "anonymous" | "parse" | "headers">;

export type CallOf<R extends keyof Routes, V extends Verb> = PathPart<Operation<R, V>> &
  QueryPart<Operation<R, V>> &
  BodyPart<Operation<R, V>> &
  More;

/** Asks the server. Raises `ApiError`. */
export function call<R extends keyof Routes, V extends VerbsOf<R>>(
  verb: V,
  route: R,
  given: CallOf<R, V>,
): Promise<AnswerOf<Operation<R, V>>> {
  const { path, query, body, raw, ...more } = given as More & {
    readonly path?: Readonly<Record<string, string>>;
    readonly query?: Ask["query"];
    readonly body?: unknown;
    readonly raw?: string;
  };
  return request(addressOf(route, path), {
    method: verb.toUpperCase() as NonNullable<Ask["method"]>,
    ...(query === undefined ? {} : { query }),
    ...(body === undefined ? {} : { body }),
    ...(raw === undefined ? {} : { raw }),
    ...more,
  });
}

/** A route with its parts filled in, below the API's address. */
export function addressOf(route: string, path: Readonly<Record<string, string>> = {}): string {
  return route.replace(/\{(\w+)\}/g, (_, name: string) => segment(path[name] ?? ""));
}
