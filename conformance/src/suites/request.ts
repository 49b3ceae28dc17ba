import assert from "node:assert/strict";
import { test } from "node:test";
import type { Exchange } from "@armature/http";
import type { EngineUnderTest } from "../engines.ts";
import { eventually, Handover, head, needsSockets, request, serve } from "../serve.ts";

/** What an exchange says of its request, beside what the wire cases look at. */
export function requestSuite(subject: EngineUnderTest): void {
  test("the bytes of the target are there while the handler runs", async () => {
    const targets: (string | null)[] = [];
    await using engine = await serve(subject, (exchange) => {
      const { bytes, targetStart, targetEnd } = exchange;
      targets.push(
        bytes && Buffer.from(bytes.subarray(targetStart, targetEnd)).toString("latin1"),
        exchange.target,
      );
      exchange.respond(head(200), null);
    });
    using client = await engine.connect();
    await client.send(request("GET /a?b=%20") + request("GET /c"));
    await client.send("GET /spl");
    await client.send("it HTTP/1.1\r\nHost: a\r\n\r\n");
    await client.answers(3);
    for (let at = 0; at < targets.length; at += 2)
      assert.ok(targets[at] === null || targets[at] === targets[at + 1], String(targets[at]));
    assert.deepEqual(
      targets.filter((_, at) => at % 2 === 1),
      ["/a?b=%20", "/c", "/split"],
    );
  });

  test("the peer is the client's end of the connection", needsSockets(subject), async () => {
    const handed = new Handover<Exchange["peer"]>();
    await using engine = await serve(subject, (exchange) => {
      handed.give(exchange.peer);
      exchange.respond(head(200), null);
    });
    using client = await engine.connect();
    await client.send(request("GET /"));
    const peer = await handed.taken;
    assert.equal(peer.address, "127.0.0.1");
    assert.equal(peer.port, client.localPort);
    assert.equal(peer.secure, subject.isSecure);
    assert.equal(peer.tls?.serverName, subject.isSecure ? "localhost" : undefined);
  });

  test("headers are found without regard to case, joined where there are several", async () => {
    const handed = new Handover<(string | undefined)[]>();
    await using engine = await serve(subject, (exchange) => {
      const { headers } = exchange;
      handed.give([
        headers.get("ACCEPT"),
        headers.get("cookie"),
        headers.get("x-none"),
        String(headers.size),
      ]);
      exchange.respond(head(200), null);
    });
    using client = await engine.connect();
    await client.send(request("GET /", "Accept: a", "accept: b", "Cookie: c=1", "cookie: d=2"));
    assert.deepEqual(await handed.taken, ["a, b", "c=1; d=2", undefined, "5"]);
  });

  test("two requests of a connection are two exchanges", async () => {
    const seen: Exchange[] = [];
    await using engine = await serve(subject, (exchange) => void seen.push(exchange));
    using client = await engine.connect();
    await client.send(request("GET /a", "X-A: 1") + request("GET /b", "X-A: 2"));
    await eventually(() => seen.length === 2);
    const [first, second] = seen;
    assert.deepEqual([first?.target, second?.target], ["/a", "/b"]);
    assert.deepEqual([first?.headers.get("x-a"), second?.headers.get("x-a")], ["1", "2"]);
    for (const exchange of seen) exchange.respond(head(200), null);
    await client.answers(2);
  });
}
