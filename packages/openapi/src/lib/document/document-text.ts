import { parse, stringify } from "yaml";
import type { OpenApiDocument } from "./open-api.ts";

/** A document as indented JSON. */
export function toJson(document: OpenApiDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** A document as YAML 1.2; what stands in it twice is written twice, because readers differ over anchors. */
export function toYaml(document: OpenApiDocument): string {
  return stringify(document, { aliasDuplicateObjects: false, lineWidth: 0 });
}

/** A document from JSON or YAML. @throws Error where it is neither, or no OpenAPI 3.1 */
export function fromText(text: string): OpenApiDocument {
  const document: unknown = text.trimStart().startsWith("{") ? JSON.parse(text) : parse(text);
  if (isDocument(document)) return document;
  throw new Error("An OpenAPI 3.1 document has the members openapi and paths.");
}

function isDocument(value: unknown): value is OpenApiDocument {
  if (typeof value !== "object" || value === null || !("openapi" in value) || !("paths" in value))
    return false;
  const { openapi, paths } = value;
  return (
    typeof openapi === "string" && openapi.startsWith("3.1") && typeof paths === "object" && paths !== null
  );
}
