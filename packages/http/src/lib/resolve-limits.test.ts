import assert from "node:assert/strict";
import { test } from "node:test";
import { ArmatureError } from "./armature-error.ts";
import { DEFAULT_LIMITS, type Limits } from "./engine.ts";
import { resolveLimits } from "./resolve-limits.ts";

const NAMES = Object.keys(DEFAULT_LIMITS) as (keyof Limits)[];

test("without limits the defaults apply", () => {
  assert.deepEqual(resolveLimits(), DEFAULT_LIMITS);
  assert.deepEqual(resolveLimits({}), DEFAULT_LIMITS);
  assert.equal(Object.isFrozen(DEFAULT_LIMITS), true);
});

test("a limit that is given replaces its default alone, and the result is frozen", () => {
  for (const name of NAMES) {
    const limits = resolveLimits({ [name]: 7 });
    assert.deepEqual(limits, { ...DEFAULT_LIMITS, [name]: 7 });
    assert.deepEqual(Object.keys(limits), NAMES);
    assert.equal(Object.isFrozen(limits), true);
  }
});

test("undefined takes the default", () => {
  assert.deepEqual(resolveLimits({ maxBodyBytes: undefined } as unknown as Limits), DEFAULT_LIMITS);
});

test("what is no whole number in range is refused", () => {
  for (const name of NAMES) {
    for (const value of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "5", null, 1n, true, {}]) {
      assert.throws(() => resolveLimits({ [name]: value }), { code: "E_LIMIT_INVALID" }, name);
    }
  }
});

test("zero is for limits where it means something", () => {
  const allowed = new Set<string>([
    "maxBodyBytes",
    "maxChunkExtensionBytes",
    "maxTrailerBytes",
    "minBytesPerSecond",
    "handlerTimeoutMs",
    "maxQueuedRequests",
    "maxQueueAgeMs",
    "maxLoopDelayMs",
  ]);
  for (const name of NAMES) {
    const resolve = (): Limits => resolveLimits({ [name]: 0 });
    if (allowed.has(name)) assert.equal(resolve()[name], 0);
    else assert.throws(resolve, { code: "E_LIMIT_INVALID" }, name);
  }
});

test("times end where timers end", () => {
  assert.equal(resolveLimits({ requestTimeoutMs: 2_147_483_647 }).requestTimeoutMs, 2_147_483_647);
  assert.throws(() => resolveLimits({ requestTimeoutMs: 2_147_483_648 }), {
    message:
      "requestTimeoutMs must be a whole number of milliseconds, at least 1 and at most 2147483647 (got 2147483648).",
  });
  assert.equal(resolveLimits({ maxBodyBytes: 2 ** 40 }).maxBodyBytes, 2 ** 40);
});

test("messages say what, which value, and what to do", () => {
  const message = (limits: object): string => failure(limits).message;
  assert.equal(
    message({ maxBodyBytes: -1 }),
    "maxBodyBytes must be a whole number of bytes, at least 0 (got -1).",
  );
  assert.equal(message({ maxPipelined: "x" }), 'maxPipelined must be a whole number, at least 1 (got "x").');
  assert.equal(message({ maxBodySize: 1 }), 'There is no limit "maxBodySize"; did you mean "maxBodyBytes"?');
  assert.match(
    message({ compression: 1 }),
    /no limit "compression"; the limits are maxRequestLineBytes, .*, keepAliveTimeoutMs, .*\.$/,
  );
});

test("unknown names are refused, hostile ones too", () => {
  for (const name of ["maxBodySize", "constructor", "toString", ""]) {
    assert.equal(failure({ [name]: 1 }).code, "E_OPTION_UNKNOWN", name);
  }
  assert.equal(failure(JSON.parse('{"__proto__":1}') as object).code, "E_OPTION_UNKNOWN");
});

test("all mistakes come together", () => {
  const error = failure({ maxBodySize: 1, maxBodyBytes: -1, maxPipelined: 2, headersTimeoutMs: 0 });
  assert.equal(error.code, "E_OPTION_UNKNOWN");
  assert.match(
    error.message,
    /^3 limits are wrong:\n- There is no limit .*\n- maxBodyBytes .*\n- headersTimeoutMs /,
  );
  assert.ok(error.cause instanceof AggregateError);
  assert.deepEqual(
    error.cause.errors.map((one: ArmatureError) => one.code),
    ["E_OPTION_UNKNOWN", "E_LIMIT_INVALID", "E_LIMIT_INVALID"],
  );
});

function failure(limits: object): ArmatureError {
  try {
    resolveLimits(limits);
  } catch (error) {
    assert.ok(error instanceof ArmatureError);
    return error;
  }
  return assert.fail("did not throw");
}
