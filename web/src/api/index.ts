/** The server, as the rest of the page sees it. */
export * from "./account";
export * from "./apps";
export { call } from "./call";
export { type Connection, currentConnection, onConnection, probe, useConnection, watchNetwork } from "./connection";
export * from "./events";
export { ApiError, type ApiErrorKind, type Fault, type Problem, troubleOf } from "./problems";
export { type Ask, BASE, fetchAnswer, request, segment, urlOf } from "./request";
export * from "./runs";
export { isSignedOut, useSignedOut } from "./session";
export { eventsOf, follow, type Following, type ServerEvent } from "./stream";
export { feedOf } from "./trace";
export type * from "./types";
