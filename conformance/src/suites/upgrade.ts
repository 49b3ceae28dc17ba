import assert from "node:assert/strict";
import { test } from "node:test";
import type { ConnectionSink, Exchange, RawConnection } from "@armature/http";
import type { EngineUnderTest } from "../engines.ts";
import { eventually, fill, Handover, head, request, serve, turns } from "../serve.ts";

const ASK = request("GET /chat", "Connection: Upgrade", "Upgrade: shout");
const ACCEPT = head(101, ["connection", "Upgrade", "upgrade", "shout"]);
const PIECE = Buffer.alloc(64 * 1024, "a");

/** Notes what a connection reports. */
class NotingSink implements ConnectionSink {
  readonly events: string[] = [];
  text = "";
  drains = 0;
  raw: RawConnection | null = null;

  data(chunk: Uint8Array): void {
    this.text += Buffer.from(chunk).toString("latin1");
  }

  drain(): void {
    this.drains++;
  }

  end(): void {
    this.events.push("end");
  }

  close(): void {
    this.events.push("close");
  }
}

/** Connections that are handed over to another protocol. */
export function upgradeSuite(subject: EngineUnderTest): void {
  /** Upgrades what asks for it, answers the rest with its target. */
  function upgrading(handed: Handover<NotingSink>): (exchange: Exchange) => void {
    return (exchange) => {
      if (exchange.target !== "/chat") return exchange.respond(head(200), exchange.target);
      const sink = new NotingSink();
      sink.raw = exchange.upgrade(ACCEPT, sink);
      handed.give(sink);
    };
  }

  test("bytes go both ways behind the 101", async () => {
    const handed = new Handover<NotingSink>();
    await using engine = await serve(subject, upgrading(handed));
    using client = await engine.connect();
    await client.send(ASK);
    const sink = await handed.taken;
    await client.until(() => client.text.includes("\r\n\r\n"));
    assert.match(client.text, /^HTTP\/1\.1 101 Switching Protocols\r\n/);
    assert.match(client.text, /\r\nupgrade: shout\r\n/i);
    assert.doesNotMatch(client.text, /content-length|transfer-encoding/i);
    await client.send("\0GET / HTTP/1.1\r\n");
    await eventually(() => sink.text === "\0GET / HTTP/1.1\r\n");
    sink.raw?.write(Buffer.from("HEY"));
    await client.until(() => client.text.endsWith("\r\n\r\nHEY"));
    assert.deepEqual(sink.events, []);
  });

  test("bytes right behind the head reach the sink", async () => {
    const handed = new Handover<NotingSink>();
    await using engine = await serve(subject, upgrading(handed));
    using client = await engine.connect();
    await client.send(`${ASK}early`);
    const sink = await handed.taken;
    await eventually(() => sink.text === "early");
    await client.send(" bird");
    await eventually(() => sink.text === "early bird");
  });

  test("an upgrade may be answered later", async () => {
    const handed = new Handover<Exchange>();
    await using engine = await serve(subject, (exchange) => handed.give(exchange));
    using client = await engine.connect();
    await client.send(`${ASK}early`);
    const exchange = await handed.taken;
    await turns();
    const sink = new NotingSink();
    sink.raw = exchange.upgrade(ACCEPT, sink);
    assert.equal(exchange.answered, true);
    sink.raw.write(Buffer.from("hello"));
    await eventually(() => sink.text === "early");
    await client.until(() => client.text.endsWith("\r\n\r\nhello"));
  });

  test("text goes as bytes do, one for each character, where the engine takes it", async () => {
    const sink = new NotingSink();
    await using engine = await serve(subject, (exchange) => void (sink.raw = exchange.upgrade(ACCEPT, sink)));
    using client = await engine.connect();
    await client.send(ASK);
    await eventually(() => sink.raw !== null);
    sink.raw?.write(Buffer.from("one "));
    const takesText =
      sink.raw?.writeLatin1?.("tw\u00f6 \u0081") ?? sink.raw?.write(Buffer.from("tw\u00f6 \u0081", "latin1"));
    sink.raw?.write(Buffer.from(" three"));
    assert.equal(takesText, true);
    await client.until(() => client.text.endsWith("\r\n\r\none tw\u00f6 \u0081 three"));
  });

  test("an upgrade waits for the answers in front of it", async () => {
    const held: Exchange[] = [];
    const sink = new NotingSink();
    await using engine = await serve(subject, (exchange) => {
      if (exchange.target === "/chat") exchange.upgrade(ACCEPT, sink).write(Buffer.from("hello"));
      else held.push(exchange);
    });
    using client = await engine.connect();
    await client.send(`${request("GET /first")}${ASK}early`);
    await turns();
    assert.equal(client.text, "");
    held[0]?.respond(head(200), "first");
    await client.until(() => client.text.endsWith("\r\n\r\nhello"));
    assert.match(client.text, /first.*HTTP\/1\.1 101/s);
    await eventually(() => sink.text === "early");
  });

  test("one that is not taken is a request like any other", async () => {
    await using engine = await serve(subject, (exchange) => exchange.respond(head(200), exchange.target));
    using client = await engine.connect();
    await client.send(ASK + request("GET /next"));
    assert.deepEqual(
      (await client.answers(2)).map(({ body }) => body),
      ["/chat", "/next"],
    );
  });

  test("what did not ask for it cannot be upgraded", async () => {
    const codes: unknown[] = [];
    await using engine = await serve(subject, (exchange) => {
      assert.throws(
        () => exchange.upgrade(ACCEPT, new NotingSink()),
        (error: { code?: unknown }) => codes.push(error.code) > 0,
      );
      exchange.respond(head(426), null);
    });
    for (const text of [
      request("GET /"),
      "GET / HTTP/1.0\r\nConnection: Upgrade\r\nUpgrade: shout\r\n\r\n",
    ]) {
      using client = await engine.connect();
      await client.send(text);
      assert.equal((await client.answers(1))[0]?.status, 426);
    }
    assert.deepEqual(codes, ["E_UPGRADE_UNSUPPORTED", "E_UPGRADE_UNSUPPORTED"]);
  });

  test("end sends what is queued, then closes", async () => {
    const handed = new Handover<NotingSink>();
    await using engine = await serve(subject, upgrading(handed));
    using client = await engine.connect();
    await client.send(ASK);
    const sink = await handed.taken;
    for (let at = 0; at < 10; at++) sink.raw?.write(PIECE);
    sink.raw?.end();
    await client.closing();
    assert.equal(client.text.split("\r\n\r\n")[1]?.length, 10 * PIECE.length);
    await eventually(() => sink.events.includes("close"));
    assert.equal(sink.events.at(-1), "close");
    assert.equal(sink.raw?.write(PIECE), false);
  });

  test("the end of the client's side is told, then the close", async () => {
    const handed = new Handover<NotingSink>();
    await using engine = await serve(subject, upgrading(handed));
    using client = await engine.connect();
    await client.send(ASK);
    const sink = await handed.taken;
    client.end();
    await eventually(() => sink.events.includes("end"));
    sink.raw?.end();
    await eventually(() => sink.events.includes("close"));
    assert.deepEqual(sink.events, ["end", "close"]);
  });

  test("a client that is gone is told once", async () => {
    const handed = new Handover<NotingSink>();
    await using engine = await serve(subject, upgrading(handed));
    const client = await engine.connect();
    await client.send(ASK);
    const sink = await handed.taken;
    await client.until(() => client.text !== "");
    client[Symbol.dispose]();
    await eventually(() => sink.events.includes("end") || sink.events.includes("close"));
    sink.raw?.destroy();
    await eventually(() => sink.events.includes("close"));
    await turns();
    assert.equal(sink.events.filter((event) => event === "close").length, 1);
    assert.equal(sink.events.at(-1), "close");
  });

  test("destroy closes at once", async () => {
    const handed = new Handover<NotingSink>();
    await using engine = await serve(subject, upgrading(handed));
    using client = await engine.connect();
    await client.send(ASK);
    const sink = await handed.taken;
    await client.until(() => client.text !== "");
    sink.raw?.destroy();
    await client.closing();
    await eventually(() => sink.events.includes("close"));
  });

  test("a client that does not read makes the writer wait for drain", async () => {
    const handed = new Handover<NotingSink>();
    await using engine = await serve(subject, upgrading(handed));
    using client = await engine.connect();
    await client.send(ASK);
    const sink = await handed.taken;
    client.pause();
    let room = Promise.resolve();
    const pieces = await fill(
      () => sink.raw?.write(PIECE) === true,
      () => {
        const { drains } = sink;
        return (room = eventually(() => sink.drains > drains));
      },
    );
    client.resume();
    await room;
    await client.until(() => (client.text.split("\r\n\r\n")[1]?.length ?? 0) === pieces * PIECE.length);
  });

  test("a sink that pauses makes the client wait", async () => {
    const handed = new Handover<NotingSink>();
    await using engine = await serve(subject, upgrading(handed));
    using client = await engine.connect();
    await client.send(ASK);
    const sink = await handed.taken;
    sink.raw?.pause();
    await turns();
    await client.send(Buffer.alloc(32 * 1024 * 1024, "a"));
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.ok(client.unsentBytes > 0, "the engine took 32 MiB that nobody wanted");
    sink.raw?.resume();
    await eventually(() => sink.text.length === 32 * 1024 * 1024);
  });

  test("a sink that throws loses its connection, and only that", async () => {
    const errors: unknown[] = [];
    const boom = new Error("boom");
    await using engine = await serve(
      subject,
      (exchange) => {
        if (exchange.target !== "/chat") return exchange.respond(head(200), null);
        const sink = new NotingSink();
        sink.data = () => {
          throw boom;
        };
        exchange.upgrade(ACCEPT, sink);
      },
      { onError: (error) => void errors.push(error) },
    );
    using client = await engine.connect();
    await client.send(ASK);
    await client.until(() => client.text !== "");
    await client.send("hello");
    await client.closing();
    assert.deepEqual(errors, [boom]);
    using other = await engine.connect();
    await other.send(request("GET /"));
    assert.equal((await other.answers(1))[0]?.status, 200);
  });
}
