/** Entities as they travel: what says only its default is left out. */
import type { NodeDefinition, PinDefinition } from "../definition";
import type { Comment, InstancePins, Layer, Node, NodeSettings, Place, Variable } from "../document";
import { bare, isObject } from "../json";

type Defaults = { readonly [field: string]: unknown };

const NODE: Defaults = { name: "", comment: "", layer: "", package: "", origin: null };
const LAYER: Defaults = { parent: "", kind: "Collapsed", comment: "", color: "", origin: null };
const COMMENT: Defaults = {
  content: "",
  kind: "Text",
  author: "",
  layer: "",
  color: "",
  locked: false,
  origin: null,
};
const VARIABLE: Defaults = {
  value_type: "Normal",
  category: "",
  description: "",
  schema: null,
  exposed: false,
  secret: false,
  editable: true,
  runtime_configured: false,
};
const SETTINGS: Defaults = {
  disabled: false,
  pinned: null,
  retry: null,
  timeout_ms: null,
  on_body_error: "stop",
  trace: null,
};
const PIN: Defaults = {
  value_type: "Normal",
  label: "",
  description: "",
  schema: null,
  range: null,
  step: null,
  sensitive: false,
  optional: false,
  lazy: false,
  variadic: false,
  count: 1,
  generic: "",
  enforce_schema: false,
  enforce_value_type: false,
};
const BOARD_SETTINGS: Defaults = {
  stage: "Dev",
  log_level: "Info",
  execution_mode: "Hybrid",
  trace: null,
};
/** Fields that say nothing when they are empty. */
const COLLECTIONS = new Set(["settings", "pins", "in", "out", "functions", "choices", "inputs", "outputs", "pages"]);

function tidied<T extends object>(entity: T, defaults: Defaults): T {
  const made = bare<unknown>();
  for (const [field, value] of Object.entries(entity)) {
    const isDefault = value === undefined || (field in defaults && defaults[field] === value);
    if (!isDefault && !(COLLECTIONS.has(field) && isEmpty(value))) {
      made[field] = value;
    }
  }
  return made as T;
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}

export function tidyNode(node: Node): Node {
  return tidied(node, NODE);
}

export function tidyLayer(layer: Layer): Layer {
  return tidied(layer, LAYER);
}

export function tidyComment(comment: Comment): Comment {
  return tidied(comment, COMMENT);
}

export function tidyVariable(variable: Variable): Variable {
  return tidied(variable, VARIABLE);
}

export function tidySettings(settings: NodeSettings): NodeSettings {
  return tidied(settings, SETTINGS);
}

export function tidyBoardSettings<T extends object>(settings: T): T {
  return tidied(settings, BOARD_SETTINGS);
}

export function tidyPin(pin: PinDefinition): PinDefinition {
  return tidied(pin, PIN);
}

export function tidyPins(pins: InstancePins): InstancePins {
  const made: { in?: readonly PinDefinition[]; out?: readonly PinDefinition[] } = bare() as InstancePins;
  if (pins.in !== undefined && pins.in.length > 0) {
    made.in = pins.in.map(tidyPin);
  }
  if (pins.out !== undefined && pins.out.length > 0) {
    made.out = pins.out.map(tidyPin);
  }
  return made;
}

export function tidyPlace(place: Place): Place {
  return tidied(place, { width: null, height: null, entry: null, exit: null });
}

export function tidyDefinition(definition: NodeDefinition): NodeDefinition {
  return tidied(definition, { version: 1, title: "", description: "", kind: "call" });
}
