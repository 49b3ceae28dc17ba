import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { armature, HttpError, type AppOptions } from "armature";
import { eventually, Handover } from "../serve.ts";
import { LogLines } from "./harness/log-lines.ts";
import { turn } from "./harness/note.ts";
import { SOCKET, WAYS, WIRE_WAYS, type Way } from "./harness/ways.ts";

const source = armature()
  .get("/users/:id", ({ params }) => params.id)
  .get("/later", async () => {
    await turn();
    return "later";
  })
  .get("/stream", async function* stream() {
    yield "a";
    await turn();
    yield "b";
  })
  .get("/fails", () => {
    throw new Error("boom");
  })
  .get("/refused", () => {
    throw new HttpError(402, "E_PAY", "Pay first.");
  })
  .get("/log", (context) => {
    context.log.info({ step: 1 }, "in the handler");
    return context.id;
  });

for (const way of WAYS)
  describe(`request ids by ${way.name}`, () => {
    const idOf = async (options: AppOptions, given?: string): Promise<string | undefined> => {
      await using running = await way.start(source, options);
      const headers = given === undefined ? {} : { "x-request-id": given };
      const answer = await running.request("GET", "/log", { headers });
      assert.ok(answer.text.length > 0);
      const sent = answer.header("x-request-id");
      if (sent !== undefined) assert.equal(sent, answer.text);
      return sent;
    };

    test("are new for each request, on every answer", async () => {
      await using running = await way.start(source);
      const seen = new Set<string>();
      for (const path of ["/log", "/log", "/none", "/fails", "/stream", "/refused"]) {
        const id = (await running.request("GET", path)).header("x-request-id") ?? "";
        assert.match(id, /^[\w-]{10,}$/);
        seen.add(id);
      }
      assert.equal((await running.request("OPTIONS", "/log")).all("x-request-id").length, 1);
      assert.equal(seen.size, 6);
    });

    test("are the client's only where the application trusts it", async () => {
      assert.notEqual(await idOf({}, "client-1"), "client-1");
      assert.notEqual(await idOf({ requestId: true }, "client-1"), "client-1");
      assert.equal(await idOf({ requestId: "trust" }, "client-1"), "client-1");
    });

    test("are new where the client's is malformed", async () => {
      for (const given of ["a b", "x".repeat(129), "<script>", 'a"b', "\u00fc"])
        assert.notEqual(await idOf({ requestId: "trust" }, given), given);
      assert.ok(await idOf({ requestId: "trust" }));
    });

    test("are not sent where they are turned off, but are there for the log", async () => {
      const lines = new LogLines();
      assert.equal(await idOf({ requestId: false, logger: lines.logger }), undefined);
      assert.ok(lines.all[0]?.fields["requestId"]);
    });
  });

async function logged(
  way: Way,
  requests: readonly (readonly [method: string, target: string])[],
): Promise<LogLines> {
  const lines = new LogLines();
  await using running = await way.start(source, { logger: lines.logger, requestLog: true });
  for (const [at, [method, target]] of requests.entries()) {
    await running.request(method, target);
    // A client may have its answer a little earlier than the log.
    await eventually(() => lines.requests().length === at + 1);
  }
  return lines;
}

for (const way of WAYS)
  describe(`the request log by ${way.name}`, () => {
    test("has one line for each request, whatever became of it", async () => {
      const lines = await logged(way, [
        ["GET", "/users/7?token=secret"],
        ["HEAD", "/users/7"],
        ["GET", "/later"],
        ["GET", "/stream"],
        ["GET", "/none"],
        ["POST", "/later"],
        ["OPTIONS", "/later"],
        ["GET", "/refused"],
        ["GET", "/fails"],
      ]);
      await turn();
      assert.deepEqual(
        lines.requests().map(({ method, path, route, status }) => [method, path, route, status]),
        [
          ["GET", "/users/7", "/users/:id", 200],
          ["HEAD", "/users/7", "/users/:id", 200],
          ["GET", "/later", "/later", 200],
          ["GET", "/stream", "/stream", 200],
          ["GET", "/none", "(not found)", 404],
          ["POST", "/later", "(method not allowed)", 405],
          ["OPTIONS", "/later", "(options)", 204],
          ["GET", "/refused", "/refused", 402],
          ["GET", "/fails", "/fails", 500],
        ],
      );
      for (const { durationMs, requestId } of lines.requests()) {
        assert.ok(typeof durationMs === "number" && durationMs >= 0);
        assert.ok(typeof requestId === "string");
      }
      assert.doesNotMatch(JSON.stringify(lines.requests()), /secret/);
    });

    test("writes errors of the server as errors, next to what happened", async () => {
      const lines = await logged(way, [["GET", "/fails"]]);
      const [failure, request] = lines.all;
      assert.deepEqual([failure?.level, failure?.message], ["error", "request failed"]);
      assert.deepEqual([request?.level, request?.message], ["error", "request"]);
      assert.equal(failure?.fields["requestId"], request?.fields["requestId"]);
      assert.equal(failure?.fields["route"], "/fails");
    });

    test("writes everything else as information", async () => {
      const lines = await logged(way, [
        ["GET", "/refused"],
        ["GET", "/none"],
      ]);
      assert.deepEqual(
        lines.all.map(({ level }) => level),
        ["info", "info"],
      );
    });

    test("shares its id with what the handler logs", async () => {
      const lines = await logged(way, [["GET", "/log"]]);
      const [inHandler, request] = lines.all;
      assert.deepEqual([inHandler?.message, inHandler?.fields["step"]], ["in the handler", 1]);
      assert.equal(inHandler?.fields["requestId"], request?.fields["requestId"]);
    });

    test("is silent unless it is asked for", async () => {
      const lines = new LogLines();
      await using running = await way.start(source, { logger: lines.logger });
      await running.request("GET", "/users/7");
      assert.deepEqual(lines.all, []);
    });
  });

for (const way of WIRE_WAYS)
  test(`the request log by ${way.name} has one line for a client that left, without a status`, async () => {
    const began = new Handover<AbortSignal>();
    const lines = new LogLines();
    const waiting = armature().get("/", async ({ signal }) => {
      began.give(signal);
      await new Promise((resolve) => {
        signal.addEventListener("abort", resolve, { once: true });
      });
      return "nobody reads this";
    });
    await using running = await way.start(waiting, { logger: lines.logger, requestLog: true });
    const client = running.connect();
    await client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    await began.taken;
    client.reset();
    await eventually(() => lines.requests().length === 1);
    await turn();
    assert.deepEqual(
      lines.requests().map(({ status }) => status),
      [0],
    );
    assert.deepEqual(lines.errorCodes(), []);
  });

test("the request log knows where requests come from", async () => {
  const lines = await logged(SOCKET, [["GET", "/users/1"]]);
  assert.equal(lines.requests()[0]?.["client"], "127.0.0.1");
});
