import type { JsonSchema, JsonSchemaObject } from "@armature/schema";

/** Whether a schema says something. */
export function isObject(json: unknown): json is JsonSchemaObject {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

/** The same text for the same JSON, in whatever order its members stand. */
export function canonicalText(json: unknown): string {
  return JSON.stringify(json, (key, value: unknown) => {
    if (key === "$schema") return undefined;
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** Keywords whose value is a schema. */
const ONE: ReadonlySet<string> = new Set([
  "additionalProperties",
  "contains",
  "else",
  "if",
  "items",
  "not",
  "propertyNames",
  "then",
  "unevaluatedItems",
  "unevaluatedProperties",
]);
/** Keywords whose value is a list of schemas. */
const LISTS: ReadonlySet<string> = new Set(["allOf", "anyOf", "oneOf", "prefixItems"]);
/** Keywords whose value has schemas by name. */
const MAPS: ReadonlySet<string> = new Set(["dependentSchemas", "patternProperties", "properties"]);

/** Replaces every schema right within a schema; examples, defaults and constants stay as they are. */
export function mapSchema(
  json: JsonSchemaObject,
  replace: (part: JsonSchemaObject) => JsonSchema,
): JsonSchemaObject {
  const one = (part: unknown): unknown => (isObject(part) ? replace(part) : part);
  return Object.fromEntries(
    Object.entries(json).map(([keyword, value]) => {
      if (ONE.has(keyword)) return [keyword, Array.isArray(value) ? value.map(one) : one(value)];
      if (LISTS.has(keyword) && Array.isArray(value)) return [keyword, value.map(one)];
      if (MAPS.has(keyword) && isObject(value))
        return [keyword, Object.fromEntries(Object.entries(value).map(([name, part]) => [name, one(part)]))];
      return [keyword, value];
    }),
  );
}
