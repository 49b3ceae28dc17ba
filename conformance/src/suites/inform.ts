import assert from "node:assert/strict";
import { test } from "node:test";
import type { Exchange } from "@armature/http";
import type { EngineUnderTest } from "../engines.ts";
import { head, request, serve, turns } from "../serve.ts";
import { headerOf } from "../wire/parse-answers.ts";

const GET = request("GET /");
const LINKS = ["link", "</a.css>; rel=preload; as=style", "link", "</b.js>; rel=preload; as=script"];

/** Interim answers in front of the final one (RFC 9110, 15.2). */
export function informSuite(subject: EngineUnderTest): void {
  test("interim answers come in front of the final one, in order", async () => {
    await using engine = await serve(subject, (exchange) => {
      exchange.inform(102, []);
      exchange.inform(103, LINKS);
      assert.equal(exchange.answered, false);
      exchange.respond(head(200), "done");
    });
    using client = await engine.connect();
    await client.send(GET);
    const answers = await client.answers(3);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [102, 103, 200],
    );
    assert.deepEqual(
      answers[1]?.headers.map(([name, value]) => `${name}: ${value}`),
      ["link: </a.css>; rel=preload; as=style", "link: </b.js>; rel=preload; as=script"],
    );
    assert.equal(answers[2]?.body, "done");
  });

  test("an interim answer leaves before the final one is there", async () => {
    let held: Exchange | null = null;
    await using engine = await serve(subject, (exchange) => {
      held = exchange;
      setImmediate(() => exchange.inform(103, LINKS));
    });
    using client = await engine.connect();
    await client.send(GET);
    await client.until(() => client.text.includes("as=script\r\n\r\n"));
    assert.match(client.text, /^HTTP\/1\.1 103 Early Hints\r\n/);
    assert.doesNotMatch(client.text, /content-length|date:/);
    (held as Exchange | null)?.respond(head(200), "done");
    assert.equal((await client.answers(2))[1]?.body, "done");
  });

  test("that of a pipelined request waits for its turn", async () => {
    const held: Exchange[] = [];
    await using engine = await serve(subject, (exchange) => {
      held.push(exchange);
      if (exchange.target === "/second") exchange.inform(103, LINKS);
    });
    using client = await engine.connect();
    await client.send(request("GET /first") + request("GET /second"));
    await turns();
    assert.equal(client.text, "");
    held[1]?.respond(head(200), "second");
    held[0]?.respond(head(200), "first");
    assert.deepEqual(
      (await client.answers(3)).map(({ status, body }) => [status, body]),
      [
        [200, "first"],
        [103, ""],
        [200, "second"],
      ],
    );
  });

  test("it does not take the place of the 100 that a client waits for", async () => {
    await using engine = await serve(subject, (exchange) => {
      exchange.inform(103, LINKS);
      void Promise.resolve(exchange.body.bytes()).then((bytes) => exchange.respond(head(200), bytes));
    });
    using client = await engine.connect();
    await client.send(request("POST /", "content-length: 4", "expect: 100-continue"));
    await client.until(() => client.text.includes("HTTP/1.1 100 Continue\r\n\r\n"));
    await client.send("body");
    assert.deepEqual(
      (await client.answers(3)).map(({ status, body }) => [status, body]),
      [
        [103, ""],
        [100, ""],
        [200, "body"],
      ],
    );
  });

  test("HTTP/1.0 clients get none", async () => {
    await using engine = await serve(subject, (exchange) => {
      exchange.inform(103, LINKS);
      exchange.respond(head(200), "done");
    });
    using client = await engine.connect();
    await client.send("GET / HTTP/1.0\r\n\r\n");
    await client.closing();
    assert.match(client.text, /^HTTP\/1\.1 200 OK\r\n/);
    assert.doesNotMatch(client.text, /103|link/);
  });

  test("statuses and fields that cannot be sent are refused", async () => {
    await using engine = await serve(subject, (exchange) => {
      for (const status of [99, 100, 101, 200, 102.5, NaN])
        assert.throws(() => exchange.inform(status, []), { code: "E_STATUS_INVALID" });
      assert.throws(() => exchange.inform(103, ["link", "a\r\nx: y"]), { code: "E_HEADER_VALUE_INVALID" });
      assert.throws(() => exchange.inform(103, ["content-length", "1"]), { code: "E_HEADER_FRAMING" });
      exchange.respond(head(200), "done");
    });
    using client = await engine.connect();
    await client.send(GET);
    assert.equal((await client.answers(1))[0]?.status, 200);
  });

  test("there is none behind the final head", async () => {
    await using engine = await serve(subject, (exchange) => {
      const writer = exchange.stream(head(200), null);
      assert.throws(() => exchange.inform(103, LINKS), { code: "E_EXCHANGE_ANSWERED" });
      writer.end();
      assert.throws(() => exchange.inform(103, LINKS), { code: "E_EXCHANGE_ANSWERED" });
    });
    using client = await engine.connect();
    await client.send(GET);
    const [answer] = await client.answers(1);
    assert.equal(answer && headerOf(answer, "link"), undefined);
  });

  test("a client that left is no error", async () => {
    let error: unknown = null;
    const left = Promise.withResolvers<void>();
    await using engine = await serve(subject, (exchange) => {
      exchange.signal.addEventListener("abort", () => {
        setImmediate(() => {
          try {
            exchange.inform(103, LINKS);
          } catch (thrown) {
            error = thrown;
          }
          left.resolve();
        });
      });
    });
    using client = await engine.connect();
    await client.send(GET);
    client.reset();
    await left.promise;
    assert.equal(error, null);
  });
}
