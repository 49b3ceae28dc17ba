import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { createSerializer, type Serializer } from "../create-serializer.ts";
import type { JsonSchema } from "../json-schema/json-schema.ts";
import { SchemaError } from "../schema-error.ts";

const types = fc.constantFrom("string", "number", "integer", "boolean", "object", "array", "null");
const names = fc.constantFrom("a", "b", "__proto__");

/** Any keywords beside each other, also such as mean nothing together. */
const { schema: schemas } = fc.letrec<{ schema: JsonSchema }>((tie) => {
  const schema = tie("schema");
  const list = fc.array(schema, { maxLength: 3 });
  return {
    schema: fc.oneof(
      { maxDepth: 4 },
      fc.boolean(),
      fc.record(
        {
          type: fc.oneof(types, fc.array(types, { maxLength: 3 })),
          properties: fc.dictionary(names, schema),
          required: fc.array(names),
          additionalProperties: schema,
          patternProperties: fc.dictionary(fc.constantFrom("^a", "(", "^.*$"), schema),
          propertyNames: schema,
          items: fc.oneof(schema, list),
          prefixItems: list,
          allOf: list,
          anyOf: list,
          oneOf: list,
          not: schema,
          enum: fc.array(fc.jsonValue(), { maxLength: 3 }),
          const: fc.jsonValue(),
          $ref: fc.constantFrom("#", "#/$defs/x", "#/properties/a", "#/allOf/0", "#/%zz", "x", "y.json"),
          $defs: fc.dictionary(fc.constantFrom("x", "y"), schema),
        },
        { requiredKeys: [] },
      ),
    ),
  };
});

/** The text, or the code and place of the error. */
function outcome(serializer: Serializer, value: unknown): string {
  try {
    return serializer.serialize(value);
  } catch (error) {
    assert.ok(error instanceof SchemaError, String(error));
    return `${error.code} ${String(error.path)}`;
  }
}

test("every schema is compiled, or left alone, and source and closures do the same with every value", () => {
  fc.assert(
    fc.property(schemas, fc.jsonValue(), (schema, value) => {
      const source = createSerializer(schema);
      const closures = createSerializer(schema, { allowsSource: false });
      assert.equal(outcome(source, value), outcome(closures, value));
    }),
    { numRuns: 300 },
  );
});
