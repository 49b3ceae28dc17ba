import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { StandardSchemaV1 } from "@armature/schema";
import { z } from "zod";
import type { ResponseMap } from "../route/route-schemas.ts";
import { testRouteInfo } from "../route/test-route-info.test.kit.ts";
import { AnswerContract, type AnswerSettings } from "./answer-contract.ts";

const INFO = testRouteInfo({ path: "/users/:id", name: "UserController.find" });

function schema(validate: StandardSchemaV1["~standard"]["validate"]): StandardSchemaV1 {
  return { "~standard": { version: 1, vendor: "test", validate } };
}

/** Takes objects with an `id`, and gives nothing but it. */
const User = schema((value) => {
  const { id } = (value ?? {}) as Record<string, unknown>;
  if (typeof id === "number") return { value: { id } };
  return { issues: [{ message: "is no number", path: ["id"] }, { message: "is odd" }] };
});

const UserLater = schema(async (value) => await User["~standard"].validate(value));

function contract(
  response: StandardSchemaV1 | ResponseMap,
  settings: AnswerSettings = { checksAnswers: true, jsonSchema: {} },
): AnswerContract {
  return new AnswerContract(INFO, response, settings);
}

describe("AnswerContract", () => {
  test("sends what the schema gives, not what the handler gave", () => {
    assert.equal(contract(User).serialize(200, { id: 1, secret: "x" }), '{"id":1}');
  });

  test("waits for a schema that is asynchronous, and only for one", async () => {
    const text = contract(UserLater).serialize(200, { id: 1, secret: "x" });
    assert.ok(text instanceof Promise);
    assert.equal(await text, '{"id":1}');
  });

  test("has a schema for each status", () => {
    const Text = schema((value) => ({ value: `text ${String(value)}` }));
    const both = contract({ 200: User, 404: Text, 204: null });
    assert.equal(both.serialize(200, { id: 1 }), '{"id":1}');
    assert.equal(both.serialize(404, "no user"), '"text no user"');
    assert.equal(both.serialize(204, undefined), null);
  });

  test("takes one schema for that of 200, also where it is a function, as some libraries have them", () => {
    const callable = Object.assign((value: unknown) => value, User);
    assert.equal(contract(callable).serialize(200, { id: 1 }), '{"id":1}');
    assert.throws(() => contract(callable).serialize(201, { id: 1 }), { code: "E_RESPONSE_UNDECLARED" });
  });

  test("refuses what breaks a schema, at once or later, and names the route and every problem", async () => {
    const broken = {
      name: "HttpError",
      status: 500,
      code: "E_RESPONSE_INVALID",
      expose: false,
      message:
        "GET /users/:id (UserController.find) broke its response schema (/id: is no number; /: is odd); mend the handler or the schema.",
    };
    assert.throws(() => contract(User).serialize(200, { id: "1" }), broken);
    assert.throws(() => contract(User).serialize(200, undefined), broken);
    await assert.rejects(async () => await contract(UserLater).serialize(200, {}), broken);
  });

  test("refuses a status that is not declared, and names those that are", () => {
    assert.throws(() => contract({ 200: User, 404: null }).serialize(500, { id: 1 }), {
      status: 500,
      code: "E_RESPONSE_UNDECLARED",
      message: /answered 500, but declares only 200, 404;/,
    });
  });

  test("refuses a body where none is declared, null too", () => {
    for (const body of [null, "", 0, false, {}])
      assert.throws(() => contract({ 204: null }).serialize(204, body), { code: "E_RESPONSE_INVALID" });
  });

  test("refuses what has no JSON form", () => {
    const anything = contract(schema((value) => ({ value })));
    for (const body of [undefined, 1n, () => {}, { a: 1n }])
      assert.throws(() => anything.serialize(200, body), { code: "E_SERIALIZE_FAILED" });
  });

  test("refuses what is no schema when it is made", () => {
    assert.throws(() => contract({ 200: {} as StandardSchemaV1 }), { code: "E_SCHEMA_INVALID" });
  });

  test("has 204 for a handler that returns nothing where that is declared without a body, else 200", () => {
    assert.equal(contract({ 204: null }).emptyStatus, 204);
    assert.equal(contract({ 200: User, 204: null }).emptyStatus, 204);
    assert.equal(contract(User).emptyStatus, 200);
    assert.equal(contract({ 201: User }).emptyStatus, 200);
    assert.equal(contract({ 204: User }).emptyStatus, 200);
  });
});

/** A schema of a library that brings JSON Schema; counts how often it is asked. */
function counted(shape: StandardSchemaV1): { inner: StandardSchemaV1; calls: () => number } {
  let calls = 0;
  const standard = shape["~standard"];
  const inner: StandardSchemaV1 = {
    "~standard": {
      ...standard,
      validate: (value) => {
        calls++;
        return standard.validate(value);
      },
    },
  };
  return { inner, calls: () => calls };
}

describe("AnswerContract where answers are not checked in full", () => {
  const trusting: AnswerSettings = { checksAnswers: false, jsonSchema: {} };

  test("writes what the schema declares, without asking it", () => {
    const { inner: user, calls } = counted(z.object({ id: z.int().min(5), name: z.email().optional() }));
    const text = contract(user, trusting).serialize(200, { id: 1, name: "no email", password: "x" });
    assert.equal(text, '{"id":1,"name":"no email"}');
    assert.equal(calls(), 0);
  });

  test("refuses what is not of the declared kind, and says where", () => {
    const users = contract(z.array(z.object({ id: z.int() })), trusting);
    assert.throws(() => users.serialize(200, [{ id: 1 }, { id: "2" }]), {
      status: 500,
      code: "E_RESPONSE_INVALID",
      message:
        'GET /users/:id (UserController.find) broke its response schema (The value at "/1/id" must be a number (got a string)); mend the handler or the schema.',
    });
  });

  test("stays synchronous where the schema is not", () => {
    const user = z.object({ id: z.int() }).refine(async () => await Promise.resolve(true));
    assert.equal(contract(user, trusting).serialize(200, { id: 1, secret: "x" }), '{"id":1}');
  });

  test("asks schemas that make other values of them", () => {
    const Shouted = z.object({ name: z.string().transform((name) => name.toUpperCase()) });
    assert.equal(contract(Shouted, trusting).serialize(200, { name: "ada", secret: "x" }), '{"name":"ADA"}');
    const Filled = z.object({ role: z.string().default("user"), name: z.string().trim() });
    assert.equal(
      contract(Filled, trusting).serialize(200, { name: " ada " }),
      '{"role":"user","name":"ada"}',
    );
  });

  test("asks schemas that JSON Schema tells only a part of", () => {
    const { inner, calls } = counted(z.union([z.object({ id: z.int() }), z.map(z.string(), z.string())]));
    assert.equal(contract(inner, trusting).serialize(200, { id: 1, secret: "x" }), '{"id":1}');
    assert.equal(calls(), 1);
  });

  test("asks schemas without JSON Schema", () => {
    assert.equal(contract(User, trusting).serialize(200, { id: 1, secret: "x" }), '{"id":1}');
  });

  test("writes dates as times", () => {
    const At = z.object({ at: z.date(), on: z.date().nullable() });
    const text = contract(At, trusting).serialize(200, { at: new Date(0), on: null });
    assert.equal(text, '{"at":"1970-01-01T00:00:00.000Z","on":null}');
  });
});
