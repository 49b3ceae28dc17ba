import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ConnectionSink, Exchange, RawConnection, ResponseHead } from "@armature/http";
import { HeaderBlock } from "@armature/http";
import { benchFor, headOf } from "../bench.ts";
import type { Caller } from "../caller.ts";
import type { EngineUnderTest } from "../engines.ts";

const ASK = "GET /chat HTTP/1.1\r\nhost: a\r\nconnection: keep-alive, Upgrade\r\nupgrade: shout\r\n\r\n";
const SWITCH: ResponseHead = {
  status: 101,
  block: new HeaderBlock(["connection", "upgrade", "upgrade", "shout"]),
  fields: null,
};

/** Keeps what it is told, and sends back what it gets in capitals. */
class ShoutingSink implements ConnectionSink {
  raw: RawConnection | null = null;
  readonly events: string[] = [];
  readonly closed: PromiseWithResolvers<Error | null> = Promise.withResolvers();
  drains = 0;

  data(chunk: Uint8Array): void {
    const text = Buffer.from(chunk).toString("latin1");
    this.events.push(text);
    this.raw?.write(Buffer.from(text.toUpperCase()));
  }

  drain(): void {
    this.drains++;
  }

  end(): void {
    this.events.push("(end)");
    this.raw?.end();
  }

  close(error: Error | null): void {
    this.events.push("(close)");
    this.closed.resolve(error);
  }
}

/** What the sink of another protocol is told, in which order. */
export function upgradeSinksSuite(subject: EngineUnderTest): void {
  const start = benchFor(subject);

  describe("upgrade", () => {
    test("answers 101 and hands the bytes over, those behind the request first", async () => {
      const sink = new ShoutingSink();
      await using bench = await start((exchange) => {
        sink.raw = exchange.upgrade(SWITCH, sink);
        assert.equal(exchange.headers.get("upgrade"), "shout");
      });
      const client = await bench.connect();
      client.write(`${ASK}first`);
      const answer = await client.answer();
      assert.equal(answer.status, 101);
      assert.equal(answer.headers["upgrade"], "shout");
      assert.equal(answer.headers["content-length"], undefined);
      await client.until("FIRST");
      client.write("GET / HTTP/1.1\r\n\r\n");
      await client.until("GET / HTTP/1.1\r\n\r\n");
      client.end();
      assert.equal(await client.rest(), "FIRSTGET / HTTP/1.1\r\n\r\n");
      assert.equal(await sink.closed.promise, null);
      assert.deepEqual(sink.events, ["first", "GET / HTTP/1.1\r\n\r\n", "(end)", "(close)"]);
      assert.equal(bench.listener.stats().requests, 1);
      assert.equal(bench.listener.stats().inFlight, 0);
    });

    test("may come later; nothing behind the request is parsed before", async () => {
      const sink = new ShoutingSink();
      const seen = Promise.withResolvers<Exchange>();
      await using bench = await start((exchange) => seen.resolve(exchange));
      const client = await bench.connect();
      client.write(`${ASK}first`);
      const exchange = await seen.promise;
      client.write("second");
      await new Promise((resolve) => setTimeout(resolve, 10));
      sink.raw = exchange.upgrade(SWITCH, sink);
      await client.until("SECOND");
      assert.equal(sink.events.join(""), "firstsecond");
      assert.equal(bench.listener.stats().refused, 0);
    });

    test("tells the sink that the client has ended, once, also where that came before", async () => {
      for (const behind of ["", "last words"]) {
        const sink = new ShoutingSink();
        const seen = Promise.withResolvers<Exchange>();
        await using bench = await start((exchange) => seen.resolve(exchange));
        const client = await bench.connect();
        client.write(ASK + behind);
        const exchange = await seen.promise;
        client.end();
        await new Promise((resolve) => setTimeout(resolve, 10));
        sink.raw = exchange.upgrade(SWITCH, sink);
        assert.equal((await client.answer()).status, 101);
        assert.equal(await client.rest(), behind.toUpperCase());
        await sink.closed.promise;
        assert.deepEqual(sink.events, behind === "" ? ["(end)", "(close)"] : [behind, "(end)", "(close)"]);
      }
    });

    test("waits for the answers in front of it", async () => {
      const sink = new ShoutingSink();
      const open: Exchange[] = [];
      await using bench = await start((exchange) => open.push(exchange));
      const client = await bench.connect();
      client.write(`GET / HTTP/1.1\r\nhost: a\r\n\r\n${ASK}early`);
      while (open.length < 2) await new Promise(setImmediate);
      sink.raw = open[1]?.upgrade(SWITCH, sink) ?? null;
      sink.raw?.write(Buffer.from("greeting "));
      open[0]?.respond(headOf(), "plain");
      assert.equal((await client.answer()).body, "plain");
      assert.equal((await client.answer()).status, 101);
      await client.until("greeting EARLY");
    });

    test("that is not wanted is answered as any request", async () => {
      await using bench = await start((exchange) => exchange.respond(headOf(), "no"));
      const client = await bench.connect();
      client.write(ASK + ASK);
      assert.deepEqual(
        (await client.answers(2)).map(({ body }) => body),
        ["no", "no"],
      );
    });

    test("is refused where the client did not ask, in HTTP/1.0, and with another status", async () => {
      const codes: unknown[] = [];
      await using bench = await start((exchange) => {
        const head = exchange.target === "/status" ? headOf(200) : SWITCH;
        assert.throws(
          () => exchange.upgrade(head, new ShoutingSink()),
          (error: { code: string }) => codes.push(error.code) > 0,
        );
        exchange.respond(headOf(), "still here");
      });
      for (const request of [
        "GET / HTTP/1.1\r\nhost: a\r\n\r\n",
        "GET / HTTP/1.0\r\nconnection: upgrade\r\nupgrade: shout\r\n\r\n",
        ASK.replace("/chat", "/status"),
      ]) {
        const client = await bench.connect();
        client.write(request);
        assert.equal((await client.answer()).body, "still here");
      }
      assert.deepEqual(codes, ["E_UPGRADE_UNSUPPORTED", "E_UPGRADE_UNSUPPORTED", "E_UPGRADE_UNSUPPORTED"]);
    });

    test("lets a sink pause and resume", async () => {
      const sink = new ShoutingSink();
      await using bench = await start((exchange) => {
        sink.raw = exchange.upgrade(SWITCH, sink);
      });
      const client = await bench.connect();
      client.write(ASK);
      await client.answer();
      sink.raw?.pause();
      await new Promise(setImmediate);
      client.write("held");
      await new Promise((resolve) => setTimeout(resolve, 20));
      assert.deepEqual(sink.events, []);
      sink.raw?.resume();
      await client.until("HELD");
    });

    test("leaves the request readable, and is an answer", async () => {
      const seen = Promise.withResolvers<Exchange>();
      await using bench = await start((exchange) => {
        exchange.upgrade(SWITCH, new ShoutingSink());
        assert.throws(() => exchange.upgrade(SWITCH, new ShoutingSink()), { code: "E_EXCHANGE_ANSWERED" });
        seen.resolve(exchange);
      });
      const client = await bench.connect();
      client.write(ASK);
      await client.answer();
      const exchange = await seen.promise;
      assert.equal(exchange.target, "/chat");
      assert.equal(exchange.headers.get("upgrade"), "shout");
      assert.deepEqual(bench.errors, []);
    });

    test("takes nothing more once the application has ended", async () => {
      const sink = new ShoutingSink();
      await using bench = await start((exchange) => {
        sink.raw = exchange.upgrade(SWITCH, sink);
        sink.raw.write(Buffer.from("bye"));
        sink.raw.end();
        assert.equal(sink.raw.write(Buffer.from("more")), false);
        sink.raw.end();
      });
      const client = await bench.connect();
      client.write(ASK);
      await client.answer();
      assert.equal(await client.rest(), "bye");
    });

    test("reports a sink that throws at the end", async () => {
      await using bench = await start((exchange) => {
        const sink = new ShoutingSink();
        sink.close = () => {
          throw new Error("close");
        };
        exchange.upgrade(SWITCH, sink).destroy();
      });
      const client = await bench.connect();
      client.write(ASK);
      await client.rest();
      while (bench.listener.stats().connections > 0) await new Promise(setImmediate);
      assert.equal((bench.errors[0] as Error).message, "close");
    });

    test("lets a sink pause before anything came", async () => {
      const sink = new ShoutingSink();
      await using bench = await start((exchange) => {
        sink.raw = exchange.upgrade(SWITCH, sink);
        sink.raw.pause();
      });
      const client = await bench.connect();
      client.write(ASK);
      await client.answer();
      client.write("held");
      await new Promise((resolve) => setTimeout(resolve, 20));
      assert.deepEqual(sink.events, []);
      sink.raw?.resume();
      await client.until("HELD");
    });

    test("may be ended before its turn", async () => {
      const open: Exchange[] = [];
      const sink = new ShoutingSink();
      await using bench = await start((exchange) => open.push(exchange));
      const client = await bench.connect();
      client.write(`GET / HTTP/1.1\r\nhost: a\r\n\r\n${ASK}`);
      while (open.length < 2) await new Promise(setImmediate);
      const raw = open[1]?.upgrade(SWITCH, sink);
      raw?.write(Buffer.from("bye"));
      raw?.end();
      open[0]?.respond(headOf(), "plain");
      assert.equal((await client.answer()).body, "plain");
      assert.equal((await client.answer()).status, 101);
      assert.equal(await client.rest(), "bye");
    });

    for (const [what, end] of [
      ["the client is cut off", (client, _earlier) => client.reset()],
      [
        "an answer in front of it closes",
        (_client, earlier) => earlier?.respond(headOf(200, ["connection", "close"]), ""),
      ],
    ] satisfies [string, (client: Caller, earlier: Exchange | undefined) => void][])
      test(`tells the sink where ${what} before its turn`, async () => {
        const open: Exchange[] = [];
        const sink = new ShoutingSink();
        // Nobody reads here before the turn has come, so that a client is found to be gone when it is answered.
        await using bench = await start((exchange) => open.push(exchange), { handlerTimeoutMs: 200 });
        const client = await bench.connect();
        client.write(`GET / HTTP/1.1\r\nhost: a\r\n\r\n${ASK}`);
        while (open.length < 2) await new Promise(setImmediate);
        sink.raw = open[1]?.upgrade(SWITCH, sink) ?? null;
        assert.equal(sink.raw?.write(Buffer.from("hello")), true);
        end(client, open[0]);
        assert.ok((await sink.closed.promise) instanceof Error);
        assert.deepEqual(sink.events, ["(close)"]);
        assert.equal(sink.raw.write(Buffer.from("nobody")), false);
      });

    test("tells when there is room again", async () => {
      const sink = new ShoutingSink();
      await using bench = await start((exchange) => {
        sink.raw = exchange.upgrade(SWITCH, sink);
      });
      const client = await bench.connect();
      client.write(ASK);
      await client.answer();
      client.pause();
      let written = 0;
      while (sink.raw?.write(Buffer.alloc(100_000, 0x61)) === true) {
        written++;
        await new Promise(setImmediate);
      }
      assert.equal(sink.drains, 0);
      client.resume();
      while (sink.drains === 0) await new Promise(setImmediate);
      sink.raw?.end();
      client.end();
      assert.equal((await client.rest()).length, (written + 1) * 100_000);
    });

    test("tells the sink when the client is gone, once", async () => {
      const sink = new ShoutingSink();
      await using bench = await start((exchange) => {
        sink.raw = exchange.upgrade(SWITCH, sink);
      });
      const client = await bench.connect();
      client.write(ASK);
      await client.answer();
      client.destroy();
      await sink.closed.promise;
      assert.equal(sink.events.filter((event) => event === "(close)").length, 1);
      assert.equal(sink.raw?.write(Buffer.from("nobody")), false);
      sink.raw?.end();
      sink.raw?.destroy();
    });

    test("closes the connection of a sink that throws", async () => {
      await using bench = await start((exchange) => {
        const sink = new ShoutingSink();
        sink.data = () => {
          throw new Error("sink");
        };
        exchange.upgrade(SWITCH, sink);
      });
      const client = await bench.connect();
      client.write(`${ASK}x`);
      await client.rest();
      assert.equal((bench.errors[0] as Error).message, "sink");
    });

    test("after the client has left gives a closed connection", async () => {
      const seen = Promise.withResolvers<Exchange>();
      await using bench = await start((exchange) => seen.resolve(exchange));
      const client = await bench.connect();
      client.write(
        "POST / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: x\r\ncontent-length: 9\r\n\r\n",
      );
      const exchange = await seen.promise;
      client.destroy();
      while (!exchange.answered) await new Promise(setImmediate);
      const sink = new ShoutingSink();
      sink.raw = exchange.upgrade(SWITCH, sink);
      await sink.closed.promise;
      assert.equal(sink.raw.write(Buffer.from("nobody")), false);
    });
  });

  describe("CONNECT", () => {
    test("is handed over, and nothing behind it is taken for a request", async () => {
      await using bench = await start((exchange) => exchange.respond(headOf(405), exchange.target));
      const client = await bench.connect();
      client.write(
        "CONNECT a.example:443 HTTP/1.1\r\nhost: a.example:443\r\n\r\nGET / HTTP/1.1\r\nhost: a\r\n\r\n",
      );
      const answer = await client.answer();
      assert.equal(answer.body, "a.example:443");
      assert.equal(answer.headers["connection"], "close");
      assert.equal(await client.rest(), "");
      assert.equal(bench.listener.stats().requests, 1);
    });
  });
}
