/** Which drawing stands in the head of a node. The type's own icon wins if we have a drawing of that name. */
import { kindOf, type Kind, type NodeDefinition } from "~/core";
import { ICONS, type IconName } from "~/ui/icon-paths";

const BY_KIND: Partial<Readonly<Record<Kind, IconName>>> = {
  branch: "branch",
  switch: "branch",
  select: "branch",
  sequence: "list",
  for_each: "repeat",
  for_each_break: "repeat",
  parallel_for_each: "repeat",
  while: "repeat",
  parallel: "flow",
  timeout: "clock",
  try: "shield",
  call_reference: "link",
  return: "return",
  variable_get: "variable",
  variable_set: "variable",
  variable_update: "variable",
  reroute: "flow",
};

const BY_NAME: readonly (readonly [RegExp, IconName])[] = [
  [/^event_http|http_respond/u, "webhook"],
  [/^events_/u, "bolt"],
  [/^delay/u, "clock"],
  [/^control_fail/u, "warn"],
  [/regex|search|find|contains/u, "search"],
  [/json|parse/u, "code"],
];

const BY_CATEGORY: readonly (readonly [string, IconName])[] = [
  ["Events", "bolt"],
  ["Control", "flow"],
  ["Math", "calc"],
  ["Structs", "braces"],
  ["Logging", "note"],
  ["Utils/Array", "list"],
  ["Utils/Set", "grid"],
  ["Utils/Map", "table"],
  ["Utils/String", "text"],
  ["Utils/DateTime", "clock"],
  ["Utils/JSON", "code"],
  ["Utils/Regex", "search"],
  ["Utils/Hash", "key"],
  ["Utils/Bool", "check"],
  ["Utils/Conversions", "arrow"],
  ["Variable", "variable"],
  ["Web", "globe"],
  ["Storage", "disk"],
  ["AI", "wand"],
];

const known = new WeakMap<NodeDefinition, IconName>();

export function iconOf(definition: NodeDefinition): IconName {
  let icon = known.get(definition);
  if (icon === undefined) {
    icon = chosen(definition);
    known.set(definition, icon);
  }
  return icon;
}

function chosen(definition: NodeDefinition): IconName {
  const own = definition.icon ?? "";
  if (Object.hasOwn(ICONS, own)) {
    return own as IconName;
  }
  const category = definition.category ?? "";
  return (
    BY_KIND[kindOf(definition)] ??
    BY_NAME.find(([pattern]) => pattern.test(definition.name))?.[1] ??
    BY_CATEGORY.find(([start]) => category.startsWith(start))?.[1] ??
    "box"
  );
}
