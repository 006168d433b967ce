/** What a wire carries, as far as known: a pin's type, container and schema as one value. */
import type { DataType, ValueType } from "../definition";
import type { JsonObject } from "../json";
import { same } from "../json";

/** Anything with a type, a container and a schema of elements: a pin, a variable, a shape. */
export interface Typed {
  readonly type: DataType;
  readonly value_type?: ValueType;
  readonly schema?: JsonObject | null;
}

/**
 * The type of a value. `schema` describes one element. `element` is set only if the elements are
 * themselves containers or lists of bytes, which a pin cannot say; `type` is then Generic. Bytes
 * are always Byte/Normal here: a pin of Byte/Array means the same value.
 */
export interface Shape {
  readonly type: DataType;
  readonly value_type: ValueType;
  readonly schema?: JsonObject;
  readonly element?: Shape;
}

const plainShapes = new Map<string, Shape>();

function plainShape(type: DataType, value_type: ValueType): Shape {
  const form = type === "Byte" && value_type === "Array" ? "Normal" : value_type;
  const key = `${type}/${form}`;
  let shape = plainShapes.get(key);
  if (shape === undefined) {
    shape = { type, value_type: form };
    plainShapes.set(key, shape);
  }
  return shape;
}

/** Any value at all. */
export const UNKNOWN: Shape = plainShape("Generic", "Normal");

/** Whether any value at all may come. */
export function isUnknown(shape: Shape): boolean {
  return shape.type === "Generic" && shape.value_type === "Normal";
}

/** The shape a pin or variable declares; a type variable counts as unknown. */
export function shapeOf(typed: Typed): Shape {
  const plain = plainShape(typed.type, typed.value_type ?? "Normal");
  const schema = typed.schema ?? undefined;
  return schema === undefined ? plain : { ...plain, schema };
}

/** Shape of one element of a container. Of bytes and plain values: unknown. */
export function elementOf(shape: Shape): Shape {
  if (shape.value_type === "Normal") {
    return UNKNOWN;
  }
  if (shape.element !== undefined) {
    return shape.element;
  }
  const plain = plainShape(shape.type, "Normal");
  return shape.schema === undefined ? plain : { ...plain, schema: shape.schema };
}

/** Shape of a container of such elements; Normal gives the element itself. */
export function containerOf(form: ValueType, element: Shape): Shape {
  if (form === "Normal") {
    return element;
  }
  const isPlain = element.value_type === "Normal";
  if (isPlain && !(element.type === "Byte" && form === "Array")) {
    const plain = plainShape(element.type, form);
    return element.schema === undefined ? plain : { ...plain, schema: element.schema };
  }
  return { type: "Generic", value_type: form, element };
}

/** Whether two shapes say the same. */
export function sameShape(left: Shape, right: Shape): boolean {
  return (
    left === right ||
    (left.type === right.type &&
      left.value_type === right.value_type &&
      same(left.schema, right.schema) &&
      (left.element === right.element ||
        (left.element !== undefined && right.element !== undefined && sameShape(left.element, right.element))))
  );
}

const FORMS: { readonly [form in ValueType]: string } = {
  Normal: "",
  Array: "Array of ",
  HashMap: "HashMap of ",
  HashSet: "HashSet of ",
};

/** A shape in words: `Array of Integer`, `any value`. */
export function showShape(shape: Shape): string {
  const inner =
    shape.element === undefined ? (shape.type === "Generic" ? "any value" : shape.type) : showShape(shape.element);
  return FORMS[shape.value_type] + inner;
}
