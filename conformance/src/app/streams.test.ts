import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { describe, test } from "node:test";
import { armature, defineModule, get, type AnyResult, type Context } from "armature";
import { eventually, Handover } from "../serve.ts";
import { LogLines } from "./harness/log-lines.ts";
import { turn } from "./harness/note.ts";
import { ENGINE_WAYS, FETCH, SOCKET, WAYS, WIRE_WAYS } from "./harness/ways.ts";

const REQUEST = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";

/** A source of pieces, and what became of it. */
interface Watched {
  readonly source: AnyResult;
  /** How often it was told that nobody wants more. */
  left: number;
  /** Pieces that were taken. */
  taken: number;
}

type Make = (pieces: number, wait: () => Promise<void>) => Watched;

/** Every kind of source; `wait` stands between its pieces. */
const SOURCES: Readonly<Record<string, Make>> = {
  "an async generator": (pieces, wait) => {
    const watched = { left: 0, taken: 0, source: generate() };
    async function* generate(): AsyncGenerator<Uint8Array> {
      try {
        for (; watched.taken < pieces; await wait()) {
          watched.taken++;
          yield Buffer.alloc(16_384, "x");
        }
      } finally {
        watched.left++;
      }
    }
    return watched;
  },
  "a web stream": (pieces, wait) => {
    const watched = { left: 0, taken: 0, source: new ReadableStream() };
    watched.source = new ReadableStream(
      {
        pull: async (controller) => {
          if (watched.taken > 0) await wait();
          if (watched.taken >= pieces) return controller.close();
          watched.taken++;
          controller.enqueue(Buffer.alloc(16_384, "x"));
        },
        cancel: () => void watched.left++,
      },
      { highWaterMark: 0 },
    );
    return watched;
  },
  "a Node stream": (pieces, wait) => {
    const watched = { left: 0, taken: 0, source: new Readable() };
    watched.source = new Readable({
      highWaterMark: 16_384,
      read() {
        const go = watched.taken === 0 ? Promise.resolve() : wait();
        void go.then(() => {
          if (watched.taken >= pieces) return this.push(null);
          watched.taken++;
          return this.push(Buffer.alloc(16_384, "x"));
        });
      },
      destroy(error, done) {
        if (watched.taken < pieces) watched.left++;
        done(error);
      },
    });
    return watched;
  },
  "a web response": (pieces, wait) => {
    const watched = SOURCES["a web stream"]?.(pieces, wait) as Watched;
    return Object.assign(watched, { source: new Response(watched.source as ReadableStream) });
  },
};

for (const way of WAYS)
  describe(`a stream by ${way.name}`, () => {
    test("that fails before its first piece is answered as an error", async () => {
      const lines = new LogLines();
      const source = armature()
        .get("/generator", async function* fails() {
          await turn();
          if (lines.all.length >= 0) throw new Error("secret");
          yield "never";
        })
        .get(
          "/web",
          () =>
            new ReadableStream<Uint8Array>({
              start: (controller) => controller.error(new Error("secret")),
            }),
        )
        .get("/node", () => new Readable({ read: () => {} }).destroy(new Error("secret")))
        .get("/kind", ({ reply }) => reply.stream([3 as unknown as string], { type: "text/csv" }));
      await using running = await way.start(source, { logger: lines.logger });
      for (const path of ["/generator", "/web", "/node", "/kind"]) {
        const answer = await running.request("GET", path);
        assert.equal(answer.status, 500, path);
        assert.match(String(answer.problem["code"]), /^E_(INTERNAL|STREAM_CHUNK)$/);
        assert.doesNotMatch(answer.text, /secret/);
      }
      assert.deepEqual(lines.errorCodes(), ["secret", "secret", "secret", "E_STREAM_CHUNK"]);
    });

    test("that fails later is cut, so that the client sees that it is not complete", async () => {
      const lines = new LogLines();
      let left = 0;
      const source = armature()
        .get("/throws", async function* fails() {
          yield "begun";
          await turn();
          throw new Error("late");
        })
        .get("/kind", async function* odd() {
          try {
            yield "begun";
            yield 3 as unknown as string;
          } finally {
            left++;
          }
        })
        .get("/length", ({ reply }) => reply.stream(["a"], { length: 100 }));
      await using running = await way.start(source, { logger: lines.logger });
      for (const path of ["/throws", "/kind"]) {
        const answer = await running.request("GET", path);
        assert.equal(answer.cut, true, path);
        assert.ok(answer.status === 200 || answer.status === 0);
      }
      assert.equal(left, 1);
      await eventually(() => lines.errorCodes().length === 2);
      assert.deepEqual(lines.errorCodes(), ["late", "E_STREAM_CHUNK"]);
      if (!way.hasEngine) return;
      assert.equal((await running.request("GET", "/length")).cut, true);
      await eventually(() => lines.errorCodes()[2] === "E_ANSWER_LENGTH");
    });

    test("that is asked for by HEAD is told that nobody wants it", async () => {
      const made: Watched[] = [];
      const routes = Object.entries(SOURCES).map(([name, make]) =>
        get(`/${encodeURIComponent(name)}`, () => {
          const watched = make(10, turn);
          made.push(watched);
          return watched.source;
        }),
      );
      await using running = await way.start(defineModule({ routes }));
      for (const name of Object.keys(SOURCES)) {
        const answer = await running.request("HEAD", `/${encodeURIComponent(name)}`);
        assert.deepEqual([answer.status, answer.text, answer.cut], [200, "", false]);
      }
      await eventually(() => made.every(({ left }) => left === 1));
      assert.ok(made.every(({ taken }) => taken <= 2));
    });
  });

for (const way of WIRE_WAYS)
  for (const [name, make] of Object.entries(SOURCES))
    describe(`${name} by ${way.name}`, () => {
      test("is told when the client leaves, and fails nobody", async () => {
        const lines = new LogLines();
        const handed = new Handover<Watched>();
        const source = armature({ requestLog: true }).get("/", () => {
          const watched = make(1_000_000, turn);
          handed.give(watched);
          return watched.source;
        });
        await using running = await way.start(source, { logger: lines.logger });
        const client = running.connect();
        await client.send(REQUEST);
        const watched = await handed.taken;
        await client.until(() => client.text.includes("xxx"));
        client[Symbol.dispose]();
        await eventually(() => watched.left === 1);
        await eventually(() => lines.requests().length === 1);
        assert.ok(watched.taken < 1_000_000);
        assert.deepEqual(lines.errorCodes(), []);
      });

      test("is told when the client leaves while it has nothing to give", async () => {
        // Generators can be told only when they come to their next piece; theirs is the signal of the context.
        if (name === "an async generator") return;
        const lines = new LogLines();
        const { promise: never } = Promise.withResolvers<void>();
        const handed = new Handover<Watched>();
        const source = armature({ requestLog: true }).get("/", () => {
          const watched = make(2, () => never);
          handed.give(watched);
          return watched.source;
        });
        await using running = await way.start(source, { logger: lines.logger });
        const client = running.connect();
        await client.send(REQUEST);
        const watched = await handed.taken;
        await client.until(() => client.text.includes("xxx"));
        client[Symbol.dispose]();
        await eventually(() => watched.left === 1);
        await eventually(() => lines.requests().length === 1);
        assert.deepEqual(lines.errorCodes(), []);
      });

      test("is told when the client left before there was an answer", async () => {
        const lines = new LogLines();
        const began = new Handover<Context>();
        const handed = new Handover<Watched>();
        const go = new Handover<void>();
        const source = armature({ requestLog: true }).get("/", async (context) => {
          began.give(context);
          await go.taken;
          const watched = make(3, turn);
          handed.give(watched);
          return watched.source;
        });
        await using running = await way.start(source, { logger: lines.logger });
        const client = running.connect();
        await client.send(REQUEST);
        const { exchange } = await began.taken;
        client.reset();
        await eventually(() => exchange.answered);
        go.give();
        const watched = await handed.taken;
        await eventually(() => lines.requests().length === 1);
        // What a generator has not begun it need not end.
        if (name !== "an async generator") await eventually(() => watched.left === 1);
        assert.ok(watched.taken <= 1);
        assert.deepEqual(lines.errorCodes(), []);
      });

      test("waits for a slow client", async () => {
        const pieces = 2_000; // more than all buffers on the way hold
        const handed = new Handover<Watched>();
        const source = armature().get("/", () => {
          const watched = make(pieces, async () => {});
          handed.give(watched);
          return watched.source;
        });
        await using running = await way.start(source);
        const client = running.connect();
        client.pause();
        await client.send(REQUEST);
        const watched = await handed.taken;
        let before = -1;
        await eventually(() => {
          const stands = watched.taken === before;
          before = watched.taken;
          return stands && watched.taken > 0;
        });
        assert.ok(watched.taken < pieces, `${watched.taken} pieces were taken at once`);
        client.resume();
        await eventually(() => watched.taken === pieces);
        client[Symbol.dispose]();
      });
    });

for (const way of ENGINE_WAYS)
  test(`a client by ${way.name} that ends its side with its request gets the whole stream`, async () => {
    const source = armature().get("/", async function* pieces() {
      for (let piece = 0; piece < 10; piece++) {
        await turn();
        yield String(piece);
      }
    });
    await using running = await way.start(source);
    const client = running.connect();
    await client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    client.end();
    await client.closing();
    const [answer] = await client.answers(1);
    assert.equal(answer?.body, "0123456789");
    client[Symbol.dispose]();
  });

test("a generator learns through the signal that the client left, while it waits", async () => {
  const ended = new Handover<string>();
  const source = armature().get("/", async function* events({ signal }) {
    try {
      yield "first";
      await new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
      });
      yield "never";
    } finally {
      ended.give("ended");
    }
  });
  const lines = new LogLines();
  await using running = await SOCKET.start(source, { logger: lines.logger });
  const client = running.connect();
  await client.send(REQUEST);
  await client.until(() => client.text.includes("first"));
  client[Symbol.dispose]();
  assert.equal(await ended.taken, "ended");
  await turn();
  assert.deepEqual(lines.errorCodes(), []);
});

for (const [name, make] of Object.entries(SOURCES))
  describe(`${name} by fetch`, () => {
    test("is told when its reader cancels it, also while it waits", async () => {
      const { promise: never } = Promise.withResolvers<void>();
      const waits = name === "an async generator" ? turn : () => never;
      const watched = make(1_000_000, waits);
      const lines = new LogLines();
      await using running = await FETCH.start(
        armature({ requestLog: true }).get("/", () => watched.source),
        { logger: lines.logger },
      );
      const response = await running.app.fetch(new Request("http://localhost/"));
      const reader = response.body?.getReader();
      await reader?.read();
      await reader?.cancel();
      await eventually(() => watched.left === 1);
      await eventually(() => lines.requests().length === 1);
      assert.deepEqual(lines.errorCodes(), []);
    });

    test("is told when its request is taken back", async () => {
      const { promise: never } = Promise.withResolvers<void>();
      const waits = name === "an async generator" ? turn : () => never;
      const watched = make(1_000_000, waits);
      await using running = await FETCH.start(armature().get("/", () => watched.source));
      const controller = new AbortController();
      const request = new Request("http://localhost/", { signal: controller.signal });
      const response = await running.app.fetch(request);
      const reader = response.body?.getReader();
      await reader?.read();
      controller.abort();
      await eventually(() => watched.left === 1);
      await assert.rejects(async () => {
        while (!(await reader?.read())?.done);
      });
    });
  });

test("a request that is taken back before its answer rejects fetch, and aborts the signal", async () => {
  const lines = new LogLines();
  const began = new Handover<AbortSignal>();
  const source = armature({ requestLog: true }).get("/", async ({ signal }) => {
    began.give(signal);
    if (!signal.aborted)
      await new Promise((resolve) => {
        signal.addEventListener("abort", resolve, { once: true });
      });
    return "too late";
  });
  await using running = await FETCH.start(source, { logger: lines.logger });
  for (const early of [true, false]) {
    const controller = new AbortController();
    if (early) controller.abort();
    const answer = running.app.fetch(new Request("http://localhost/", { signal: controller.signal }));
    const rejected = assert.rejects(answer, { name: "AbortError" });
    if (!early) await began.taken;
    controller.abort();
    await rejected;
  }
  await eventually(() => lines.requests().length === 2);
  assert.deepEqual(lines.errorCodes(), []);
});

test("a stream that nobody reads any more does not keep a closing application", async () => {
  const source = armature().get("/", async function* endless() {
    for (;;) {
      yield "x";
      await turn();
    }
  });
  const running = await SOCKET.start(source);
  const client = running.connect();
  await client.send(REQUEST);
  await client.until(() => client.text.includes("x"));
  assert.equal((await running.app.close({ graceMs: 1 })).cut, 1);
  await client.closing();
  client[Symbol.dispose]();
});
