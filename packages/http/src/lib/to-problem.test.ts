import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { HttpError } from "./http-error.ts";
import { PROBLEM_MEDIA_TYPE, toProblem } from "./to-problem.ts";

test("the media type is that of RFC 9457", () => {
  assert.equal(PROBLEM_MEDIA_TYPE, "application/problem+json");
});

test("an HttpError shows what it has, in a stable order", () => {
  const error = new HttpError(404, "E_NOT_FOUND", "no user 7", { extensions: { user: 7 } });
  const problem = toProblem(error, { instance: "/users/7", requestId: "r-1" });
  assert.equal(
    JSON.stringify(problem),
    '{"type":"about:blank","title":"Not Found","status":404,"detail":"no user 7","code":"E_NOT_FOUND","instance":"/users/7","requestId":"r-1","user":7}',
  );
});

test("a detail that says no more than the title is left out", () => {
  assert.deepEqual(toProblem(new HttpError(404, "E_NOT_FOUND")), {
    type: "about:blank",
    title: "Not Found",
    status: 404,
    code: "E_NOT_FOUND",
  });
});

test("the type of a code can be chosen", () => {
  const typeOf = (code: string): string => `urn:example:${code}`;
  assert.equal(toProblem(new HttpError(404, "E_NOT_FOUND"), { typeOf }).type, "urn:example:E_NOT_FOUND");
  assert.equal(toProblem(new Error("x"), { typeOf }).type, "urn:example:E_INTERNAL");
});

test("every status of an error is kept", () => {
  for (const status of [400, 418, 500, 599]) {
    assert.equal(toProblem(new HttpError(status, "E_X")).status, status);
  }
});

suite("nothing internal leaks", () => {
  const INTERNAL = {
    type: "about:blank",
    title: "Internal Server Error",
    status: 500,
    code: "E_INTERNAL",
  };

  test("of whatever else is thrown", () => {
    const secrets: unknown[] = [
      new Error("password=hunter2"),
      Object.assign(new Error("secret"), { status: 404, code: "ENOENT", detail: "secret", expose: true }),
      "secret text",
      { status: 418, message: "secret" },
      null,
      undefined,
      Symbol("secret"),
      Object.create(null),
    ];
    for (const secret of secrets) assert.deepEqual(toProblem(secret), INTERNAL);
  });

  test("of server errors and their causes", () => {
    const error = new HttpError(503, "E_BUSY", "db-7 is down", { cause: new Error("secret") });
    assert.deepEqual(toProblem(error), {
      type: "about:blank",
      title: "Service Unavailable",
      status: 503,
      code: "E_BUSY",
    });
  });

  test("of client errors that are not to be shown", () => {
    const error = new HttpError(403, "E_FORBIDDEN", "needs role admin", { expose: false });
    assert.equal("detail" in toProblem(error), false);
  });

  test("of errors whose status is none", () => {
    for (const status of [0, 200, 304, 399, 600, 404.5, Number.NaN, "404" as unknown as number]) {
      assert.deepEqual(toProblem(new HttpError(status, "E_X", "secret")), INTERNAL);
    }
  });

  test("unless the server error says so", () => {
    const error = new HttpError(503, "E_BUSY", "Back at 8.", { expose: true });
    assert.equal(toProblem(error).detail, "Back at 8.");
  });
});

suite("extensions", () => {
  test("cannot replace the standard members", () => {
    const extensions = {
      type: "x",
      title: "x",
      status: 200,
      detail: "x",
      code: "x",
      instance: "x",
      requestId: "x",
      debug: "x",
      problems: [{ path: "/a" }],
    };
    assert.deepEqual(toProblem(new HttpError(422, "E_INVALID", undefined, { extensions })), {
      type: "about:blank",
      title: "Unprocessable Content",
      status: 422,
      code: "E_INVALID",
      problems: [{ path: "/a" }],
    });
  });

  test("cannot change the prototype", () => {
    const extensions = JSON.parse('{"__proto__":{"polluted":1}}') as Record<string, unknown>;
    const problem = toProblem(new HttpError(422, "E_INVALID", "d", { extensions }));
    assert.equal(problem["polluted"], undefined);
    assert.equal(Object.getPrototypeOf(problem), Object.prototype);
  });
});

suite("debug", () => {
  test("shows name, message, stack and causes", () => {
    const error = new TypeError("x is undefined", { cause: new Error("deep", { cause: "text" }) });
    const { debug, ...rest } = toProblem(error, { debug: true });
    assert.equal(rest.status, 500);
    assert.equal(rest.code, "E_INTERNAL");
    assert.equal(debug?.name, "TypeError");
    assert.equal(debug?.message, "x is undefined");
    assert.match(debug?.stack ?? "", /to-problem\.test/);
    assert.equal(debug?.cause?.message, "deep");
    assert.deepEqual(debug?.cause?.cause, { name: "string", message: "text" });
  });

  test("shows the details of server errors", () => {
    assert.equal(toProblem(new HttpError(503, "E_BUSY", "db-7"), { debug: true }).detail, "db-7");
  });

  test("ends, and can always be written", () => {
    const circular: Error = new Error("self");
    circular.cause = circular;
    for (const thrown of [circular, Object.create(null), Symbol("s"), 1n]) {
      const text = JSON.stringify(toProblem(thrown, { debug: true }));
      assert.equal(JSON.parse(text).status, 500);
    }
  });
});
