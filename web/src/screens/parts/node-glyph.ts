import type { IconName } from "~/ui";

const BY_PREFIX: readonly (readonly [RegExp, IconName])[] = [
  [/^event_http/, "webhook"],
  [/^events?_generic/, "form"],
  [/^events?_chat/, "chat"],
  [/^events?_/, "bolt"],
  [/^control_(branch|switch|select|gate)|branch/, "branch"],
  [/^control_(for|while|loop)|repeat|for_each/, "repeat"],
  [/^control_try|error/, "shield"],
  [/^control_(wait|delay)|^time|date/, "clock"],
  [/^control_return|return/, "return"],
  [/^control_/, "flow"],
  [/variable/, "variable"],
  [/^log|note|print/, "note"],
  [/^(int|float|math|number)/, "calc"],
  [/^string|text|regex/, "text"],
  [/^bool/, "check"],
  [/^(array|list|set|map)/, "list"],
  [/^(struct|json|object)/, "braces"],
  [/^http|web|url/, "globe"],
  [/file|path|storage/, "folder"],
];

/** A drawing for a node, from the name of its type. */
export function nodeGlyph(type: string): IconName {
  return BY_PREFIX.find(([pattern]) => pattern.test(type))?.[1] ?? "box";
}
