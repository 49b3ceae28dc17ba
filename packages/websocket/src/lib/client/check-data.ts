import type { StandardResult, StandardSchemaV1 } from "@armature/schema";
import { SocketError } from "./socket-error.ts";

/**
 * What a schema makes of data that came; a promise only where the schema gives one.
 * @throws SocketError `E_SOCKET_DATA`
 */
export function checkData(event: string, schema: StandardSchemaV1 | undefined, data: unknown): unknown {
  if (schema === undefined) return data;
  const result = schema["~standard"].validate(data);
  return result instanceof Promise ? result.then((later) => valueOf(event, later)) : valueOf(event, result);
}

function valueOf(event: string, result: StandardResult<unknown>): unknown {
  if (result.issues === undefined) return result.value;
  const problems = result.issues.map(
    ({ message, path = [] }) => `${path.map(keyOf).join(".") || "data"}: ${message}`,
  );
  throw new SocketError(
    "E_SOCKET_DATA",
    `What came for "${event}" breaks its schema (${problems.join("; ")}).`,
    event,
  );
}

function keyOf(segment: PropertyKey | { readonly key: PropertyKey }): string {
  return String(typeof segment === "object" ? segment.key : segment);
}
