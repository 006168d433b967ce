/** Why an edit is refused: the codes of the server, each with what to do next. */

export type RefusalCode =
  | "command.bad-id"
  | "command.id-taken"
  | "command.unknown-entity"
  | "command.unknown-type"
  | "command.unknown-pin"
  | "command.unknown-wire"
  | "command.unknown-layer"
  | "command.wire-refused"
  | "command.self-wire"
  | "command.wire-exists"
  | "command.bad-order"
  | "command.bad-value"
  | "command.bad-name"
  | "command.bad-pin"
  | "command.fixed-pins"
  | "command.least-pins"
  | "command.not-editable"
  | "command.secret-value"
  | "command.layer-cycle"
  | "command.mixed-layers"
  | "command.bad-upgrade"
  | "command.conflict"
  | "command.too-large";

/** What a person can do about a refusal. */
export const REMEDIES: { readonly [code in RefusalCode]: string } = {
  "command.bad-id": "Use 1 to 64 letters, digits, '-' or '_', the first a letter or digit.",
  "command.id-taken": "Mint a fresh id.",
  "command.unknown-entity": "Load the board again; it may have been removed.",
  "command.unknown-type": "Install the package that has this node type.",
  "command.unknown-pin": "Look up the pins of the node; add the pin first if it may be repeated.",
  "command.unknown-wire": "Load the board again; the wire may have been removed.",
  "command.unknown-layer": "Name an existing layer, or none for the board itself.",
  "command.wire-refused": "Choose pins of fitting types, or put a conversion node between them.",
  "command.self-wire": "Wire to another node.",
  "command.wire-exists": "Nothing is to be done.",
  "command.bad-order": "Give exactly the endpoints the output leads to, each once.",
  "command.bad-value": "Give a value the field can hold.",
  "command.bad-name": "Give another name.",
  "command.bad-pin": "Give the pin another name or definition.",
  "command.fixed-pins": "Choose a node whose pins people may change.",
  "command.least-pins": "Keep the pins the type begins with.",
  "command.not-editable": "Choose a variable that is editable.",
  "command.secret-value": "Store the value in the secret store of the host that runs the board.",
  "command.layer-cycle": "Choose a layer that does not lie inside the moved one.",
  "command.mixed-layers": "Select entities of one layer, at least one.",
  "command.bad-upgrade": "Choose an installed version that is newer than the node's.",
  "command.conflict": "Load the board again; somebody changed the same part later.",
  "command.too-large": "Split the board or the value.",
};

/** Where a refusal applies. */
export interface RefusalPlace {
  readonly node?: string;
  readonly pin?: string;
  readonly path?: string;
}

/** A refused edit. Messages name places, never values. */
export class CommandRefused extends Error {
  readonly code: RefusalCode;
  readonly where: RefusalPlace;

  constructor(code: RefusalCode, message: string, where: RefusalPlace = {}) {
    super(message);
    this.name = "CommandRefused";
    this.code = code;
    this.where = where;
  }

  get remedy(): string {
    return REMEDIES[this.code];
  }
}

/** The error to throw for a refused edit. */
export function refusal(code: RefusalCode, message: string, where: RefusalPlace = {}): CommandRefused {
  return new CommandRefused(code, message, where);
}
