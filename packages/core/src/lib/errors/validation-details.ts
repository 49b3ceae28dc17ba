import type { ValidationProblem } from "@armature/http";
import type { JsonSchemaObject, StandardSchemaV1 } from "@armature/schema";

interface ValidationDetails {
  readonly problems: readonly ValidationProblem[];
}

const TEXT: JsonSchemaObject = { type: "string" };

const JSON_SCHEMA: JsonSchemaObject = {
  type: "object",
  properties: {
    problems: {
      type: "array",
      items: {
        type: "object",
        properties: {
          in: { type: "string", enum: ["params", "query", "headers", "cookies", "body"] },
          path: { ...TEXT, description: "A JSON Pointer (RFC 6901)." },
          message: TEXT,
          code: TEXT,
        },
        required: ["in", "path", "message"],
      },
    },
  },
  required: ["problems"],
};

const standard = {
  version: 1,
  vendor: "armature",
  validate: (value: unknown) => ({ value: value as ValidationDetails }), // only the framework makes them
  jsonSchema: { input: () => JSON_SCHEMA, output: () => JSON_SCHEMA, rewrites: false },
} as const;

/** The schema of what `E_VALIDATION_FAILED` adds to its problem document. */
export const VALIDATION_DETAILS: StandardSchemaV1<ValidationDetails> = { "~standard": standard };
