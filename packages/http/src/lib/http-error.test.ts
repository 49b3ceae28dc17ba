import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { HttpError, isHttpError } from "./http-error.ts";

test("an error has its status, code and detail", () => {
  const cause = new Error("db");
  const error = new HttpError(409, "E_TAKEN", "Taken.", { cause, headers: { a: "b" }, extensions: { c: 1 } });
  assert.equal(error.name, "HttpError");
  assert.equal(error.status, 409);
  assert.equal(error.code, "E_TAKEN");
  assert.equal(error.message, "Taken.");
  assert.equal(error.cause, cause);
  assert.deepEqual(error.headers, { a: "b" });
  assert.deepEqual(error.extensions, { c: 1 });
  assert.ok(error instanceof Error);
});

test("without a detail the reason phrase is the message, and there is no cause", () => {
  const error = new HttpError(404, "E_NOT_FOUND");
  assert.equal(error.message, "Not Found");
  assert.equal("cause" in error, false);
});

test("details of client errors may be shown, those of server errors not, unless said", () => {
  assert.equal(new HttpError(499, "E_X").expose, true);
  assert.equal(new HttpError(500, "E_X").expose, false);
  assert.equal(new HttpError(503, "E_X", "x", { expose: true }).expose, true);
  assert.equal(new HttpError(404, "E_X", "x", { expose: false }).expose, false);
});

suite("isHttpError", () => {
  test("knows errors of this copy, and their subclasses", () => {
    class Own extends HttpError {}
    assert.equal(isHttpError(new HttpError(400, "E_X")), true);
    assert.equal(isHttpError(new Own(400, "E_X")), true);
  });

  test("knows errors of another copy of the package", async () => {
    // A query makes it a module of its own.
    const copy = (await import(`${new URL("http-error.js", import.meta.url).href}?copy`)) as {
      HttpError: typeof HttpError;
    };
    const foreign = new copy.HttpError(404, "E_X");
    assert.equal(foreign instanceof HttpError, false);
    assert.equal(isHttpError(foreign), true);
  });

  test("knows nothing else", () => {
    const lookalike = { name: "HttpError", status: 404, code: "E_X", headers: {}, extensions: {} };
    for (const other of [null, undefined, "x", 1, {}, new Error("x"), lookalike, HttpError, () => 1]) {
      assert.equal(isHttpError(other), false);
    }
  });

  test("the brand is not among the own members of an error", () => {
    assert.deepEqual(Object.getOwnPropertySymbols(new HttpError(400, "E_X")), []);
  });
});
