/** One setting of a node, checked against its type and bounds. */
import { isExecution } from "../definition";
import type { Node, NodeSettings } from "../document";
import type { Json } from "../json";
import { isInteger, isNumber, isObject, table, toNumber } from "../json";
import { outputPins } from "../pins";
import type * as commands from "./commands";
import type { Draft } from "./draft";
import { refusal } from "./refusal";
import { tidySettings } from "./tidy";
import { checkValue } from "./values";

const RETRY_ATTEMPTS = 100;
const DAY_MS = 86_400_000;

const isWhole = (value: Json | undefined) => isNumber(value) && isInteger(value);

const FORMS: { readonly [setting in commands.Setting]: (value: Json) => boolean } = {
  disabled: (value) => typeof value === "boolean",
  pinned: (value) => value === null || isObject(value),
  retry: (value) => value === null || isRetry(value),
  timeout_ms: (value) => value === null || isWhole(value),
  on_body_error: (value) => value === "stop" || value === "continue",
  trace: (value) => value === null || ["off", "errors", "steps", "data"].includes(value as string),
};

function isRetry(value: Json): boolean {
  return (
    isObject(value) &&
    Object.keys(value).every((key) => (key === "attempts" || key === "delay_ms") && isWhole(value[key]))
  );
}

export function setNodeSetting(draft: Draft, command: commands.SetNodeSetting): void {
  const node = draft.node(command.node);
  const where = { node: command.node, path: `settings.${command.setting}` };
  const settings = { ...node.settings } as Record<string, unknown>;
  delete settings[command.setting];
  if (command.value !== undefined) {
    const value = checkValue(command.value, where);
    if (!FORMS[command.setting](value)) {
      throw refusal("command.bad-value", `The setting ${command.setting} cannot hold this value.`, where);
    }
    settings[command.setting] = command.setting === "retry" ? tidyRetry(value) : value;
  }
  const fault = faultOf(draft, node, settings as NodeSettings);
  if (fault !== "") {
    throw refusal("command.bad-value", fault, where);
  }
  draft.editNode(command.node, { settings: tidySettings(settings as NodeSettings) });
}

function tidyRetry(value: Json): Json {
  if (!isObject(value)) {
    return value;
  }
  const defaults: { readonly [field: string]: number } = { attempts: 1, delay_ms: 0 };
  return table(Object.entries(value).filter(([field, item]) => item !== defaults[field]));
}

function faultOf(draft: Draft, node: Node, settings: NodeSettings): string {
  const { retry, timeout_ms: timeout, pinned } = settings;
  if (retry !== undefined && retry !== null) {
    const [attempts, delay] = [toNumber(retry.attempts ?? 1), toNumber(retry.delay_ms ?? 0)];
    if (attempts < 1 || attempts > RETRY_ATTEMPTS) {
      return `A node is tried 1 to ${RETRY_ATTEMPTS} times.`;
    }
    if (delay < 0 || delay > DAY_MS) {
      return "The delay between attempts is 0 ms to one day.";
    }
  }
  if (timeout !== undefined && timeout !== null && (toNumber(timeout) < 1 || toNumber(timeout) > DAY_MS)) {
    return "A time limit is 1 ms to one day.";
  }
  const definition = draft.definition(node);
  if (definition !== undefined) {
    const known = outputPins(node, definition);
    for (const key of Object.keys(pinned ?? {})) {
      const pin = known.get(key);
      if (pin === undefined || isExecution(pin)) {
        return `There is no data output ${key} to pin.`;
      }
    }
  }
  return "";
}
