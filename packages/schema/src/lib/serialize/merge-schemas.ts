import { fromJsonPointer } from "../json-pointer.ts";
import { isSchemaObject, type JsonSchema, type JsonSchemaObject } from "../json-schema/json-schema.ts";

/** What both of two schemas say, as far as it matters for writing values; members that either names are named. */
export function mergeSchemas(first: JsonSchema, second: JsonSchema): JsonSchema {
  if (first === true || second === false) return second;
  if (second === true || first === false) return first;
  const merged: Record<string, unknown> = { ...first, ...second };
  for (const [keyword, merge] of Object.entries(MERGES)) {
    if (first[keyword] === undefined || second[keyword] === undefined) continue;
    merged[keyword] = merge(first[keyword], second[keyword]);
  }
  return merged;
}

type Merge = (first: unknown, second: unknown) => unknown;

/** The keywords that add up; of the others the second schema's stands. */
const MERGES: Readonly<Record<string, Merge>> = {
  type: commonTypes,
  enum: (first, second) => {
    const values = new Set(second as readonly unknown[]); // an enum is a list
    return (first as readonly unknown[]).filter((value) => values.has(value));
  },
  required: (first, second) => [
    ...new Set([...(first as readonly string[]), ...(second as readonly string[])]), // lists of names, says the draft
  ],
  properties: eachKey,
  patternProperties: eachKey,
  $defs: (first, second) => ({ ...(first as object), ...(second as object) }),
  // What one of them forbids, the other may name: libraries say "nothing else" of each part of an intersection.
  additionalProperties: (first, second) =>
    first === false ? second : second === false ? first : both(first, second),
  propertyNames: both,
  items: both,
  prefixItems: (first, second) => eachItem(first as readonly JsonSchema[], second as readonly JsonSchema[]),
};

function both(first: unknown, second: unknown): JsonSchemaObject {
  return { allOf: [first as JsonSchema, second as JsonSchema] }; // the keywords above have schemas as values
}

function eachKey(first: unknown, second: unknown): Record<string, JsonSchema> {
  const merged: Record<string, JsonSchema> = { ...(first as Record<string, JsonSchema>) };
  for (const [key, schema] of Object.entries(second as Record<string, JsonSchema>))
    setOwn(merged, key, Object.hasOwn(merged, key) ? both(merged[key], schema) : schema);
  return merged;
}

/** Not by assignment: a key may be called "__proto__". */
function setOwn(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

function eachItem(first: readonly JsonSchema[], second: readonly JsonSchema[]): JsonSchema[] {
  const [longer, shorter] = first.length < second.length ? [second, first] : [first, second];
  return longer.map((schema, at) => (at < shorter.length ? both(schema, shorter[at]) : schema));
}

function commonTypes(first: unknown, second: unknown): string[] {
  const others = listOf(second);
  return listOf(first).flatMap((type) => {
    if (others.includes(type)) return [type];
    if (type === "number" && others.includes("integer")) return ["integer"];
    return type === "integer" && others.includes("number") ? ["integer"] : [];
  });
}

function listOf(type: unknown): string[] {
  return (Array.isArray(type) ? type : [type]) as string[]; // a name or a list of names, says the draft
}

/** A schema without some of its keywords. */
export function without(schema: JsonSchemaObject, keywords: readonly string[]): JsonSchemaObject {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => !keywords.includes(keyword)));
}

/** Whether a schema says anything that matters for writing values, beside what it is called and what it is for. */
export function isMeaningful(schema: JsonSchemaObject): boolean {
  return Object.keys(schema).some((keyword) => MEANINGFUL.has(keyword));
}

const MEANINGFUL = new Set([
  "type",
  "const",
  "enum",
  "properties",
  "required",
  "additionalProperties",
  "patternProperties",
  "propertyNames",
  "items",
  "prefixItems",
  "allOf",
  "anyOf",
  "oneOf",
  "format",
]);

/** The schema that a reference within a document names: a JSON Pointer, an anchor, or the `$id` of a definition. */
export function resolveReference(document: JsonSchema, reference: string): JsonSchema | undefined {
  if (reference === "#") return document;
  if (reference.startsWith("#/")) return atPointer(document, reference.slice(2));
  if (!isSchemaObject(document)) return undefined;
  return Object.values(document.$defs ?? {}).find(
    (schema) =>
      isSchemaObject(schema) &&
      (schema.$id === reference ||
        (typeof schema["$anchor"] === "string" && `#${schema["$anchor"]}` === reference)),
  );
}

function atPointer(document: JsonSchema, pointer: string): JsonSchema | undefined {
  let found: unknown = document;
  for (const key of fromJsonPointer(`/${decodeEscapes(pointer)}`)) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Record<string, unknown>)[key]; // an own key of it
  }
  return typeof found === "boolean" || isSchemaObject(found) ? found : undefined;
}

/** The pointer is the fragment of a URI; escapes that are none stand for themselves. */
function decodeEscapes(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
