import type { RouteInfo } from "@armature/core";
import type { JsonSchema, JsonSchemaObject } from "@armature/schema";
import type { OpenApiParameter, ParameterPlace } from "../document/open-api.ts";
import { isObject } from "./json-walk.ts";
import type { PathTemplate, TemplateParam } from "./path-template.ts";
import type { SchemaBook } from "./schema-book.ts";

/** The part of a route's schemas that each kind of parameter comes from. */
const PARTS = { query: "query", header: "headers", cookie: "cookies" } as const;

/** Header fields that OpenAPI says by other means (3.1, 4.8.12.2.1). */
const SAID_ELSEWHERE: ReadonlySet<string> = new Set(["accept", "authorization", "content-type"]);

/** All parameters of a route under one of its templates. */
export function toParameters(route: RouteInfo, template: PathTemplate, book: SchemaBook): OpenApiParameter[] {
  const declared = propertiesOf(writePart(route, "params", book), book);
  const path = template.params.map((param) => pathParameter(param, declared?.get(param.name)?.schema));
  const others = Object.entries(PARTS).flatMap(([place, part]) =>
    partParameters(writePart(route, part, book), place as keyof typeof PARTS, book),
  );
  return [...path, ...others];
}

function writePart(
  route: RouteInfo,
  part: "params" | "query" | "headers" | "cookies",
  book: SchemaBook,
): JsonSchema | null {
  const schema = route.schemas[part];
  if (schema === undefined) return null;
  const place = `the ${part} schema of ${route.method} ${route.path}`;
  return book.write({ schema, side: "input", place, fallbackName: `${route.name}.${part}` });
}

function pathParameter(
  { name, schema, isWildcard }: TemplateParam,
  declared: JsonSchema | undefined,
): OpenApiParameter {
  const description = isWildcard ? { description: "The rest of the path; may have slashes." } : {};
  return { name, in: "path", required: true, ...description, schema: declared ?? schema };
}

function partParameters(
  json: JsonSchema | null,
  place: Exclude<ParameterPlace, "path">,
  book: SchemaBook,
): OpenApiParameter[] {
  if (json === null) return [];
  const properties = propertiesOf(json, book);
  if (properties === null) return freeForm(json, place);
  return Array.from(properties, ([name, { schema, required }]) =>
    toParameter(name, place, schema, required),
  ).filter(({ name }) => place !== "header" || !SAID_ELSEWHERE.has(name.toLowerCase()));
}

function toParameter(
  name: string,
  place: ParameterPlace,
  schema: JsonSchema,
  required: boolean,
): OpenApiParameter {
  const { description, deprecated } = isObject(schema) ? schema : {};
  return {
    name,
    in: place,
    ...(required ? { required } : {}),
    ...(typeof description === "string" ? { description } : {}),
    ...(deprecated === true ? { deprecated } : {}),
    schema,
  };
}

/** Parameters whose names nobody lists: an object that is spread over the query. */
function freeForm(json: JsonSchema, place: ParameterPlace): OpenApiParameter[] {
  return place === "query"
    ? [{ name: "query", in: "query", style: "form", explode: true, schema: json }]
    : [];
}

interface Property {
  readonly schema: JsonSchema;
  readonly required: boolean;
}

/** The properties of an object, those of all parts of an `allOf` together; `null` for anything else. */
export function propertiesOf(
  json: JsonSchema | null,
  book: SchemaBook,
): ReadonlyMap<string, Property> | null {
  const object = json === null ? null : book.resolve(json);
  if (!isObject(object)) return null;
  const parts = [ownProperties(object), ...(object.allOf ?? []).map((part) => propertiesOf(part, book))];
  const known = parts.filter((part) => part !== null);
  return known.length === 0 ? null : new Map(known.flatMap((part) => [...part]));
}

function ownProperties({
  properties,
  required = [],
}: JsonSchemaObject): ReadonlyMap<string, Property> | null {
  if (properties === undefined) return null;
  return new Map(
    Object.entries(properties).map(([name, schema]) => [name, { schema, required: required.includes(name) }]),
  );
}
