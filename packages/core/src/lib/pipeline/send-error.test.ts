import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { HttpError } from "@armature/http";
import { silentLogger } from "../application/logger.ts";
import { LogNotes, testContext, type TestContext } from "../context/test-context.test.kit.ts";
import { sendError } from "./send-error.ts";

interface Sent {
  readonly status: number;
  readonly headers: Headers;
  readonly problem: Record<string, unknown>;
  /** What was logged, as an error each. */
  readonly logged: readonly unknown[];
}

interface Situation {
  readonly prepare?: (made: TestContext) => void;
  readonly debug?: boolean;
  readonly sendsRequestId?: boolean;
  readonly signal?: AbortSignal;
}

function makeContext(
  { debug = false, sendsRequestId = false, signal }: Situation,
  logger: LogNotes,
): TestContext {
  const request = new Request("http://localhost/users/7", signal === undefined ? {} : { signal });
  return testContext(request, { path: "/users/:id", runtime: { logger, debug, sendsRequestId } });
}

async function send(error: unknown, situation: Situation = {}): Promise<Sent> {
  const logger = new LogNotes();
  const made = makeContext(situation, logger);
  situation.prepare?.(made);
  sendError(made.context, error);
  const response = await made.exchange.response;
  return {
    status: response.status,
    headers: response.headers,
    problem: (await response.json()) as Record<string, unknown>,
    logged: logger.notes.map(({ fields }) => fields["err"]),
  };
}

/** What is logged of an error that cannot be answered any more. */
function logOf(thrown: unknown, situation: Situation): readonly unknown[] {
  const logger = new LogNotes();
  const made = makeContext(situation, logger);
  made.exchange.response.catch(() => {});
  situation.prepare?.(made);
  sendError(made.context, thrown);
  return logger.notes.map(({ fields }) => fields["err"]);
}

describe("sendError", () => {
  test("answers an HttpError as problem details, with its fields and extensions", async () => {
    const error = new HttpError(409, "E_TAKEN", "The name is taken.", {
      headers: { "retry-after": "5" },
      extensions: { name: "Ada" },
    });
    const { status, headers, problem, logged } = await send(error);
    assert.equal(status, 409);
    assert.equal(headers.get("content-type"), "application/problem+json");
    assert.equal(headers.get("cache-control"), "no-store");
    assert.equal(headers.get("retry-after"), "5");
    assert.deepEqual(problem, {
      type: "about:blank",
      title: "Conflict",
      status: 409,
      detail: "The name is taken.",
      code: "E_TAKEN",
      requestId: "id-1",
      name: "Ada",
    });
    assert.deepEqual(logged, [], "a mistake of the client is not the server's");
  });

  const STRANGE: Readonly<Record<string, unknown>> = {
    "an error": new Error("secret"),
    "an error that looks like an HttpError": Object.assign(new Error("secret"), {
      status: 404,
      code: "secret",
    }),
    "a string": "secret",
    null: null,
    undefined: undefined,
    "an HttpError with a status of success": new HttpError(200, "E_SECRET", "secret"),
    "what throws when it is looked at": new Proxy(
      {},
      {
        get: () => {
          throw new Error("secret");
        },
      },
    ),
  };
  for (const [what, thrown] of Object.entries(STRANGE))
    test(`answers ${what} with 500, tells nothing of it, and logs it`, async () => {
      const { status, problem, logged } = await send(thrown);
      assert.equal(status, 500);
      assert.doesNotMatch(JSON.stringify({ ...problem, code: "" }), /secret/);
      assert.equal(logged.length, 1);
      assert.ok(Object.is(logged[0], thrown));
    });

  test("logs where it happened", async () => {
    const logger = new LogNotes();
    const { context } = makeContext({}, logger);
    sendError(context, new Error("x"));
    const [note] = logger.notes;
    const { err: _err, ...fields } = note?.fields ?? {};
    assert.deepEqual([note?.level, note?.message], ["error", "request failed"]);
    assert.deepEqual(fields, {
      requestId: "id-1",
      method: "GET",
      route: "/users/:id",
      handler: "TestController.test",
    });
  });

  test("logs an HttpError of the server, whose detail stays inside", async () => {
    const error = new HttpError(502, "E_BAD_GATEWAY", "db-7.internal is gone");
    const { status, problem, logged } = await send(error);
    assert.deepEqual([status, problem["detail"], problem["code"]], [502, undefined, "E_BAD_GATEWAY"]);
    assert.deepEqual(logged, [error]);
  });

  test("takes a method that nobody knows for the client's mistake", async () => {
    const { status, logged } = await send(new HttpError(501, "E_METHOD_UNKNOWN"));
    assert.deepEqual([status, logged], [501, []]);
  });

  test("tells developers what it was, where they ask for it", async () => {
    const { problem } = await send(new RangeError("too far"), { debug: true });
    assert.deepEqual((problem["debug"] as Record<string, unknown>)["message"], "too far");
  });

  test("keeps what stages set for every answer, and drops what describes the body that failed", async () => {
    const { headers } = await send(new HttpError(404, "E_NOT_FOUND"), {
      sendsRequestId: true,
      prepare: ({ context }) => {
        context.setHeader("access-control-allow-origin", "*");
        context.addHeader("vary", "Origin");
        context.setCookie("a", "1");
        for (const name of ["Content-Type", "Content-Encoding", "Content-Disposition", "Content-Language"])
          context.setHeader(name, "x");
        for (const name of ["Content-Range", "ETag", "Last-Modified", "Cache-Control", "Accept-Ranges"])
          context.setHeader(name, "x");
      },
    });
    const kept = Object.fromEntries(headers);
    delete kept["content-length"];
    assert.deepEqual(kept, {
      "access-control-allow-origin": "*",
      vary: "Origin",
      "set-cookie": "a=1; Path=/; Secure; HttpOnly; SameSite=Lax",
      "x-request-id": "id-1",
      "content-type": "application/problem+json",
      "cache-control": "no-store",
    });
  });

  test("lets the error's own fields replace those of stages and of problem details", async () => {
    const error = new HttpError(404, "E_NOT_FOUND", "no", {
      headers: { "X-A": "error", "Cache-Control": "max-age=60" },
    });
    const { headers } = await send(error, { prepare: ({ context }) => context.setHeader("x-a", "stage") });
    assert.deepEqual([headers.get("x-a"), headers.get("cache-control")], ["error", "max-age=60"]);
  });

  const circular: Record<string, unknown> = {};
  circular["self"] = circular;
  const UNSENDABLE: Readonly<Record<string, HttpError>> = {
    "a field with a line break": new HttpError(400, "E_X", "x", {
      headers: { "x-a": "1\r\nset-cookie: b=2" },
    }),
    "a field that frames": new HttpError(400, "E_X", "x", { headers: { "content-length": "3" } }),
    "an extension without a JSON form": new HttpError(400, "E_X", "x", { extensions: circular }),
    "a bigint in an extension": new HttpError(400, "E_X", "x", { extensions: { big: 1n } }),
  };
  for (const [what, error] of Object.entries(UNSENDABLE))
    test(`answers plainly where the error has ${what}, and logs that`, async () => {
      const { status, headers, problem, logged } = await send(error, {
        sendsRequestId: true,
        prepare: ({ context }) => context.setHeader("x-b", "stage"),
      });
      assert.equal(status, 500);
      assert.deepEqual(problem, {
        type: "about:blank",
        title: "Internal Server Error",
        status: 500,
        code: "E_INTERNAL",
        requestId: "id-1",
      });
      assert.deepEqual([headers.get("x-a"), headers.get("set-cookie")], [null, null]);
      assert.equal(headers.get("x-request-id"), "id-1");
      assert.equal(logged.length, 1);
    });

  test("answers although a field of a stage cannot be sent", async () => {
    const { status, headers, logged } = await send(new HttpError(404, "E_NOT_FOUND"), {
      prepare: ({ context }) => context.setHeader("x-a", "a\nb"),
    });
    assert.deepEqual([status, headers.get("x-a"), logged.length], [500, null, 1]);
  });

  test("answers although the logger fails", async () => {
    const fail = (): never => {
      throw new Error("disk full");
    };
    const logger = { ...silentLogger, error: fail, child: fail };
    const { context, exchange } = testContext(new Request("http://localhost/"), { runtime: { logger } });
    sendError(context, new Error("x"));
    assert.equal((await exchange.response).status, 500);
  });

  test("logs what comes after the answer, and leaves the answer as it is", async () => {
    const logger = new LogNotes();
    const { context, exchange } = makeContext({}, logger);
    sendError(context, new HttpError(404, "E_NOT_FOUND"));
    const late = new Error("late");
    sendError(context, late);
    sendError(context, new HttpError(400, "E_LATE"));
    assert.equal((await exchange.response).status, 404);
    assert.deepEqual(
      logger.notes.map(({ fields }) => fields["err"]),
      [late],
    );
  });
});

describe("sendError, where the client has left", () => {
  const reason = new DOMException("gone", "AbortError");

  test("logs nothing of errors that only say so", () => {
    const signal = AbortSignal.abort(reason);
    const wrapped = new Error("query cancelled", { cause: reason });
    for (const error of [reason, wrapped, new DOMException("aborted", "AbortError")])
      assert.deepEqual(logOf(error, { signal }), []);
  });

  test("logs nothing either where the reason is a mistake of the client", () => {
    const left = new HttpError(400, "E_CLIENT_LEFT");
    const wrapped = new Error("query cancelled", { cause: left });
    assert.deepEqual(logOf(wrapped, { signal: AbortSignal.abort(left) }), []);
  });

  test("logs the server's own errors all the same", () => {
    const error = new TypeError("a bug");
    assert.deepEqual(logOf(error, { signal: AbortSignal.abort(reason) }), [error]);
  });

  test("logs what a handler makes of its deadline", () => {
    for (const status of [500, 503]) {
      const deadline = new HttpError(status, "E_HANDLER_TIMEOUT");
      const signal = AbortSignal.abort(deadline);
      const aborted = new DOMException("aborted", "AbortError");
      assert.deepEqual(logOf(deadline, { signal }), [deadline]);
      assert.deepEqual(logOf(aborted, { signal }), [aborted]);
    }
  });

  test("logs an abort that has nothing to do with the client", async () => {
    const aborted = new DOMException("a timeout of the handler's own", "AbortError");
    assert.deepEqual((await send(aborted)).logged, [aborted]);
  });
});
