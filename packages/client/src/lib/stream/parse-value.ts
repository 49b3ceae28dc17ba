import type { StandardSchemaV1 } from "@armature/schema";
import { ClientError } from "../client-error.ts";

/**
 * Reads JSON, and checks it where there is a schema.
 * @throws ClientError `E_CLIENT_JSON`, or `E_CLIENT_DATA` for what breaks the schema
 */
export async function parseValue(
  route: string,
  text: string,
  schema: StandardSchemaV1 | undefined,
): Promise<unknown> {
  const value = parseJson(route, text);
  if (schema === undefined) return value;
  const result = await schema["~standard"].validate(value);
  if (result.issues === undefined) return result.value;
  const problems = result.issues.map(
    ({ message, path = [] }) => `${path.map(keyOf).join(".") || "the value"}: ${message}`,
  );
  throw new ClientError(
    "E_CLIENT_DATA",
    `${route} gave a value that breaks its schema (${problems.join("; ")}).`,
  );
}

function parseJson(route: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const got = JSON.stringify(text.slice(0, EXCERPT_CHARS));
    throw new ClientError("E_CLIENT_JSON", `${route} gave a piece that should be JSON (got ${got}).`, {
      cause,
    });
  }
}

const EXCERPT_CHARS = 80;

function keyOf(segment: PropertyKey | { readonly key: PropertyKey }): string {
  return String(typeof segment === "object" ? segment.key : segment);
}
