import * as fc from "fast-check";
import type { JsonSchema } from "../json-schema/json-schema.ts";

/** A value, and what of it the schema names. */
export interface Sample {
  readonly value: unknown;
  /** What `JSON.stringify` shall write. */
  readonly projected: unknown;
}

/** A schema with values that it declares, in front of and among members that it does not. */
export interface Kind {
  readonly schema: JsonSchema;
  readonly sample: fc.Arbitrary<Sample>;
}

/** Stands in every member that no schema names. */
export const SECRET = "s3cret";

const names = fc.oneof(
  fc.constantFrom(
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    'a"b',
    "a'b",
    "`${1}`",
    "\\",
    "\n",
    "\u2028",
    "\ud800",
    "*/ throw 1 //",
    "0",
    "",
    "ü",
    "text",
    "value",
  ),
  fc.string({ maxLength: 6 }),
);

const strings = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary", maxLength: 8 }),
  fc.string({ minLength: 41, maxLength: 60 }),
  fc.constantFrom(
    "",
    '"',
    "\\",
    "\u007f",
    "\u0000",
    "\ud800",
    "\udc00x",
    "😀",
    "é",
    "\u2028",
    "x".repeat(50) + '"',
  ),
);

const numbers = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.constantFrom(0, -0, 1e21, 1e-7, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2 ** 53),
);

function same(values: fc.Arbitrary<unknown>): fc.Arbitrary<Sample> {
  return values.map((value) => ({ value, projected: value }));
}

const scalars: fc.Arbitrary<Kind> = fc.constantFrom<Kind>(
  { schema: { type: "string" }, sample: same(strings) },
  { schema: { type: "number" }, sample: same(numbers) },
  { schema: { type: "integer" }, sample: same(fc.integer()) },
  { schema: { type: "boolean" }, sample: same(fc.boolean()) },
  { schema: { type: "null" }, sample: same(fc.constant(null)) },
  { schema: { type: ["string", "null"] }, sample: same(fc.option(strings)) },
  { schema: { anyOf: [{ type: "number" }, { type: "null" }] }, sample: same(fc.option(numbers)) },
  { schema: { enum: ["a", 'b"', 1, null, true] }, sample: same(fc.constantFrom("a", 'b"', 1, null, true)) },
  { schema: { const: "\u2028" }, sample: same(fc.constant("\u2028")) },
  { schema: { type: "string", format: "date-time" }, sample: same(fc.date({ noInvalidDate: true })) },
  { schema: {}, sample: same(fc.jsonValue()) },
);

/** Schemas of any depth. */
export const kinds: fc.Arbitrary<Kind> = fc.letrec<{ any: Kind }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalars,
    tie("any").map(listOf),
    fc.array(tie("any"), { minLength: 1, maxLength: 3 }).map(tupleOf),
    tie("any").map(recordOf),
    fc
      .uniqueArray(fc.record({ name: names, kind: tie("any"), isRequired: fc.boolean() }), {
        selector: ({ name }) => name,
        maxLength: 6,
      })
      .map(objectOf),
    fc.array(tie("any"), { minLength: 2, maxLength: 3 }).map(taggedOf),
  ),
})).any;

function listOf({ schema, sample }: Kind): Kind {
  return {
    schema: { type: "array", items: schema },
    sample: fc.array(sample, { maxLength: 4 }).map(together),
  };
}

function tupleOf(items: readonly Kind[]): Kind {
  return {
    schema: { type: "array", prefixItems: items.map(({ schema }) => schema), items: false },
    sample: fc.tuple(...items.map(({ sample }) => sample)).map(together),
  };
}

function together(samples: readonly Sample[]): Sample {
  return {
    value: samples.map(({ value }) => value),
    projected: samples.map(({ projected }) => projected),
  };
}

function recordOf({ schema, sample }: Kind): Kind {
  return {
    schema: { type: "object", additionalProperties: schema },
    sample: fc.array(fc.tuple(names, sample), { maxLength: 4 }).map((entries) => ({
      value: objectFrom(entries.map(([name, { value }]) => [name, value])),
      projected: objectFrom(entries.map(([name, { projected }]) => [name, projected])),
    })),
  };
}

interface MemberKind {
  readonly name: string;
  readonly kind: Kind;
  readonly isRequired: boolean;
}

function objectOf(members: readonly MemberKind[]): Kind {
  const known = new Set(members.map(({ name }) => name));
  const present = members.map(({ kind: { sample }, isRequired }) =>
    isRequired ? sample : fc.option(sample, { nil: undefined }),
  );
  return {
    schema: {
      type: "object",
      properties: objectFrom(members.map(({ name, kind }) => [name, kind.schema])) as Record<
        string,
        JsonSchema
      >,
      required: members.filter(({ isRequired }) => isRequired).map(({ name }) => name),
      additionalProperties: false,
    },
    sample: fc.tuple(fc.tuple(...present), fc.array(names, { maxLength: 2 })).map(([samples, others]) => {
      const found = members.flatMap(({ name }, at) => {
        const sample = samples[at];
        return sample === undefined ? [] : [{ name, sample }];
      });
      const secrets = others.filter((name) => !known.has(name)).map((name) => [name, SECRET] as const);
      return {
        value: objectFrom([...found.map(({ name, sample }) => [name, sample.value] as const), ...secrets]),
        projected: objectFrom(found.map(({ name, sample }) => [name, sample.projected])),
      };
    }),
  };
}

/** Objects that a member called "kind" tells apart. */
function taggedOf(kindsOfBranches: readonly Kind[]): Kind {
  const branches = kindsOfBranches.map((kind, at) =>
    objectOf([
      {
        name: "kind",
        kind: { schema: { const: `k${at}` }, sample: same(fc.constant(`k${at}`)) },
        isRequired: true,
      },
      { name: "of", kind, isRequired: at % 2 === 0 },
    ]),
  );
  return {
    schema: { oneOf: branches.map(({ schema }) => schema) },
    sample: fc.oneof(...branches.map(({ sample }) => sample)),
  };
}

/** Not by assignment: a name may be "__proto__". */
function objectFrom(entries: Iterable<readonly [string, unknown]>): Record<string, unknown> {
  return Object.fromEntries(entries);
}
