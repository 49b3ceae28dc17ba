import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { toStandardJsonSchema } from "@valibot/to-json-schema";
import { type } from "arktype";
import { Type } from "typebox";
import * as v from "valibot";
import { z } from "zod";
import { fromTypebox } from "../from-typebox.ts";
import type { StandardSchemaV1 } from "../standard-schema.ts";
import type { JsonSchemaObject } from "./json-schema.ts";
import { describeSchema, toJsonSchema, type JsonSchemaOptions } from "./to-json-schema.ts";

const VALIBOT: JsonSchemaOptions = { converters: { valibot: toStandardJsonSchema } };

const USERS: Readonly<Record<string, StandardSchemaV1>> = {
  zod: z.object({ id: z.int(), name: z.string().optional() }),
  valibot: v.object({ id: v.pipe(v.number(), v.integer()), name: v.optional(v.string()) }),
  "valibot, wrapped": toStandardJsonSchema(
    v.object({ id: v.pipe(v.number(), v.integer()), name: v.optional(v.string()) }),
  ),
  arktype: type({ id: "number.integer", "name?": "string" }),
  typebox: fromTypebox(Type.Object({ id: Type.Integer(), name: Type.Optional(Type.String()) })),
};

for (const [library, schema] of Object.entries(USERS)) {
  test(`both sides of a ${library} schema are written`, () => {
    for (const side of ["input", "output"] as const) {
      const json = toJsonSchema(schema, side, VALIBOT) as JsonSchemaObject;
      const { properties } = json as { properties: Record<string, { type: string }> };
      assert.equal(json.type, "object");
      assert.deepEqual([properties["id"]?.type, properties["name"]?.type], ["integer", "string"]);
      assert.deepEqual(json.required, ["id"]);
      assert.equal(describeSchema(schema, side, VALIBOT).rewrites, false);
    }
  });
}

test("input and output differ where the schema makes one of the other", () => {
  const schema = z.object({ page: z.string().transform(Number).pipe(z.int()) });
  const typeOf = (json: unknown): unknown =>
    (json as { properties: { page: { type: unknown } } }).properties.page.type;
  assert.equal(typeOf(toJsonSchema(schema, "input")), "string");
  assert.equal(typeOf(toJsonSchema(schema, "output")), "integer");
});

suite("rewriting", () => {
  const rewriting: Readonly<Record<string, StandardSchemaV1>> = {
    "zod trim": z.object({ a: z.string().trim() }),
    "zod default": z.object({ a: z.string().default("x") }),
    "zod catch": z.array(z.string().catch("x")),
    "zod coerce": z.coerce.number(),
    "zod transform": z.string().transform(Number),
    "zod preprocess": z.preprocess(String, z.string()),
    "zod in a union": z.union([z.number(), z.object({ a: z.string().toLowerCase() })]),
    "valibot trim": v.object({ a: v.pipe(v.string(), v.trim()) }),
    "valibot default": v.object({ a: v.optional(v.string(), "x") }),
    "valibot transform": v.pipe(v.string(), v.transform(Number)),
    "arktype trim": type({ a: "string.trim" }),
    "arktype default": type({ a: "string='x'" }),
    "typebox codec": fromTypebox(Type.Decode(Type.String(), Number)),
    "typebox coerce": fromTypebox(Type.Number(), { coerce: true }),
    "a library that nobody knows": unknownLibrary({ type: "string" }),
  };
  for (const [name, schema] of Object.entries(rewriting))
    test(`is seen: ${name}`, () => assert.equal(describeSchema(schema, "output", VALIBOT).rewrites, true));

  test("is not suspected of checks that only refuse", () => {
    const checked = z.object({ a: z.email().min(3), b: z.array(z.int()).nonempty(), c: z.literal("c") });
    assert.equal(describeSchema(checked, "output").rewrites, false);
    assert.equal(
      describeSchema(v.pipe(v.string(), v.email(), v.minLength(3)), "output", VALIBOT).rewrites,
      false,
    );
    assert.equal(describeSchema(type("string.email > 3"), "output").rewrites, false);
  });
});

suite("what JSON Schema has nothing for", () => {
  const gaps: Readonly<Record<string, readonly [StandardSchemaV1, RegExp]>> = {
    "a zod bigint, with its place": [
      z.object({ a: z.array(z.bigint()) }),
      /a bigint at "\/properties\/a\/items"/,
    ],
    "a zod transform": [z.string().transform(Number), /a transform/],
    "a zod map": [z.object({ m: z.map(z.string(), z.string()) }), /a map at "\/properties\/m"/],
    "a zod class": [z.instanceof(URL), /a custom/],
    "a valibot transform": [v.pipe(v.string(), v.transform(Number)), /a transform/],
    "a valibot bigint": [v.object({ b: v.bigint() }), /a bigint/],
    "an arktype bigint": [type({ b: "bigint" }), /a domain/],
    "a typebox codec": [fromTypebox(Type.Decode(Type.String(), Number)), /codec/],
    "a schema without JSON Schema": [validateOnly(), /a mini schema without Standard JSON Schema/],
  };
  for (const [name, [schema, message]] of Object.entries(gaps))
    test(`is named: ${name}`, () => {
      assert.throws(() => toJsonSchema(schema, "output", VALIBOT), {
        name: "SchemaError",
        code: "E_JSON_SCHEMA",
        message,
      });
    });

  test("leaves the rest of the schema", () => {
    const { json, gaps: found } = describeSchema(z.object({ id: z.int(), big: z.bigint() }), "output");
    assert.deepEqual(found, [{ path: "/properties/big", what: "a bigint" }]);
    assert.deepEqual((json as { required: unknown }).required, ["id", "big"]);
  });

  test("is no reason to fail for what throws while it is written", () => {
    const broken = unknownLibrary({}, () => {
      throw new Error("no draft 2020-12 here");
    });
    assert.throws(() => toJsonSchema(broken, "input"), { message: /no draft 2020-12 here/ });
  });
});

suite("dates", () => {
  const dated: Readonly<Record<string, StandardSchemaV1>> = {
    zod: z.object({ at: z.date() }),
    valibot: v.object({ at: v.date() }),
    arktype: type({ at: "Date" }),
  };
  for (const [library, schema] of Object.entries(dated)) {
    test(`of ${library} are date-time strings in an output`, () => {
      const { properties } = toJsonSchema(schema, "output", VALIBOT) as {
        properties: { at: JsonSchemaObject };
      };
      assert.deepEqual([properties.at.type, properties.at.format], ["string", "date-time"]);
    });
    test(`of ${library} cannot come in as JSON`, () => {
      assert.throws(() => toJsonSchema(schema, "input", VALIBOT), { code: "E_JSON_SCHEMA" });
    });
  }

  test("that may be null too", () => {
    const { properties } = toJsonSchema(z.object({ at: z.date().nullable() }), "output") as {
      properties: { at: { anyOf: readonly JsonSchemaObject[] } };
    };
    assert.match(JSON.stringify(properties.at), /date-time.*null/);
  });
});

suite("override", () => {
  const Money = z.custom<bigint>((value) => typeof value === "bigint");
  const options: JsonSchemaOptions = {
    override: ({ vendor, schema }) =>
      vendor === "zod" && schema === Money ? { type: "string", format: "decimal" } : undefined,
  };

  test("writes what the library cannot", () => {
    const json = toJsonSchema(z.object({ price: Money }), "output", options);
    assert.deepEqual((json as { properties: unknown }).properties, {
      price: { type: "string", format: "decimal" },
    });
  });

  test("leaves the rest to the library", () => {
    assert.equal((toJsonSchema(z.string(), "input", options) as JsonSchemaObject).type, "string");
    assert.throws(() => toJsonSchema(z.bigint(), "input", options), { code: "E_JSON_SCHEMA" });
  });
});

test("a loose valibot object says that it keeps what it does not name", () => {
  const json = toJsonSchema(v.looseObject({ a: v.string() }), "output", VALIBOT) as JsonSchemaObject;
  assert.deepEqual(json.additionalProperties, {});
  assert.equal(
    "additionalProperties" in (toJsonSchema(v.object({ a: v.string() }), "output", VALIBOT) as object),
    false,
  );
});

test("recursive schemas refer to themselves", () => {
  const Tree = z.object({
    value: z.int(),
    get children() {
      return z.array(Tree);
    },
  });
  assert.match(JSON.stringify(toJsonSchema(Tree, "output")), /"\$ref":"#"/);
});

test("what is no schema is refused", () => {
  assert.throws(() => toJsonSchema({} as StandardSchemaV1, "input"), { code: "E_SCHEMA_INVALID" });
});

function unknownLibrary(json: unknown, write: () => unknown = () => json): StandardSchemaV1 {
  const standard = {
    version: 1,
    vendor: "mini",
    validate: (value: unknown) => ({ value }),
    jsonSchema: { input: write, output: write },
  } as const;
  return { "~standard": standard };
}

function validateOnly(): StandardSchemaV1 {
  return { "~standard": { version: 1, vendor: "mini", validate: (value) => ({ value }) } };
}
