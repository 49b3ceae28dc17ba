import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { defineError, withErrors } from "./define-error.ts";
import { ERROR_CODES } from "./error-codes.ts";
import { HttpError, isHttpError } from "./http-error.ts";
import * as statusErrors from "./status-errors.ts";

describe("defineError", () => {
  const EmailTaken = defineError(409, "E_EMAIL_TAKEN", { description: "A user with this email exists." });

  test("makes HttpErrors with its status and code", () => {
    const error = EmailTaken();
    assert.ok(error instanceof HttpError);
    assert.deepEqual(
      [error.status, error.code, error.message],
      [409, "E_EMAIL_TAKEN", "A user with this email exists."],
    );
    assert.equal(EmailTaken("ada@example.com is taken").message, "ada@example.com is taken");
    assert.deepEqual(EmailTaken(undefined, { extensions: { by: 7 } }).extensions, { by: 7 });
    assert.equal(defineError(404, "E_X")().message, "Not Found");
  });

  test("throws them in an expression", () => {
    assert.throws(() => EmailTaken.throw("no"), { code: "E_EMAIL_TAKEN", message: "no" });
  });

  test("knows them again", () => {
    assert.equal(EmailTaken.is(EmailTaken()), true);
    for (const other of [
      new HttpError(400, "E_EMAIL_TAKEN"),
      new HttpError(409, "E_CONFLICT"),
      new Error("x"),
      null,
    ])
      assert.equal(EmailTaken.is(other), false);
  });

  test("refuses what is no error", () => {
    for (const [status, code] of [
      [200, "E_X"],
      [600, "E_X"],
      [404.5, "E_X"],
      [404, ""],
    ] as const)
      assert.throws(() => defineError(status, code), { name: "ArmatureError", code: "E_ERROR_INVALID" });
  });
});

test("withErrors leaves a stage what it is", () => {
  const stage = withErrors((value: number) => value + 1, 401, { status: 409, code: "E_X" });
  assert.equal(stage(1), 2);
  assert.deepEqual(stage.errors, [401, { status: 409, code: "E_X" }]);
});

test("the codes of statuses are those of the functions that throw them", () => {
  const thrown = Object.values(statusErrors).map((fail: (...args: never[]) => never) => {
    try {
      return fail(...([["GET"]] as never[]));
    } catch (error) {
      assert.ok(isHttpError(error));
      return [String(error.status), error.code];
    }
  });
  assert.deepEqual(Object.fromEntries(thrown) as unknown, ERROR_CODES);
});
