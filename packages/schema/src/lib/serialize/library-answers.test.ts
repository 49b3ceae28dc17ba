import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { toStandardJsonSchema } from "@valibot/to-json-schema";
import { type } from "arktype";
import { Type } from "typebox";
import * as v from "valibot";
import { z } from "zod";
import { compileValidator } from "../compile-validator.ts";
import { createSerializer } from "../create-serializer.ts";
import { fromTypebox } from "../from-typebox.ts";
import { describeSchema } from "../json-schema/to-json-schema.ts";
import type { StandardSchemaV1 } from "../standard-schema.ts";

// What a library gives for a value is written as JSON.stringify writes it: its JSON Schema and its output say the same.

const Node = z.object({
  name: z.string(),
  get next() {
    return Node.nullable();
  },
});

const CASES: Readonly<Record<string, readonly [schema: StandardSchemaV1, values: readonly unknown[]]>> = {
  "zod scalars": [
    z.object({ s: z.string(), n: z.number(), b: z.boolean(), z: z.null(), i: z.int(), u: z.uuid() }),
    [{ s: "x", n: 1.5, b: true, z: null, i: -1, u: "123e4567-e89b-42d3-a456-426614174000" }],
  ],
  "zod optional, nullable, nullish, default": [
    z.object({
      a: z.string().optional(),
      b: z.string().nullable(),
      c: z.int().nullish(),
      d: z.int().default(3),
    }),
    [{ b: null }, { a: "x", b: "y", c: null, d: 1 }, { a: undefined, b: null, c: undefined }],
  ],
  "zod enums and literals": [
    z.object({
      e: z.enum(["a", "b"]),
      l: z.literal(["x", 1, true, null]),
      t: z.templateLiteral(["v", z.int()]),
    }),
    [
      { e: "a", l: "x", t: "v1" },
      { e: "b", l: null, t: "v2" },
    ],
  ],
  "zod unions": [
    z.array(z.union([z.string(), z.int(), z.object({ a: z.int() }), z.array(z.boolean())])),
    [["x", 1, { a: 1, more: 2 }, [true]]],
  ],
  "zod tagged unions": [
    z.discriminatedUnion("t", [z.object({ t: z.literal("a"), a: z.int() }), z.object({ t: z.literal("b") })]),
    [{ t: "a", a: 1, more: 1 }, { t: "b" }],
  ],
  "zod records, loose and catch-all objects": [
    z.object({
      r: z.record(z.string(), z.int()),
      k: z.record(z.enum(["a", "b"]), z.int()),
      l: z.looseObject({ a: z.int() }),
      c: z.object({ a: z.int() }).catchall(z.string()),
    }),
    [{ r: { x: 1, __proto: 2 }, k: { a: 1, b: 2 }, l: { a: 1, more: [1] }, c: { a: 1, more: "x" } }],
  ],
  "zod tuples": [
    z.object({ t: z.tuple([z.string(), z.int()]), r: z.tuple([z.string()], z.int()) }),
    [{ t: ["x", 1], r: ["x", 1, 2] }],
  ],
  "zod intersections": [
    z.intersection(z.object({ a: z.int() }), z.object({ b: z.union([z.string(), z.null()]) })),
    [{ a: 1, b: null, more: 1 }],
  ],
  "zod intersections of unions": [
    z.intersection(z.object({ a: z.int() }), z.union([z.object({ b: z.int() }), z.object({ c: z.int() })])),
    [
      { a: 1, b: 2 },
      { a: 1, c: 2 },
    ],
  ],
  "zod recursion": [Node, [{ name: "a", next: { name: "b", next: null, more: 1 } }]],
  "zod transforms": [
    z.object({
      n: z.string().transform(Number),
      p: z.string().trim().pipe(z.string()),
      b: z.stringbool(),
      c: z.coerce.number(),
      d: z.date(),
      x: z.string().catch("y"),
    }),
    [{ n: "1", p: " x ", b: "yes", c: "3", d: new Date(0), x: 5 }],
  ],
  "zod anything": [
    z.object({ a: z.any(), u: z.unknown(), j: z.json() }),
    [
      { a: { x: [1] }, u: "x", j: { a: [null, { b: true }] } },
      { a: 1, u: undefined, j: [] },
    ],
  ],
  "zod named definitions": [
    z.array(z.object({ owner: z.object({ id: z.int() }).meta({ id: "Owner" }) })),
    [[{ owner: { id: 1 } }, { owner: { id: 2 } }]],
  ],
  "zod classes": [z.object({ url: z.instanceof(URL) }), [{ url: new URL("http://a.example/") }]],
  "valibot objects": [
    v.object({ a: v.string(), b: v.optional(v.number()), c: v.nullish(v.string(), "x"), d: v.date() }),
    [{ a: "x", d: new Date(0), more: 1 }],
  ],
  "valibot loose, variants and tuples": [
    v.object({
      l: v.looseObject({ a: v.number() }),
      r: v.objectWithRest({ a: v.number() }, v.string()),
      t: v.tuple([v.string(), v.number()]),
      v: v.variant("k", [v.object({ k: v.literal("a"), a: v.number() }), v.object({ k: v.literal("b") })]),
      i: v.intersect([v.object({ x: v.number() }), v.object({ y: v.number() })]),
    }),
    [{ l: { a: 1, more: 2 }, r: { a: 1, more: "x" }, t: ["x", 1], v: { k: "a", a: 1 }, i: { x: 1, y: 2 } }],
  ],
  "valibot transforms": [
    v.object({ n: v.pipe(v.string(), v.transform(Number)), t: v.pipe(v.string(), v.trim()) }),
    [{ n: "5", t: " x " }],
  ],
  "arktype objects": [
    type({ id: "number.integer", "name?": "string", tags: "string[]", role: "'a' | 'b'", at: "Date" }),
    [
      { id: 1, tags: [], role: "a", at: new Date(0) },
      { id: 1, name: "x", tags: ["y"], role: "b", at: new Date(1) },
    ],
  ],
  "arktype unions, records and tuples": [
    type({
      u: type({ k: "'a'", a: "number" }).or({ k: "'b'" }),
      r: { "[string]": "number" },
      t: ["string", "number"],
      n: "string | null",
    }),
    [
      { u: { k: "a", a: 1 }, r: { x: 1 }, t: ["x", 1], n: null },
      { u: { k: "b" }, r: {}, t: ["x", 1], n: "x" },
    ],
  ],
  "arktype transforms": [
    type({ n: "string.numeric.parse", t: "string.trim", d: "string = 'x'" }),
    [{ n: "5", t: " x " }],
  ],
  "typebox objects": [
    fromTypebox(
      Type.Object({
        id: Type.Integer(),
        name: Type.Optional(Type.String()),
        u: Type.Union([Type.Null(), Type.String(), Type.Object({ a: Type.Number() })]),
        r: Type.Record(Type.String(), Type.Number()),
        t: Type.Tuple([Type.String(), Type.Number()]),
        i: Type.Intersect([Type.Object({ x: Type.Number() }), Type.Object({ y: Type.Number() })]),
      }),
    ),
    [{ id: 1, u: { a: 1 }, r: { x: 1 }, t: ["x", 1], i: { x: 1, y: 2 } }],
  ],
};

for (const allowsSource of [true, false])
  suite(`by ${allowsSource ? "source" : "closures"}`, () => {
    for (const [name, [schema, values]] of Object.entries(CASES))
      test(name, async () => {
        const { json } = describeSchema(schema, "output", { converters: { valibot: toStandardJsonSchema } });
        assert.ok(json !== null);
        const serializer = createSerializer(json, { allowsSource });
        assert.notEqual(serializer.kind, "stringify");
        const validator = compileValidator(schema);
        for (const value of values) {
          const checked = await validator.validate(value);
          assert.ok(checked.ok, JSON.stringify(checked));
          const text = serializer.serialize(checked.value);
          assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(checked.value)));
        }
      });
  });
