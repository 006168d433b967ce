/** Commands and fragments from JSON text: coordinates and versions become plain numbers. */
import { readDefinition, readInstancePins, readLayer, readNode, readPin, readPlace } from "../document";
import type { Json, JsonObject, Table } from "../json";
import { copyOf, isNumber, isObject, table, toNumber } from "../json";
import type { Batch, Command, Fragment } from "./commands";

/** A command as it was stored or sent. What it says is for `apply` to judge. */
export function readCommand(value: JsonObject): Command | Batch {
  const command = copyOf(value) as Record<string, unknown>;
  if (command.command === "batch" && Array.isArray(command.commands)) {
    command.commands = command.commands.map((one) => readCommand(one as JsonObject));
    return command as unknown as Batch;
  }
  for (const field of ["place", "offset", "index"]) {
    if (command[field] !== undefined) {
      command[field] = plainNumbers(command[field] as Json);
    }
  }
  if (command.command === "upgrade_node") {
    command.version = plainNumbers(command.version as Json);
  }
  if (isObject(command.moves)) {
    command.moves = plainNumbers(command.moves);
  }
  if (isObject(command.pin)) {
    command.pin = readPin(command.pin);
  }
  if (command.command === "upsert_layer") {
    const pins = readInstancePins({ in: (command.inputs ?? []) as Json, out: (command.outputs ?? []) as Json });
    Object.assign(
      command,
      command.inputs === undefined ? {} : { inputs: pins.in },
      command.outputs === undefined ? {} : { outputs: pins.out },
    );
  }
  if (isObject(command.fragment)) {
    command.fragment = readFragment(command.fragment);
  }
  return command as unknown as Command;
}

/** A fragment as it was copied. */
export function readFragment(value: JsonObject): Fragment {
  const fragment = copyOf(value) as Record<string, unknown>;
  const read = (field: string, one: (item: Json) => unknown) => {
    const items = fragment[field];
    if (isObject(items)) {
      fragment[field] = table(Object.entries(items).map(([id, item]) => [id, one(item)]));
    }
  };
  read("types", readDefinition);
  read("nodes", readNode);
  read("layers", readLayer);
  read("layout", readPlace);
  return fragment as Fragment;
}

function plainNumbers(value: Json): Json {
  if (Array.isArray(value)) {
    return value.map(plainNumbers);
  }
  if (isObject(value)) {
    return table(Object.entries(value as Table<Json>).map(([key, item]) => [key, plainNumbers(item)]));
  }
  return isNumber(value) ? toNumber(value) : value;
}
