/** Variables, comments, layers as such, the board's own fields, and the stored types. */
import type { Layer } from "../document";
import { isEditable } from "../document";
import type { Json } from "../json";
import { same, table } from "../json";
import { splitEnd } from "../pins";
import { byCodePoints } from "./change";
import type * as commands from "./commands";
import type { Draft } from "./draft";
import { checkOwnPins } from "./pins";
import { refusal } from "./refusal";
import { tidyBoardSettings, tidyComment, tidyLayer, tidyPins, tidyVariable } from "./tidy";
import { checkId, checkName, checkPlace, checkValue } from "./values";

const VERSION = /^(0|[1-9][0-9]{0,9})(\.(0|[1-9][0-9]{0,9})){2}$/;

/** Adds or replaces a variable. A secret one never brings a value. */
export function upsertVariable(draft: Draft, command: commands.UpsertVariable): void {
  const { id, variable } = command;
  checkId(id);
  checkEditable(draft, id);
  const path = `variables.${id}`;
  checkName(variable.name, { path });
  if (variable.secret === true && variable.default !== undefined) {
    throw refusal("command.secret-value", "A board never holds the value of a secret variable.", { path });
  }
  checkValue(variable, { path });
  draft.put("variable", id, tidyVariable(variable));
}

export function removeVariable(draft: Draft, command: commands.RemoveVariable): void {
  if (draft.variables[command.id] === undefined) {
    const path = `variables.${command.id}`;
    throw refusal("command.unknown-entity", `There is no variable ${command.id}.`, { path });
  }
  checkEditable(draft, command.id);
  draft.drop("variable", command.id);
}

/** Adds or replaces a comment; what an import kept of it stays. */
export function upsertComment(draft: Draft, command: commands.UpsertComment): void {
  const { id, comment } = command;
  const old = draft.table("comment")[id];
  if (old === undefined) {
    draft.fresh(id);
  }
  draft.checkLayer(comment.layer ?? "");
  checkValue(comment, { node: id });
  draft.put("comment", id, tidyComment({ ...comment, origin: old?.origin ?? null }));
  const place = command.place ?? undefined;
  if (place !== undefined) {
    if ((place.entry ?? undefined) !== undefined || (place.exit ?? undefined) !== undefined) {
      throw refusal("command.bad-value", "A comment has no entry or exit.", { node: id });
    }
    draft.put("place", id, checkPlace(place, id));
  }
}

/** Adds a layer or changes one; wires of pins that vanish go with them. */
export function upsertLayer(draft: Draft, command: commands.UpsertLayer): void {
  const { id } = command;
  const old = draft.layers[id];
  if (old === undefined) {
    draft.fresh(id);
  }
  const fields: { [field: string]: unknown } = {};
  for (const field of ["name", "parent", "kind", "comment", "color"] as const) {
    if (command[field] !== undefined) {
      fields[field] = command[field];
    }
  }
  const before: Layer = old ?? { name: "Layer" };
  const layer: Layer = { ...before, ...fields };
  checkName(layer.name, { node: id });
  checkValue([layer.comment ?? "", layer.color ?? ""], { node: id });
  draft.checkLayer(layer.parent ?? "");
  const pins = tidyPins({
    in: command.inputs ?? before.pins?.in ?? [],
    out: command.outputs ?? before.pins?.out ?? [],
  });
  checkOwnPins([...(pins.in ?? []), ...(pins.out ?? [])], id);
  draft.put("layer", id, tidyLayer({ ...layer, pins }));
  checkTree(draft, id);
  if (!same(pins, before.pins ?? {})) {
    dropLostRelays(draft, id);
  }
  if (command.place !== undefined && command.place !== null) {
    draft.put("place", id, checkPlace(command.place, id));
  }
}

export function setBoard(draft: Draft, command: commands.SetBoard): void {
  const fields: { [field: string]: unknown } = {};
  for (const field of ["name", "description", "version"] as const) {
    if (command[field] !== undefined) {
      fields[field] = command[field];
    }
  }
  if (command.name !== undefined) {
    checkName(command.name, { path: "name" });
  }
  if (command.version !== undefined && !VERSION.test(command.version)) {
    throw refusal("command.bad-value", "A version reads like 1.2.3.", { path: "version" });
  }
  if (command.settings !== undefined) {
    fields.settings = tidyBoardSettings(command.settings);
  }
  checkValue([command.description ?? "", (command.settings ?? {}) as Json]);
  draft.setHead(fields);
}

/** Stores the installed definition of every used type; drops those no node uses. */
export function recordTypes(draft: Draft): void {
  const used = new Set(Object.values(draft.nodes).map((node) => node.type));
  for (const key of Object.keys(draft.table("type"))) {
    if (!used.has(key)) {
      draft.drop("type", key);
    }
  }
  for (const key of [...used].sort(byCodePoints)) {
    const definition = draft.types.get(key);
    if (definition !== undefined && !same(definition, draft.table("type")[key])) {
      draft.put("type", key, definition);
    }
  }
}

function checkEditable(draft: Draft, id: string): void {
  const old = draft.variables[id];
  if (old !== undefined && !isEditable(old)) {
    throw refusal("command.not-editable", `The variable ${old.name} is not editable.`, { path: `variables.${id}` });
  }
}

function checkTree(draft: Draft, id: string): void {
  const seen = new Set<string>();
  for (let step = draft.layer(id).parent ?? ""; step !== "" && !seen.has(step); step = draft.layers[step]?.parent ?? "") {
    if (step === id) {
      throw refusal("command.layer-cycle", `Layer ${id} cannot lie inside itself.`, { node: id });
    }
    seen.add(step);
  }
}

function dropLostRelays(draft: Draft, id: string): void {
  const pins = draft.inputTable(id);
  const left = Object.entries(draft.layer(id).out ?? {}).filter(([key]) => pins.has(key));
  draft.editLayer(id, { out: table(left) });
  draft.cut(draft.wiresInto([id]).filter(([, , target]) => !pins.has(splitEnd(target)[1])));
}
