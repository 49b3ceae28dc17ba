import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Type } from "typebox";
import { compileValidator, type Checked } from "./compile-validator.ts";
import { fromTypebox } from "./from-typebox.ts";
import { isStandardSchema, type StandardSchemaV1 } from "./standard-schema.ts";

const User = Type.Object({
  id: Type.Integer({ minimum: 1 }),
  "a/b": Type.Optional(Type.Array(Type.Object({ name: Type.String() }))),
});

test("a TypeBox schema becomes a Standard Schema", () => {
  const schema = fromTypebox(User);
  assert.equal(isStandardSchema(schema), true);
  assert.equal(schema["~standard"].vendor, "typebox");
});

test("a good value passes as it is", () => {
  const value = { id: 1, "a/b": [{ name: "x" }], extra: true };
  const checked = check(fromTypebox(User), value);
  assert.equal(checked.ok && checked.value, value);
});

test("errors have the place, a message and the keyword", () => {
  const checked = check(fromTypebox(User), { id: 0, "a/b": [{ name: 1 }] });
  assert.deepEqual(checked.ok || checked.problems.map(({ path, code }) => [path, code]), [
    ["/id", "minimum"],
    ["/a~1b/0/name", "type"],
  ]);
});

test("missing members are reported where they are missing", () => {
  const checked = check(
    fromTypebox(Type.Object({ a: Type.Object({ x: Type.String(), "~": Type.Null() }) })),
    {
      a: {},
    },
  );
  assert.deepEqual(checked.ok || checked.problems.filter(({ code }) => code === "required"), [
    { path: "/a/x", message: "is required", code: "required" },
    { path: "/a/~0", message: "is required", code: "required" },
  ]);
});

suite("coerce", () => {
  const Query = Type.Object({ page: Type.Integer({ default: 1 }), all: Type.Boolean() });

  test("converts, fills in and drops, on a copy", () => {
    const value = Object.freeze({ page: "42", all: "true", other: "x" });
    const checked = check(fromTypebox(Query, { coerce: true }), value);
    assert.deepEqual(checked.ok && checked.value, { page: 42, all: true });
    assert.equal(value.page, "42");
    const defaulted = check(fromTypebox(Query, { coerce: true }), { all: "false" });
    assert.deepEqual(defaulted.ok && defaulted.value, { page: 1, all: false });
  });

  test("reports what cannot be converted", () => {
    const checked = check(fromTypebox(Query, { coerce: true }), { page: "many", all: "true" });
    assert.deepEqual(checked.ok || checked.problems.map(({ path }) => path), ["/page"]);
  });

  test("is off unless asked for", () => {
    assert.equal(check(fromTypebox(Query), { page: "42", all: true }).ok, false);
    assert.equal(check(fromTypebox(Query), { all: true }).ok, false);
  });

  test("an own __proto__ member changes no prototype", () => {
    const value: unknown = JSON.parse('{"all":"true","__proto__":{"polluted":1}}');
    const checked = check(fromTypebox(Query, { coerce: true }), value);
    assert.equal(checked.ok && (checked.value as { polluted?: unknown }).polluted, undefined);
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
  });
});

suite("codecs", () => {
  const Upper = Type.Decode(Type.String({ minLength: 2 }), (text: string) => text.toUpperCase());

  test("are decoded after the check", () => {
    const checked = check(fromTypebox(Type.Object({ name: Upper })), { name: "ada" });
    assert.deepEqual(checked.ok && checked.value, { name: "ADA" });
    assert.equal(check(fromTypebox(Type.Object({ name: Upper })), { name: "a" }).ok, false);
  });

  test("one that throws is an error of the schema", () => {
    const Broken = Type.Decode(Type.String(), (): string => {
      throw new Error("boom");
    });
    assert.throws(() => check(fromTypebox(Broken), "x"), { code: "E_SCHEMA_THREW" });
  });
});

function check<T>(schema: StandardSchemaV1<unknown, T>, value: unknown): Checked<T> {
  const checked = compileValidator(schema).validate(value);
  if (checked instanceof Promise) assert.fail("not synchronous");
  return checked;
}
