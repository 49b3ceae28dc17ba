import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { createSerializer } from "./create-serializer.ts";
import { SchemaError } from "./schema-error.ts";

const serializer = createSerializer();

test("values are written as JSON.stringify does", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => assert.equal(serializer.serialize(value), JSON.stringify(value))),
  );
  assert.equal(
    serializer.serialize({ a: undefined, b: [undefined, Number.NaN], c: new Date(0) }),
    '{"b":[null,null],"c":"1970-01-01T00:00:00.000Z"}',
  );
});

test("what JSON has no form for is refused at the top", () => {
  for (const value of [undefined, () => 1, Symbol("s"), { toJSON: () => undefined }]) {
    assert.throws(() => serializer.serialize(value), {
      name: "SchemaError",
      code: "E_SERIALIZE_FAILED",
      path: "",
    });
  }
});

test("the message says what was at the top", () => {
  assert.match(failure(undefined).message, /^JSON has no form for undefined; .*\(got undefined at the top\)/);
  assert.match(failure(() => 1).message, /^JSON has no form for a function; /);
});

test("a bigint is named by its place", () => {
  const error = failure({ list: [{ ok: 1 }, { "a/b": 1n }] });
  assert.equal(error.path, "/list/1/a~1b");
  assert.equal(
    error.message,
    'The value at "/list/1/a~1b" cannot be written as JSON: JSON has no bigint; turn it into a string or a number.',
  );
  assert.ok(error.cause instanceof TypeError);
});

test("a circular reference is named by its place, and where it leads", () => {
  const user: Record<string, unknown> = { name: "Ada" };
  user["friends"] = [{ best: user }];
  const error = failure({ user });
  assert.equal(error.path, "/user/friends/0/best");
  assert.match(error.message, /circular, it leads back to "\/user"/);
});

test("a circle through the top is named too", () => {
  const list: unknown[] = [];
  list.push({ list });
  const error = failure(list);
  assert.equal(error.path, "/0/list");
  assert.match(error.message, /leads back to ""/);
});

test("bigints that have a toJSON are no fault", () => {
  // oxlint-disable-next-line no-extend-native -- applications do this, and it is undone below
  Object.defineProperty(BigInt.prototype, "toJSON", { configurable: true, value: String });
  try {
    const circular: Record<string, unknown> = { a: 1n, n: null };
    circular["self"] = circular;
    assert.equal(failure(circular).path, "/self");
  } finally {
    Reflect.deleteProperty(BigInt.prototype, "toJSON");
  }
});

test("a value that occurs twice is not circular", () => {
  const shared = { a: 1 };
  assert.equal(serializer.serialize([shared, { shared }]), '[{"a":1},{"shared":{"a":1}}]');
  assert.equal(failure([shared, shared, 1n]).path, "/2");
});

test("getters and toJSON that throw are named by their place", () => {
  const getter = {
    get bad(): never {
      throw new Error("no such column");
    },
  };
  const error = failure({ rows: [getter] });
  assert.equal(error.path, "/rows/0/bad");
  assert.match(error.message, /no such column/);
  const json = {
    toJSON: () => {
      throw new Error("boom");
    },
  };
  assert.equal(failure([json]).path, "/0");
});

test("toJSON is followed, with the key", () => {
  const seen: string[] = [];
  const value = {
    toJSON(key: string) {
      seen.push(key);
      return { total: 1n };
    },
  };
  assert.equal(failure({ order: value }).path, "/order/total");
  assert.deepEqual(seen, ["order", "order"]);
});

test("boxed bigints are found", () => {
  assert.equal(failure({ boxed: Object(1n) as unknown }).path, "/boxed");
});

test("values nested too deeply fail without a place", () => {
  let value: unknown = 1n;
  for (let i = 0; i < 200_000; i++) value = [value];
  assert.equal(failure(value).path, null);
});

function failure(value: unknown): SchemaError {
  try {
    serializer.serialize(value);
  } catch (error) {
    assert.ok(error instanceof SchemaError);
    assert.equal(error.code, "E_SERIALIZE_FAILED");
    return error;
  }
  return assert.fail("did not throw");
}
