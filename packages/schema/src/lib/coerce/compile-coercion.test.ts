import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { toStandardJsonSchema } from "@valibot/to-json-schema";
import { type } from "arktype";
import { Type } from "typebox";
import * as v from "valibot";
import { z } from "zod";
import { fromTypebox } from "../from-typebox.ts";
import type { StandardSchemaV1 } from "../standard-schema.ts";
import { compileCoercion, type TextPart } from "./compile-coercion.ts";

function coerced(schema: StandardSchemaV1, part: TextPart, value: object): unknown {
  const coerce = compileCoercion(schema, part, { converters: { valibot: toStandardJsonSchema } });
  return coerce === null ? value : { ...coerce(value) };
}

/** What one query parameter becomes under a schema. */
function query(schema: StandardSchemaV1, text: string | string[]): unknown {
  const Part = z.object({ p: schema as unknown as z.ZodType });
  return (coerced(Part, "query", { p: text }) as { p: unknown }).p;
}

suite("numbers", () => {
  const numbers = ["0", "-0", "12", "-12", "1.5", "1e3", "1E-2", "9007199254740991"];
  for (const text of numbers)
    test(`"${text}" is one`, () => assert.equal(query(z.number(), text), Number(text)));

  const others = [
    "",
    " ",
    "12abc",
    "+1",
    "01",
    "1.",
    ".5",
    "0x10",
    "1_000",
    "1,5",
    " 1",
    "1 ",
    "Infinity",
    "NaN",
    "1e999",
    "١",
  ];
  for (const text of others) test(`"${text}" is none`, () => assert.equal(query(z.number(), text), text));

  test("integers that a double cannot hold stay texts", () => {
    assert.equal(query(z.number(), "9007199254740993"), "9007199254740993");
    assert.equal(query(z.int(), "-9007199254740993"), "-9007199254740993");
  });

  test("integers and fractions are both left to the validator", () => {
    assert.equal(query(z.int(), "1.5"), 1.5);
    assert.equal(query(z.int().min(5), "1"), 1);
  });
});

suite("booleans, null and choices", () => {
  test("only true and false are booleans", () => {
    assert.equal(query(z.boolean(), "true"), true);
    assert.equal(query(z.boolean(), "false"), false);
    for (const text of ["", "1", "0", "yes", "TRUE", "on"]) assert.equal(query(z.boolean(), text), text);
  });

  test("the empty text is null where null is taken and strings are not", () => {
    assert.equal(query(z.int().nullable(), ""), null);
    assert.equal(query(z.int().nullable(), "3"), 3);
    assert.equal(query(z.string().nullable(), ""), "");
    assert.equal(query(z.int(), ""), "");
  });

  test("choices are met by their own type", () => {
    assert.equal(query(z.literal([1, 2]), "2"), 2);
    assert.equal(query(z.literal([1, 2]), "3"), "3");
    assert.equal(query(z.literal([1, "1"]), "1"), "1");
    assert.equal(query(z.literal(true), "true"), true);
    assert.equal(query(z.enum(["a", "b"]), "a"), "a");
    assert.equal(query(z.union([z.literal("all"), z.int()]), "all"), "all");
    assert.equal(query(z.union([z.literal("all"), z.int()]), "7"), 7);
  });
});

suite("texts", () => {
  test("stay where the schema takes strings", () => {
    for (const text of ["12", "true", "", "null"]) {
      assert.equal(query(z.string(), text), text);
      assert.equal(query(z.union([z.number(), z.string()]), text), text);
      assert.equal(query(z.any(), text), text);
    }
  });

  test("stay where the schema makes something of them itself", () => {
    assert.equal(
      query(
        z.preprocess((raw) => raw, z.number()),
        "12",
      ),
      "12",
    );
    assert.equal(
      query(
        z.preprocess((raw) => String(raw).split(","), z.array(z.string())),
        "a,b",
      ),
      "a,b",
    );
    assert.equal(query(z.string().transform(Number), "12"), "12");
    assert.equal(query(z.stringbool(), "yes"), "yes");
    assert.equal(query(z.coerce.date(), "2026-01-01"), "2026-01-01");
  });

  test("nothing is compiled where nothing is to be converted", () => {
    assert.equal(compileCoercion(z.object({ a: z.string(), b: z.enum(["x"]) }), "query"), null);
    assert.equal(
      compileCoercion(
        { "~standard": { version: 1, vendor: "x", validate: (value) => ({ value }) } },
        "query",
      ),
      null,
    );
  });
});

suite("lists", () => {
  test("of the query are repeated names, or one", () => {
    assert.deepEqual(query(z.array(z.int()), ["1", "2", "x"]), [1, 2, "x"]);
    assert.deepEqual(query(z.array(z.int()), "1"), [1]);
    assert.deepEqual(query(z.array(z.string()), "a,b"), ["a,b"]);
    assert.deepEqual(query(z.tuple([z.string(), z.int()]), ["1", "2"]), ["1", 2]);
  });

  test("or a single value stay what they are", () => {
    const either = z.union([z.string(), z.array(z.string())]);
    assert.equal(query(either, "a"), "a");
    assert.deepEqual(query(either, ["a", "b"]), ["a", "b"]);
    assert.deepEqual(query(z.union([z.int(), z.array(z.int())]), ["1", "2"]), [1, 2]);
    assert.equal(query(z.union([z.int(), z.array(z.int())]), "1"), 1);
  });

  test("repeated names are no single value", () => {
    assert.deepEqual(query(z.int(), ["1", "2"]), ["1", "2"]);
  });

  test("of headers and of the path have commas", () => {
    const Tags = z.object({ "x-tags": z.array(z.string()), ids: z.array(z.int()) });
    assert.deepEqual(coerced(Tags, "headers", { "x-tags": 'a, "b, c" ,,d', ids: "1,2" }), {
      "x-tags": ["a", '"b, c"', "d"],
      ids: [1, 2],
    });
    assert.deepEqual(coerced(z.object({ ids: z.array(z.int()) }), "params", { ids: "1,2" }), { ids: [1, 2] });
    assert.deepEqual(coerced(z.object({ ids: z.array(z.int()) }), "cookies", { ids: "1,2" }), {
      ids: ["1,2"],
    });
  });

  test("with a quote that nobody closes end there", () => {
    const Tags = z.object({ t: z.array(z.string()) });
    assert.deepEqual(coerced(Tags, "headers", { t: 'a,"b,c' }), { t: ["a", '"b,c'] });
    assert.deepEqual(coerced(Tags, "headers", { t: '"a\\",b",c' }), { t: ['"a\\",b"', "c"] });
  });
});

suite("objects", () => {
  const Filter = z.object({
    filter: z.object({ min: z.int(), name: z.string() }).optional(),
    page: z.int().optional(),
  });

  test("of the query are written with brackets", () => {
    const value = { "filter[min]": "3", "filter[name]": "4", page: "5" };
    assert.deepEqual(coerced(Filter, "query", value), {
      filter: Object.assign(Object.create(null), { min: 3, name: "4" }),
      page: 5,
    });
    assert.deepEqual(value, { "filter[min]": "3", "filter[name]": "4", page: "5" });
  });

  test("are not made of anything else", () => {
    assert.deepEqual(coerced(Filter, "query", { filter: '{"min":3}' }), { filter: '{"min":3}' });
    assert.deepEqual(coerced(Filter, "query", { "filter[min": "3" }), { "filter[min": "3" });
  });

  test("reach into no prototype", () => {
    const result = coerced(Filter, "query", { "filter[__proto__]": "x", __proto__: null }) as {
      filter: object;
    };
    assert.equal(Object.getPrototypeOf(result.filter), null);
    assert.equal(({} as { x?: unknown }).x, undefined);
  });

  test("as alternatives are converted by the members of all of them", () => {
    const Either = z.discriminatedUnion("by", [
      z.object({ by: z.literal("id"), id: z.int() }),
      z.object({ by: z.literal("name"), name: z.string() }),
    ]);
    assert.deepEqual(coerced(Either, "query", { by: "id", id: "7" }), { by: "id", id: 7 });
    assert.deepEqual(coerced(Either, "query", { by: "name", name: "7" }), { by: "name", name: "7" });
  });

  test("with any names are converted by the type of the rest", () => {
    assert.deepEqual(coerced(z.record(z.string(), z.int()), "query", { a: "1", b: "x" }), { a: 1, b: "x" });
  });
});

const LIBRARIES: Readonly<Record<string, StandardSchemaV1>> = {
  zod: z.object({ page: z.int(), all: z.boolean().optional(), tags: z.array(z.string()).default([]) }),
  valibot: v.object({
    page: v.pipe(v.number(), v.integer()),
    all: v.optional(v.boolean()),
    tags: v.optional(v.array(v.string()), []),
  }),
  arktype: type({ page: "number.integer", "all?": "boolean", "tags?": "string[]" }),
  typebox: fromTypebox(
    Type.Object({
      page: Type.Integer(),
      all: Type.Optional(Type.Boolean()),
      tags: Type.Optional(Type.Array(Type.String())),
    }),
  ),
};
for (const [library, schema] of Object.entries(LIBRARIES))
  test(`a ${library} schema is read`, () => {
    assert.deepEqual(coerced(schema, "query", { page: "2", all: "false", tags: "x", other: "1" }), {
      page: 2,
      all: false,
      tags: ["x"],
      other: "1",
    });
  });
