/** Forms for payloads, made from JSON schemas. */
export { PayloadForm, type PayloadState, usePayload } from "./form";
export { indented, type Schema } from "./model";
export { recentPayloads, rememberPayload } from "./recent";
