import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import { createSerializer, type Serializer } from "../create-serializer.ts";
import type { JsonSchema } from "../json-schema/json-schema.ts";
import { kinds, SECRET } from "./generated-values.test.kit.ts";

const WAYS = [
  { kind: "source", allowsSource: true },
  { kind: "closures", allowsSource: false },
] as const;

for (const { kind, allowsSource } of WAYS) {
  const make = (schema: JsonSchema): Serializer => createSerializer(schema, { allowsSource });
  const write = (schema: JsonSchema, value: unknown): string => make(schema).serialize(value);

  suite(`serializers by ${kind}`, () => {
    test("write any value of any schema as JSON.stringify writes what the schema names of it", () => {
      fc.assert(
        fc.property(
          kinds.chain(({ schema, sample }) => sample.map((pair) => ({ schema, ...pair }))),
          ({ schema, value, projected }) => {
            const text = write(schema, value);
            assert.equal(text, JSON.stringify(projected));
            assert.equal(text.includes(SECRET) && !JSON.stringify(projected).includes(SECRET), false);
          },
        ),
        { numRuns: 250 },
      );
    });

    test("are what they say", () => {
      const serializer = make({ type: "object", properties: { a: { type: "string" } } });
      assert.equal(serializer.kind, kind);
      assert.equal(serializer.isBounded, true);
      assert.equal(serializer.source === null, kind === "closures");
    });

    test("leave out what the schema does not name, at every depth", () => {
      const schema: JsonSchema = {
        type: "array",
        items: {
          type: "object",
          properties: {
            id: { type: "integer" },
            owner: { type: "object", properties: { name: { type: "string" } } },
          },
          required: ["id"],
        },
      };
      const value = [{ id: 1, password: SECRET, owner: { name: "Ada", token: SECRET } }, { id: 2 }];
      assert.equal(write(schema, value), '[{"id":1,"owner":{"name":"Ada"}},{"id":2}]');
    });

    test("let pass what additionalProperties names", () => {
      const schema: JsonSchema = {
        type: "object",
        properties: { id: { type: "integer" } },
        additionalProperties: { type: ["string", "null"] },
      };
      assert.equal(write(schema, { id: 1, a: "x", b: null, c: undefined }), '{"id":1,"a":"x","b":null}');
      assert.throws(() => write(schema, { id: 1, a: {} }), { code: "E_SERIALIZE_MISMATCH", path: "/a" });
    });

    test("know members by patterns and by lists of names", () => {
      const byPattern: JsonSchema = {
        type: "object",
        patternProperties: { "^x-": { type: "string" } },
        additionalProperties: false,
      };
      assert.equal(write(byPattern, { "x-a": "1", b: SECRET }), '{"x-a":"1"}');
      const byName: JsonSchema = {
        type: "object",
        propertyNames: { enum: ["a", "b"] },
        additionalProperties: { type: "number" },
      };
      assert.equal(write(byName, { a: 1, c: SECRET }), '{"a":1}');
      const everyName: JsonSchema = { type: "object", patternProperties: { "^.*$": { type: "number" } } };
      assert.equal(write(everyName, { "a\nb": 1, c: 2 }), '{"a\\nb":1,"c":2}');
    });

    test("follow references, also those that come back to themselves", () => {
      const tree: JsonSchema = {
        $ref: "#/$defs/Node",
        $defs: {
          Node: {
            type: "object",
            properties: {
              id: { type: "integer" },
              children: { type: "array", items: { $ref: "#/$defs/Node" } },
            },
            required: ["id"],
          },
        },
      };
      const value = { id: 1, x: SECRET, children: [{ id: 2, x: SECRET, children: [{ id: 3 }] }] };
      assert.equal(write(tree, value), '{"id":1,"children":[{"id":2,"children":[{"id":3}]}]}');
      const root: JsonSchema = {
        type: "object",
        properties: { next: { anyOf: [{ $ref: "#" }, { type: "null" }] } },
      };
      assert.equal(write(root, { next: { next: null, x: SECRET } }), '{"next":{"next":null}}');
      const named: JsonSchema = {
        $ref: "N",
        $defs: { N: { $id: "N", type: "object", properties: { n: { $ref: "N" } } } },
      };
      assert.equal(write(named, { n: { n: {}, x: SECRET } }), '{"n":{"n":{}}}');
    });

    test("a value that comes back to itself is an error, not a full stack", () => {
      const schema: JsonSchema = { type: "object", properties: { next: { $ref: "#" } } };
      const value: Record<string, unknown> = { x: 1 };
      value["next"] = value;
      assert.throws(() => write(schema, value), { code: "E_SERIALIZE_FAILED", message: /circular/ });
    });

    test("write the branch that a tag names", () => {
      const schema: JsonSchema = {
        oneOf: [
          { type: "object", properties: { kind: { const: "a" }, a: { type: "string" } }, required: ["kind"] },
          {
            type: "object",
            properties: { kind: { enum: ["b", "c"] }, b: { type: "string" } },
            required: ["kind"],
          },
        ],
      };
      assert.equal(write(schema, { kind: "c", a: SECRET, b: "B" }), '{"kind":"c","b":"B"}');
      assert.throws(() => write(schema, { kind: "d" }), { code: "E_SERIALIZE_MISMATCH", path: "/kind" });
      assert.throws(() => write(schema, null), { code: "E_SERIALIZE_MISMATCH", path: "" });
    });

    test("without a tag write the first branch that fits; of those that are open the one that names most", () => {
      const a: JsonSchema = { type: "object", properties: { x: { type: "number" } } };
      const b: JsonSchema = { type: "object", properties: { y: { type: "string" } }, required: ["y"] };
      assert.equal(write({ anyOf: [a, b] }, { y: "s" }), '{"y":"s"}');
      assert.equal(write({ anyOf: [{ ...a, additionalProperties: false }, b] }, { y: "s" }), "{}");
      assert.equal(
        write({ anyOf: [b, { type: "array", items: a }, { type: "string" }] }, [{ x: 1, y: 2 }]),
        '[{"x":1}]',
      );
      assert.throws(() => write({ anyOf: [a, b] }, 1), { code: "E_SERIALIZE_MISMATCH" });
    });

    test("merge intersections, also with unions in them", () => {
      const schema: JsonSchema = {
        allOf: [
          {
            type: "object",
            properties: { id: { type: "integer" } },
            required: ["id"],
            additionalProperties: false,
          },
          {
            anyOf: [
              { type: "object", properties: { k: { const: 1 }, one: { type: "string" } }, required: ["k"] },
              { type: "object", properties: { k: { const: 2 }, two: { type: "string" } }, required: ["k"] },
            ],
          },
        ],
      };
      assert.equal(write(schema, { id: 7, k: 2, one: SECRET, two: "2" }), '{"id":7,"k":2,"two":"2"}');
    });

    test("are strict about kinds, and say where and what", () => {
      const schema: JsonSchema = {
        type: "object",
        properties: {
          users: {
            type: "array",
            items: {
              type: "object",
              properties: { id: { type: "integer" }, role: { enum: ["a", "b"] } },
              required: ["id"],
            },
          },
        },
        required: ["users"],
      };
      const wrong: readonly (readonly [unknown, string, RegExp])[] = [
        [{ users: [{ id: "1" }] }, "/users/0/id", /must be a number \(got a string\)/],
        [{ users: [{ id: 1 }, {}] }, "/users/1/id", /is missing/],
        [{ users: [{ id: 1, role: "c" }] }, "/users/0/role", /must be one of "a", "b" \(got a string\)/],
        [{ users: { 0: { id: 1 } } }, "/users", /must be an array \(got an object\)/],
        [{}, "/users", /is missing/],
        [{ users: [1] }, "/users/0", /must be an object \(got a number\)/],
        [{ users: [{ id: 1n }] }, "/users/0/id", /got a bigint/],
        [undefined, "", /must be an object \(got nothing\)/],
        [[], "", /got an array/],
      ];
      for (const [value, path, message] of wrong)
        assert.throws(() => write(schema, value), {
          name: "SchemaError",
          code: "E_SERIALIZE_MISMATCH",
          path,
          message,
        });
    });

    test("never tell the value that is wrong", () => {
      assert.throws(
        () => write({ type: "object", properties: { a: { type: "number" } } }, { a: SECRET }),
        (error: Error) => !error.message.includes(SECRET),
      );
    });

    test("names that every object has count only where an object has them itself", () => {
      const schema: JsonSchema = {
        type: "object",
        properties: Object.fromEntries(
          ["constructor", "toString", "__proto__", "a"].map((name) => [name, {}]),
        ),
      };
      assert.equal(write(schema, { a: 1 }), '{"a":1}');
      const own: unknown = JSON.parse('{"a":1,"__proto__":{"x":1}}');
      assert.equal(write(schema, own), '{"a":1,"__proto__":{"x":1}}');
    });

    test("write nothing undeclared in the place of members that are not enumerable", () => {
      for (const count of [3, 40]) {
        const names = Array.from({ length: count }, (_none, at) => `m${at}`);
        const properties = Object.fromEntries(names.map((name) => [name, { type: "string" }]));
        const schema: JsonSchema = { type: "object", properties, required: names };
        const value: Record<string, unknown> = Object.fromEntries(names.map((name) => [name, "x"]));
        assert.equal(write(schema, { ...value }), JSON.stringify(value));
        assert.equal(write(schema, { ...value, password: "secret" }), JSON.stringify(value));
        const hidden = Object.defineProperty({ ...value, password: "secret" }, "m1", { enumerable: false });
        assert.equal(write(schema, hidden), JSON.stringify(value));
      }
    });

    test("read getters and members of a prototype, as validators do", () => {
      class User {
        id = 1;
        secret = SECRET;
        get name(): string {
          return "Ada";
        }
      }
      const schema: JsonSchema = {
        type: "object",
        properties: { id: { type: "integer" }, name: { type: "string" } },
        required: ["id", "name"],
      };
      assert.equal(write(schema, new User()), '{"id":1,"name":"Ada"}');
      assert.equal(write({ type: "array", items: schema }, [new User()]), '[{"id":1,"name":"Ada"}]');
    });

    test("follow toJSON and open boxes, with the key", () => {
      const keys: string[] = [];
      const value = (json: unknown): unknown => ({
        toJSON(key: string) {
          keys.push(key);
          return json;
        },
      });
      const schema: JsonSchema = {
        type: "object",
        properties: {
          s: { type: "string" },
          o: { type: "object", properties: { a: { type: "number" } } },
          l: { type: "array", items: { type: "number" } },
          any: {},
          e: { enum: ["x"] },
          u: {
            anyOf: [
              { type: "object", properties: { a: { type: "number" } }, required: ["a"] },
              { type: "null" },
            ],
          },
        },
      };
      const given = {
        s: value("text"),
        o: value({ a: 1, secret: SECRET }),
        l: [value(1), Object(2)],
        any: value([1]),
        e: value("x"),
        u: value({ a: 2, secret: SECRET }),
        secret: value(SECRET),
      };
      assert.equal(write(schema, given), '{"s":"text","o":{"a":1},"l":[1,2],"any":[1],"e":"x","u":{"a":2}}');
      assert.deepEqual(new Set(keys), new Set(["s", "o", "0", "any", "e", "u"]));
      assert.equal(write({ type: "string" }, value("top")), '"top"');
      assert.throws(() => write({ type: "string" }, value(1)), { code: "E_SERIALIZE_MISMATCH" });
    });

    test("leave out what has no JSON, and put null in its place in lists", () => {
      const schema: JsonSchema = {
        type: "object",
        properties: {
          a: {},
          b: { type: "array", items: {} },
          c: { type: "array", items: { type: ["string", "null"] } },
          d: { type: "string" },
        },
      };
      const nothing = [undefined, () => 1, Symbol("s")];
      for (const none of nothing)
        assert.equal(
          write(schema, { a: none, b: [none, 1], c: [none, "x"], d: none }),
          '{"b":[null,1],"c":[null,"x"]}',
        );
      assert.equal(write(schema, { a: { toJSON: () => undefined }, b: [] }), '{"b":[]}');
    });

    test("bigints are an error, unless the application gave them a toJSON", () => {
      assert.throws(() => write({ type: "object", properties: { a: {} } }, { a: 1n }), {
        code: "E_SERIALIZE_FAILED",
        path: "/a",
      });
      // oxlint-disable-next-line no-extend-native -- applications do this, and it is undone below
      Object.defineProperty(BigInt.prototype, "toJSON", {
        configurable: true,
        value(this: bigint) {
          return String(this);
        },
      });
      try {
        const schema: JsonSchema = { type: "object", properties: { a: { type: "string" }, b: {} } };
        assert.equal(write(schema, { a: 1n, b: 2n }), '{"a":"1","b":"2"}');
      } finally {
        Reflect.deleteProperty(BigInt.prototype, "toJSON");
      }
    });

    test("what is nobody's plain object is written member by member", () => {
      const schema: JsonSchema = {
        type: "array",
        items: { type: "object", properties: { a: { type: "number" } }, required: ["a"] },
      };
      const inherits = Object.create({ a: 1 }) as Record<string, unknown>;
      inherits["secret"] = SECRET;
      const hidden = Object.defineProperty({ secret: SECRET }, "a", { value: 2, enumerable: false });
      const bare = Object.assign(Object.create(null) as object, { a: 3, secret: SECRET });
      const proxied = new Proxy({ a: 4, secret: SECRET }, {});
      assert.equal(write(schema, [inherits, hidden, bare, proxied]), '[{"a":1},{"a":2},{"a":3},{"a":4}]');
    });

    test("dates are times, and those that are none are refused", () => {
      const schema: JsonSchema = {
        type: "array",
        items: {
          type: "object",
          properties: { at: { type: "string", format: "date-time" } },
          required: ["at"],
        },
      };
      assert.equal(write(schema, [{ at: new Date(0) }]), '[{"at":"1970-01-01T00:00:00.000Z"}]');
      assert.throws(() => write(schema, [{ at: new Date(Number.NaN) }]), { path: "/0/at" });
    });

    test("tuples have what they declare, and no more", () => {
      const schema: JsonSchema = {
        type: "array",
        prefixItems: [{ type: "string" }, { type: "object", properties: { a: { type: "number" } } }],
      };
      assert.equal(write(schema, ["x", { a: 1, secret: SECRET }]), '["x",{"a":1}]');
      assert.throws(() => write(schema, ["x", {}, SECRET]), { code: "E_SERIALIZE_MISMATCH", path: "/2" });
      const old: JsonSchema = {
        type: "array",
        items: [{ type: "string" }],
        additionalItems: { type: "number" },
      };
      assert.equal(write(old, ["x", 1, 2]), '["x",1,2]');
    });

    test("a schema that nothing fits writes nothing", () => {
      assert.throws(() => write({ type: "object", properties: { a: false } }, { a: 1 }), { path: "/a" });
      assert.equal(write({ type: "object", properties: { a: { not: {} }, b: {} } }, { b: 1 }), '{"b":1}');
    });
  });
}

suite("schemas that are not understood", () => {
  const foreign: readonly JsonSchema[] = [
    { type: "object", if: { properties: { a: { const: 1 } } }, else: { properties: { b: {} } } },
    { $ref: "https://example.com/user.json" },
    { type: "object", patternProperties: { "(": {} } },
    { type: "thing" },
    { allOf: [{ $ref: "#" }] },
  ];
  for (const schema of foreign)
    test(`are left to JSON.stringify: ${JSON.stringify(schema)}`, () => {
      const serializer = createSerializer(schema);
      assert.deepEqual([serializer.kind, serializer.isBounded], ["stringify", false]);
      assert.equal(serializer.serialize({ a: 1 }), '{"a":1}');
    });

  test("and so are those that take anything", () => {
    assert.equal(createSerializer({}).kind, "stringify");
    assert.equal(createSerializer(true).kind, "stringify");
  });
});

test("generated source can be read, and holds names as texts only", () => {
  const name = '"]; globalThis.injected = 1; //`${globalThis.injected = 2}\u2028\n';
  const schema: JsonSchema = {
    type: "object",
    properties: {
      [name]: { type: "string" },
      plain: { enum: [name] },
      [`${name}2`]: { type: "array", items: { type: "object", properties: { [name]: { const: name } } } },
      nested: {
        anyOf: [
          { type: "object", properties: { [name]: { const: name } }, required: [name] },
          { type: "object", properties: { [name]: { const: 1 } }, required: [name] },
        ],
      },
    },
    required: [name],
  };
  const { source, ...rest } = createSerializer(schema);
  assert.ok(source !== null && source.includes("function write0("));
  const serializer = createSerializer(schema);
  const value = { [name]: name, plain: name, [`${name}2`]: [{ [name]: name }], nested: { [name]: 1 } };
  assert.deepEqual(JSON.parse(serializer.serialize(value)), value);
  assert.equal((globalThis as { injected?: unknown }).injected, undefined);
  assert.equal(rest.kind, "source");
});
