import type { RouteInfo } from "@armature/core";
import type { JsonSchema, StandardSchemaV1 } from "@armature/schema";
import type { OpenApiMedia, OpenApiRequestBody } from "../document/open-api.ts";
import { toExamples } from "./examples.ts";
import { isObject } from "./json-walk.ts";
import { propertiesOf } from "./parameters.ts";
import type { SchemaBook } from "./schema-book.ts";

/** What a route's request may carry; `null` where it declares no body. */
export function toRequestBody(
  route: RouteInfo,
  operationId: string,
  book: SchemaBook,
): OpenApiRequestBody | null {
  const { body } = route.schemas;
  if (body === undefined) return ownBodies(route, book);
  const place = `the body schema of ${route.method} ${route.path}`;
  const schema = book.write({ schema: body, side: "input", place, fallbackName: `${operationId}Body` });
  const media: OpenApiMedia = { schema, ...toExamples(route.docs.examples) };
  const types = mediaTypesOf(schema, book);
  return { required: !takesNothing(body), content: Object.fromEntries(types.map((type) => [type, media])) };
}

/** What a handler says that it reads itself. */
function ownBodies({ docs: { bodies, examples } }: RouteInfo, book: SchemaBook): OpenApiRequestBody | null {
  if (bodies === undefined) return null;
  const content = Object.entries(bodies).map(([type, schema]) => [
    type,
    { schema: book.embed(schema), ...toExamples(examples) },
  ]);
  return { required: true, content: Object.fromEntries(content) };
}

/** Forms and text carry strings only: they can fill a schema that asks for nothing else. */
function mediaTypesOf(schema: JsonSchema, book: SchemaBook): readonly string[] {
  const resolved = book.resolve(schema);
  if (isObject(resolved) && resolved.type === "string") return ["application/json", "text/plain"];
  const properties = propertiesOf(schema, book);
  const isForm =
    properties !== null && [...properties.values()].every((property) => isText(property.schema, book));
  return isForm ? ["application/json", "application/x-www-form-urlencoded"] : ["application/json"];
}

function isText(schema: JsonSchema, book: SchemaBook): boolean {
  const resolved = book.resolve(schema);
  return isObject(resolved) && resolved.type === "string";
}

/** Whether a request without a body passes; a schema that only says so later is taken to want one. */
function takesNothing(schema: StandardSchemaV1): boolean {
  try {
    const result = schema["~standard"].validate(undefined);
    return !(result instanceof Promise) && result.issues === undefined;
  } catch {
    return false;
  }
}
