import type { JsonSchema } from "@armature/schema";
import { isObject } from "../build/json-walk.ts";
import type { OpenApiDocument } from "../document/open-api.ts";

/** Two states of one API. */
export interface DocumentPair {
  readonly before: OpenApiDocument;
  readonly after: OpenApiDocument;
}

const COMPONENTS = "#/components/schemas/";

/** What a schema refers to, if it only refers; a circle of names leads nowhere. */
export function followRef(json: JsonSchema, { components }: OpenApiDocument): JsonSchema {
  const seen = new Set<string>();
  let found = json;
  for (let name = targetOf(found); name !== null && !seen.has(name); name = targetOf(found)) {
    seen.add(name);
    found = components?.schemas?.[name] ?? true;
  }
  return found;
}

function targetOf(json: JsonSchema): string | null {
  return isObject(json) && json.$ref?.startsWith(COMPONENTS) ? json.$ref.slice(COMPONENTS.length) : null;
}
