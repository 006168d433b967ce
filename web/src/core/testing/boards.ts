/** Small definitions and boards for tests. */
import type { NodeDefinition, PinDefinition, Types } from "../definition";
import { keyOf, typesOf } from "../definition";
import type { Board } from "../document";
import { emptyBoard } from "../document";
import type { Command } from "../edit/commands";
import { applyAll } from "../edit/apply";

const exec = (name: string): PinDefinition => ({ name, type: "Execution" });

const DEFINITIONS: readonly NodeDefinition[] = [
  {
    name: "start",
    title: "Start",
    category: "Events",
    kind: "start",
    keywords: ["begin", "trigger"],
    outputs: [exec("exec_out"), { name: "payload", type: "Struct" }],
  },
  {
    name: "log_info",
    title: "Log Info",
    category: "Utils/Log",
    permissions: ["log"],
    inputs: [exec("exec_in"), { name: "message", type: "String", default: "" }],
    outputs: [exec("exec_out")],
  },
  {
    name: "int_add",
    title: "Add",
    category: "Math/Int",
    inputs: [
      { name: "integer1", type: "Integer" },
      { name: "integer2", type: "Integer", default: 0 },
    ],
    outputs: [{ name: "sum", type: "Integer" }],
  },
  {
    name: "int_to_text",
    title: "To Text",
    category: "Text/Convert",
    inputs: [{ name: "value", type: "Integer" }],
    outputs: [{ name: "text", type: "String" }],
  },
  {
    name: "concat",
    title: "Join Texts",
    category: "Text",
    inputs: [{ name: "items", type: "String", variadic: true, count: 2, default: "" }],
    outputs: [{ name: "text", type: "String" }],
  },
  {
    name: "control_branch",
    title: "Branch",
    category: "Control",
    kind: "branch",
    inputs: [exec("exec_in"), { name: "condition", type: "Boolean", default: true }],
    outputs: [exec("true"), exec("false")],
  },
  {
    name: "reroute",
    title: "Reroute",
    category: "Control",
    kind: "reroute",
    inputs: [{ name: "route_in", type: "Generic", generic: "T" }],
    outputs: [{ name: "route_out", type: "Generic", generic: "T" }],
  },
  {
    name: "for_each",
    title: "For Each",
    category: "Control",
    kind: "for_each",
    inputs: [exec("exec_in"), { name: "array", type: "Generic", value_type: "Array", generic: "T" }],
    outputs: [exec("exec_out"), { name: "value", type: "Generic", generic: "T" }, exec("done")],
  },
  {
    name: "variable_get",
    title: "Get Variable",
    category: "Variables",
    kind: "variable_get",
    inputs: [{ name: "var_ref", type: "String" }],
    outputs: [{ name: "value_ref", type: "Generic", generic: "T" }],
  },
  {
    name: "variable_set",
    title: "Set Variable",
    category: "Variables",
    kind: "variable_set",
    inputs: [exec("exec_in"), { name: "var_ref", type: "String" }, { name: "value_in", type: "Generic", generic: "T" }],
    outputs: [exec("exec_out"), { name: "value_ref", type: "Generic", generic: "T" }],
  },
  {
    name: "login",
    title: "Log In",
    category: "Web",
    inputs: [
      exec("exec_in"),
      { name: "user", type: "String", default: "" },
      { name: "password", type: "String", sensitive: true, default: "" },
      { name: "mode", type: "String", choices: ["fast", "safe"], default: "fast" },
      { name: "tries", type: "Integer", range: [1, 5], default: 1 },
    ],
    outputs: [exec("exec_out"), { name: "token", type: "String", sensitive: true }],
  },
];

/** The types of tests. */
export const TYPES: Types = typesOf(
  Object.fromEntries(DEFINITIONS.map((definition) => [keyOf(definition), definition])),
);

/** A board made by commands. */
export function boardOf(...commands: readonly Command[]): Board {
  return applyAll(emptyBoard("test"), commands, TYPES).board;
}

/** Adds a node at a place. */
export function node(id: string, type: string, x = 0, y = 0): Command {
  return { command: "add_node", id, type: `${type}@1`, place: { x, y } };
}

/** Draws a wire. */
export function wire(source: string, target: string): Command {
  return { command: "connect", source, target };
}

/** Writes a literal. */
export function value(id: string, pin: string, value: string | number | boolean): Command {
  return { command: "set_pin_value", node: id, pin, value };
}

/** A start that logs a sum: two numbers, a text and a log. */
export function sampleBoard(): Board {
  return boardOf(
    node("start", "start", 0, 0),
    node("add", "int_add", 0, 160),
    node("text", "int_to_text", 240, 160),
    node("log", "log_info", 480, 0),
    wire("start.exec_out", "log.exec_in"),
    wire("add.sum", "text.value"),
    wire("text.text", "log.message"),
    value("add", "integer1", 1),
    value("add", "integer2", 2),
  );
}

/** A large board: chains of logs, each with a sum, `count` nodes in all. */
export function largeBoard(count: number): Board {
  const commands: Command[] = [node("start", "start")];
  for (let index = 0; index * 2 + 1 < count; index += 1) {
    const [x, y] = [(index % 40) * 320, Math.floor(index / 40) * 320];
    commands.push(node(`log${index}`, "log_info", x, y), node(`join${index}`, "concat", x, y + 160));
    const before = index === 0 ? "start" : `log${index - 1}`;
    commands.push(wire(`${before}.exec_out`, `log${index}.exec_in`), wire(`join${index}.text`, `log${index}.message`));
    commands.push(value(`join${index}`, "items", `hello ${index}`));
  }
  return boardOf(...commands);
}
