import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { HttpError } from "./http-error.ts";
import * as errors from "./status-errors.ts";

type Thrower = (detail?: string, options?: errors.StatusErrorOptions) => never;

/** Every function as one that takes a detail and options. */
const THROWERS: Readonly<Record<string, readonly [status: number, code: string, thrower: Thrower]>> = {
  badRequest: [400, "E_BAD_REQUEST", errors.badRequest],
  unauthorized: [401, "E_UNAUTHORIZED", (...rest) => errors.unauthorized("Bearer", ...rest)],
  paymentRequired: [402, "E_PAYMENT_REQUIRED", errors.paymentRequired],
  forbidden: [403, "E_FORBIDDEN", errors.forbidden],
  notFound: [404, "E_NOT_FOUND", errors.notFound],
  methodNotAllowed: [405, "E_METHOD_NOT_ALLOWED", (...rest) => errors.methodNotAllowed(["GET"], ...rest)],
  notAcceptable: [406, "E_NOT_ACCEPTABLE", errors.notAcceptable],
  requestTimeout: [408, "E_REQUEST_TIMEOUT", errors.requestTimeout],
  conflict: [409, "E_CONFLICT", errors.conflict],
  gone: [410, "E_GONE", errors.gone],
  lengthRequired: [411, "E_LENGTH_REQUIRED", errors.lengthRequired],
  preconditionFailed: [412, "E_PRECONDITION_FAILED", errors.preconditionFailed],
  contentTooLarge: [413, "E_CONTENT_TOO_LARGE", errors.contentTooLarge],
  unsupportedMediaType: [415, "E_UNSUPPORTED_MEDIA_TYPE", errors.unsupportedMediaType],
  rangeNotSatisfiable: [416, "E_RANGE_NOT_SATISFIABLE", (...rest) => errors.rangeNotSatisfiable(9, ...rest)],
  unprocessable: [422, "E_UNPROCESSABLE", errors.unprocessable],
  locked: [423, "E_LOCKED", errors.locked],
  upgradeRequired: [426, "E_UPGRADE_REQUIRED", (...rest) => errors.upgradeRequired("websocket", ...rest)],
  preconditionRequired: [428, "E_PRECONDITION_REQUIRED", errors.preconditionRequired],
  tooManyRequests: [429, "E_TOO_MANY_REQUESTS", (...rest) => errors.tooManyRequests(1, ...rest)],
  unavailableForLegalReasons: [451, "E_UNAVAILABLE_FOR_LEGAL_REASONS", errors.unavailableForLegalReasons],
  internalError: [500, "E_INTERNAL", errors.internalError],
  notImplemented: [501, "E_NOT_IMPLEMENTED", errors.notImplemented],
  badGateway: [502, "E_BAD_GATEWAY", errors.badGateway],
  serviceUnavailable: [503, "E_SERVICE_UNAVAILABLE", (...rest) => errors.serviceUnavailable(1, ...rest)],
  gatewayTimeout: [504, "E_GATEWAY_TIMEOUT", errors.gatewayTimeout],
};

test("every function is in the table", () => {
  assert.deepEqual(Object.keys(errors).toSorted(), Object.keys(THROWERS).toSorted());
});

for (const [name, [status, code, thrower]] of Object.entries(THROWERS)) {
  test(`${name} throws ${status} ${code}`, () => {
    const error = thrown(() => thrower("the detail"));
    assert.equal(error.status, status);
    assert.equal(error.code, code);
    assert.equal(error.message, "the detail");
    assert.notEqual(thrown(() => thrower()).message, "");
  });

  test(`${name} takes a code and options`, () => {
    const cause = new Error("behind");
    const options = { code: "E_OWN", cause, headers: { "x-own": "1" }, extensions: { a: 1 }, expose: true };
    const error = thrown(() => thrower("d", options));
    assert.equal(error.code, "E_OWN");
    assert.equal(error.cause, cause);
    assert.equal(error.headers["x-own"], "1");
    assert.deepEqual(error.extensions, { a: 1 });
    assert.equal(error.expose, true);
  });
}

suite("fields that a status needs", () => {
  const cases: readonly (readonly [() => never, Readonly<Record<string, string>>])[] = [
    [() => errors.unauthorized('Basic realm="x"'), { "www-authenticate": 'Basic realm="x"' }],
    [() => errors.methodNotAllowed(["GET", "HEAD"]), { allow: "GET, HEAD" }],
    [() => errors.methodNotAllowed([]), { allow: "" }],
    [() => errors.rangeNotSatisfiable(47), { "content-range": "bytes */47" }],
    [() => errors.upgradeRequired("websocket"), { upgrade: "websocket" }],
    [() => errors.tooManyRequests(1.2), { "retry-after": "2" }],
    [() => errors.tooManyRequests(-1), { "retry-after": "0" }],
    [() => errors.tooManyRequests(), {}],
    [() => errors.serviceUnavailable(30), { "retry-after": "30" }],
    [() => errors.serviceUnavailable(), {}],
    [() => errors.notFound(), {}],
  ];

  test("are set", () => {
    for (const [run, headers] of cases) assert.deepEqual(thrown(run).headers, headers);
  });

  test("can be replaced", () => {
    const error = thrown(() => errors.tooManyRequests(5, "slow down", { headers: { "retry-after": "9" } }));
    assert.deepEqual(error.headers, { "retry-after": "9" });
  });
});

function thrown(run: () => never): HttpError {
  try {
    return run();
  } catch (error) {
    assert.ok(error instanceof HttpError);
    return error;
  }
}
