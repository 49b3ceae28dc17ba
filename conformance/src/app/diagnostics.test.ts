import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { AsyncLocalStorage } from "node:async_hooks";
import { channel, subscribe, unsubscribe } from "node:diagnostics_channel";
import { describe, test } from "node:test";
import { armature, HttpError, REQUEST_CHANNELS, type RequestMessage } from "armature";
import { eventually, Handover } from "../serve.ts";
import { LogLines } from "./harness/log-lines.ts";
import { turn } from "./harness/note.ts";
import { ENGINE_WAYS, FETCH, WAYS, WIRE_WAYS } from "./harness/ways.ts";

type Name = keyof typeof REQUEST_CHANNELS;

const NAMES = Object.keys(REQUEST_CHANNELS) as Name[];

/** Listens to all channels until it is disposed. */
class Listening implements Disposable {
  readonly events: { name: Name; message: RequestMessage; status: number }[] = [];
  readonly #listeners = NAMES.map((name) => {
    const listener = (message: unknown): void => this.#note(name, message as RequestMessage);
    subscribe(REQUEST_CHANNELS[name], listener);
    return () => unsubscribe(REQUEST_CHANNELS[name], listener);
  });

  get names(): Name[] {
    return this.events.map(({ name }) => name);
  }

  get last(): RequestMessage {
    const message = this.events.at(-1)?.message;
    assert.ok(message);
    return message;
  }

  /** Waits for the last word on so many requests. */
  async over(count = 1): Promise<void> {
    await eventually(
      () => this.names.filter((name) => name === "sent" || name === "aborted").length === count,
    );
  }

  [Symbol.dispose](): void {
    for (const stop of this.#listeners) stop();
  }

  #note(name: Name, message: RequestMessage): void {
    this.events.push({ name, message, status: message.status });
  }
}

const source = armature()
  .get("/users/:id", ({ params }) => ({ id: params.id }))
  .get("/later", async () => {
    await turn();
    return "later";
  })
  .get("/stream", async function* stream() {
    yield "abc";
    await turn();
    yield "de";
  })
  .get("/fails", async () => {
    await turn();
    throw new Error("boom");
  })
  .get("/breaks", async function* breaks() {
    yield "a";
    await turn();
    throw new Error("boom");
  })
  .get("/refused", () => {
    throw new HttpError(402, "E_PAY", "Pay first.");
  })
  .get(
    "/filtered",
    {
      filters: [() => "caught"],
    },
    () => {
      throw new Error("boom");
    },
  );

const PLAIN: readonly Name[] = ["start", "matched", "handled", "sent"];

for (const way of WAYS)
  describe(`diagnostics channels by ${way.name}`, () => {
    test("tell of a request in order, with one message", async () => {
      await using running = await way.start(source);
      using heard = new Listening();
      for (const [at, [path, route, bytes]] of [
        ["/users/7", "/users/:id", 10],
        ["/later", "/later", 5],
        ["/stream", "/stream", 5],
        ["/filtered", "/filtered", 6],
      ].entries()) {
        heard.events.length = 0;
        const answer = await running.request("GET", `${path}?a=b`);
        await heard.over();
        const { last } = heard;
        assert.deepEqual(heard.names, PLAIN, String(at));
        assert.ok(heard.events.every(({ message }) => message === last));
        assert.equal(last.route?.path, route);
        assert.equal(last.method, "GET");
        assert.equal(last.target, `${path}?a=b`);
        assert.equal(last.status, 200);
        assert.equal(last.bodyBytes, bytes);
        assert.equal(last.id, answer.header("x-request-id"));
        assert.equal(last.error, undefined);
        assert.ok(last.startedMs > 0 && last.startedMs <= performance.now());
        assert.equal(last.context?.id, last.id);
        assert.equal(last.exchange, last.context?.exchange);
      }
    });

    test("tell what is known at each of them", async () => {
      await using running = await way.start(source);
      const seen: unknown[] = [];
      const note = (name: Name) => (message: unknown) => {
        const { context, route, status, bodyBytes } = message as RequestMessage;
        seen.push([name, context !== null, route?.path, status, bodyBytes]);
      };
      const stops = NAMES.map((name) => {
        const listener = note(name);
        subscribe(REQUEST_CHANNELS[name], listener);
        return () => unsubscribe(REQUEST_CHANNELS[name], listener);
      });
      await running.request("GET", "/later");
      await eventually(() => seen.length === 4);
      for (const stop of stops) stop();
      assert.deepEqual(seen, [
        ["start", false, undefined, 0, 0],
        ["matched", true, "/later", 0, 0],
        ["handled", true, "/later", 0, 0],
        ["sent", true, "/later", 200, 5],
      ]);
    });

    test("tell of errors with the status that they were answered with", async () => {
      await using running = await way.start(source);
      using heard = new Listening();
      for (const [path, status, code] of [
        ["/fails", 500, undefined],
        ["/refused", 402, "E_PAY"],
        ["/none", 404, "E_ROUTE_NOT_FOUND"],
      ] as const) {
        heard.events.length = 0;
        const answer = await running.request("GET", path);
        await heard.over();
        assert.deepEqual(heard.names, ["start", "matched", "error", "handled", "sent"]);
        assert.equal(heard.events[2]?.status, status);
        assert.equal(heard.last.status, status);
        assert.equal((heard.last.error as { code?: string }).code, code);
        assert.equal(heard.last.bodyBytes, answer.bytes.length);
      }
      assert.equal(heard.last.route, null, "no route has this path");
    });

    test("tell of a stream that broke", async () => {
      await using running = await way.start(source);
      using heard = new Listening();
      const answer = await running.request("GET", "/breaks");
      assert.equal(answer.cut, true);
      await heard.over();
      await eventually(() => heard.names.includes("error") || heard.names.includes("aborted"));
      assert.deepEqual(heard.names.slice(0, 3), ["start", "matched", "handled"]);
      assert.equal(heard.names.filter((name) => name === "aborted").length, 1);
      assert.equal(heard.last.status, 200);
      assert.equal((heard.last.error as Error).message, "boom");
    });

    test("do not count the body that HEAD is not sent", async () => {
      await using running = await way.start(source);
      using heard = new Listening();
      for (const path of ["/later", "/stream"]) {
        await running.request("HEAD", path);
        await heard.over();
        assert.deepEqual([heard.last.status, heard.last.bodyBytes], [200, 0]);
        heard.events.length = 0;
      }
    });

    test("make a bound store current in the whole pipeline", async () => {
      const storage = new AsyncLocalStorage<{ target: string }>();
      const seen: string[] = [];
      const app = armature({ middleware: [(context, next) => (note(), next(context))] })
        .get("/now", { guards: [() => note()] }, () => note())
        .get("/later", async () => {
          await turn();
          note();
        });
      const note = (): void => void seen.push(storage.getStore()?.target ?? "no store");
      const start = channel(REQUEST_CHANNELS.start);
      start.bindStore(storage, (message) => ({ target: (message as RequestMessage).target }));
      try {
        await using running = await way.start(app);
        await Promise.all(["/now?1", "/later?2", "/later?3"].map((path) => running.request("GET", path)));
        assert.deepEqual(seen.toSorted(), [
          "/later?2",
          "/later?2",
          "/later?3",
          "/later?3",
          "/now?1",
          "/now?1",
          "/now?1",
        ]);
        assert.equal(storage.getStore(), undefined);
      } finally {
        start.unbindStore(storage);
      }
      seen.length = 0;
      await using running = await way.start(app);
      await running.request("GET", "/now");
      assert.deepEqual(seen, ["no store", "no store", "no store"]);
    });

    test("are heard from one request to the next, whichever of them has a listener", async () => {
      await using running = await way.start(source);
      for (const name of ["start", "matched", "handled", "sent"] as const) {
        const heard: RequestMessage[] = [];
        const listener = (message: unknown): void => void heard.push(message as RequestMessage);
        subscribe(REQUEST_CHANNELS[name], listener);
        await running.request("GET", "/users/1");
        await eventually(() => heard.length === 1);
        unsubscribe(REQUEST_CHANNELS[name], listener);
        await running.request("GET", "/users/1");
        assert.equal(heard.length, 1);
      }
    });
  });

for (const way of WIRE_WAYS)
  test(`diagnostics channels by ${way.name} tell of a client that left`, async () => {
    const began = new Handover<AbortSignal>();
    const waiting = armature().get("/", async ({ signal }) => {
      began.give(signal);
      await new Promise((resolve) => {
        signal.addEventListener("abort", resolve, { once: true });
      });
    });
    await using running = await way.start(waiting);
    using heard = new Listening();
    const client = running.connect();
    await client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    await began.taken;
    client.reset();
    await heard.over();
    await turn();
    assert.deepEqual(
      heard.names.filter((name) => name !== "handled"),
      ["start", "matched", "aborted"],
    );
    assert.equal(heard.last.status, 0);
    assert.ok(heard.last.error instanceof Error);
  });

for (const way of ENGINE_WAYS)
  describe(`answers of the engine itself by ${way.name}`, () => {
    const lines = new LogLines();
    const options = { logger: lines.logger, requestLog: true };

    test("that refuse a request are published, numbered and logged", async () => {
      const chunked = "POST /a?b=c HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nzz";
      for (const [text, status, code, target, limits] of [
        ["GET / HTTP/9.9\r\n\r\n", 505, "E_VERSION_UNSUPPORTED", "", {}],
        ["GET / HTTP/1.1\r\nhost", 408, "E_HEADERS_TIMEOUT", "", { headersTimeoutMs: 60 }],
        [chunked, 400, "E_FRAMING_CHUNK", "/a?b=c", {}],
      ] as const) {
        await using running = await way.start(source, { ...options, limits });
        using heard = new Listening();
        lines.all.length = 0;
        const client = running.connect();
        await client.send(text);
        await client.closing();
        assert.deepEqual(heard.names, ["start", "error", "sent"]);
        const { last } = heard;
        const id = /x-request-id: (\S+)/.exec(client.text)?.[1];
        assert.ok(id);
        assert.equal((last.error as HttpError).code, code);
        assert.deepEqual([last.exchange, last.context, last.route], [null, null, null]);
        assert.deepEqual([last.status, last.target, last.id], [status, target, id]);
        assert.equal(last.bodyBytes, client.answersFrom(0).complete[0]?.body.length);
        const [line] = lines.all;
        assert.equal(line?.message, "request refused");
        assert.equal(line.level, status >= 500 ? "error" : "info");
        assert.deepEqual(
          [line.fields["requestId"], line.fields["status"], line.fields["code"], line.fields["path"]],
          [id, status, code, target === "" ? "" : "/a"],
        );
      }
    });

    test("after the handler's deadline are errors with their code", async () => {
      const done = new Handover<void>();
      const slow = armature().get("/", async ({ signal }) => {
        await new Promise((resolve) => {
          signal.addEventListener("abort", resolve, { once: true });
        });
        done.give();
        return "late";
      });
      await using running = await way.start(slow, { ...options, limits: { handlerTimeoutMs: 60 } });
      using heard = new Listening();
      const answer = await running.request("GET", "/");
      await done.taken;
      await turn();
      assert.equal(answer.status, 503);
      assert.deepEqual(heard.names, ["start", "matched", "error", "sent"]);
      assert.equal((heard.last.error as HttpError).code, "E_HANDLER_TIMEOUT");
      assert.deepEqual([heard.last.status, heard.last.bodyBytes], [503, answer.bytes.length]);
    });

    test("are not numbered where ids are turned off", async () => {
      await using running = await way.start(source, { requestId: false });
      const client = running.connect();
      await client.send("GET\r\n\r\n");
      await client.closing();
      assert.match(client.text, /^HTTP\/1\.1 400 /);
      assert.doesNotMatch(client.text, /x-request-id/);
    });
  });

test("a request whose client has left already is over when it starts", async () => {
  await using running = await FETCH.start(source);
  using heard = new Listening();
  const signal = AbortSignal.abort(new Error("gone"));
  await assert.rejects(running.app.fetch(new Request("http://localhost/users/1", { signal })), /gone/);
  assert.deepEqual(heard.names, ["start", "aborted"]);
  assert.equal((heard.last.error as Error).message, "gone");
});

test("a subscriber that throws does not reach the request: Node reports it as an uncaught exception", () => {
  const program = `
    import { subscribe } from "node:diagnostics_channel";
    import { armature, REQUEST_CHANNELS } from "armature";
    let uncaught = 0;
    process.on("uncaughtException", () => uncaught++);
    for (const name of Object.values(REQUEST_CHANNELS)) subscribe(name, () => { throw new Error("mine"); });
    const app = armature().get("/", () => "fine");
    const { url } = await app.listen({ port: 0 });
    const answer = await fetch(url);
    console.log(answer.status, await answer.text(), (await fetch(url + "/none")).status);
    await app.close();
    console.log(uncaught > 3);
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
    encoding: "utf8",
    cwd: import.meta.dirname,
  });
  assert.equal(stdout, "200 fine 404\ntrue\n", stderr);
});
