import assert from "node:assert/strict";
import { test } from "node:test";
import type { HeaderList } from "@armature/http";
import type { EngineUnderTest } from "../engines.ts";
import { Handover, head, request, serve } from "../serve.ts";
import { headerOf } from "../wire/parse-answers.ts";

const WANTED = request("GET /", "te: gzip;q=0.5, Trailers");
const TRAILERS = ["server-timing", "db;dur=53", "x-sum", "1"];

/** Fields behind bodies, both ways (RFC 9110, 6.5). */
export function trailersSuite(subject: EngineUnderTest): void {
  async function lastBytes(text: string, length: number | null): Promise<string> {
    await using engine = await serve(subject, (exchange) => {
      const writer = exchange.stream(head(200, ["trailer", "server-timing, x-sum"]), length);
      writer.write("hello");
      writer.end(TRAILERS);
    });
    using client = await engine.connect();
    await client.send(text);
    await client.until(
      () => client.text.includes("hello") && /(?:\r\n0\r\n(?:.+\r\n)*\r\n|hello)$/.test(client.text),
    );
    return client.text.slice(client.text.indexOf("hello"));
  }

  test("of answers come behind the last chunk where the client takes them", async () => {
    assert.equal(await lastBytes(WANTED, null), "hello\r\n0\r\nserver-timing: db;dur=53\r\nx-sum: 1\r\n\r\n");
  });

  test("of answers are dropped where the client does not say so, and where the length is known", async () => {
    assert.equal(await lastBytes(request("GET /"), null), "hello\r\n0\r\n\r\n");
    assert.equal(await lastBytes(request("GET /", "te: gzip"), null), "hello\r\n0\r\n\r\n");
    assert.equal(await lastBytes(WANTED, 5), "hello");
    assert.equal(await lastBytes("GET / HTTP/1.0\r\nte: trailers\r\n\r\n", null), "hello");
  });

  test("of answers that are forbidden or malformed are refused, and the body is not complete then", async () => {
    await using engine = await serve(subject, (exchange) => {
      const writer = exchange.stream(head(200), null);
      for (const name of [
        "Content-Length",
        "transfer-encoding",
        "host",
        "Set-Cookie",
        "trailer",
        "cache-control",
      ])
        assert.throws(() => writer.end([name, "1"]), { code: "E_TRAILER_FORBIDDEN" });
      assert.throws(() => writer.end(["a b", "1"]), { code: "E_HEADER_NAME_INVALID" });
      assert.throws(() => writer.end(["a", "1\r\nb: 2"]), { code: "E_HEADER_VALUE_INVALID" });
      assert.equal(writer.closed, false);
      writer.end(["a", "1"]);
      assert.equal(writer.closed, true);
    });
    using client = await engine.connect();
    await client.send(WANTED);
    assert.equal((await client.answers(1)).length, 1);
    assert.ok(client.text.endsWith("\r\n0\r\na: 1\r\n\r\n"), client.text);
  });

  test("of answers follow the next answer's head in step", async () => {
    await using engine = await serve(subject, (exchange) => {
      const writer = exchange.stream(head(200), null);
      writer.end(TRAILERS);
    });
    using client = await engine.connect();
    await client.send(WANTED + WANTED);
    const answers = await client.answers(2);
    for (const answer of answers) assert.equal(headerOf(answer, "x-sum"), undefined);
  });

  /** What a handler reads behind a body, with the headers that it has then. */
  async function readTrailers(
    parts: readonly string[],
    pace: "now" | "later",
  ): Promise<{ before: HeaderList | null; after: HeaderList | null; headers: HeaderList }> {
    const read = new Handover<{ before: HeaderList | null; after: HeaderList | null; headers: HeaderList }>();
    await using engine = await serve(subject, (exchange) => {
      const before = exchange.body.trailers;
      const { headers } = exchange;
      const done = (): void => {
        read.give({ before, after: exchange.body.trailers, headers });
        exchange.respond(head(200), "done");
      };
      if (pace === "now") {
        void exchange.body.bytes();
        done();
      } else void Promise.resolve(exchange.body.bytes()).then(done);
    });
    using client = await engine.connect();
    for (const part of parts) await client.send(part);
    await client.answers(1);
    return await read.taken;
  }

  const POST = request("POST /", "transfer-encoding: chunked", "trailer: x-sum");
  const REST =
    "5\r\nhello\r\n0\r\nX-Sum:  12 \r\nx-b: \r\nContent-Length: 7\r\nHost: evil\r\nx-sum: 13\r\n\r\n";

  test("of requests can be read behind the body and are no headers", async () => {
    for (const [parts, pace] of [
      [[POST + REST], "now"],
      [[POST + REST], "later"],
      [[POST, REST.slice(0, 25), REST.slice(25)], "later"],
      [(POST + REST).split(""), "later"],
    ] as const) {
      const { before, after, headers } = await readTrailers(parts, pace);
      if (parts.length > 1) assert.equal(before, null);
      assert.deepEqual(
        [...(after ?? [])],
        [
          ["x-sum", "12"],
          ["x-b", ""],
          ["x-sum", "13"],
        ],
      );
      assert.equal(headers.get("x-sum"), undefined);
      assert.equal(headers.get("host"), "a");
    }
  });

  test("of requests without any are an empty list", async () => {
    for (const text of [
      request("GET /"),
      `${request("POST /", "content-length: 2")}ab`,
      `${POST}0\r\n\r\n`,
    ]) {
      const { after } = await readTrailers([text], "later");
      assert.equal(after?.size, 0);
    }
  });

  test("of requests have as many fields at most as the headers", async () => {
    await using engine = await serve(subject, (exchange) => exchange.respond(head(200), "ok"), {
      limits: { maxHeaderFields: 4 },
    });
    const post = request("POST /", "transfer-encoding: chunked");
    using fine = await engine.connect();
    await fine.send(`${post}0\r\na: 1\r\nb: 1\r\nc: 1\r\nd: 1\r\n\r\n`);
    assert.equal((await fine.answers(1))[0]?.status, 200);
    using over = await engine.connect();
    await over.send(`${post}0\r\na: 1\r\nb: 1\r\nc: 1\r\nd: 1\r\ne: 1\r\n\r\n`);
    await over.closing();
    assert.match(over.text, /^HTTP\/1\.1 400 .*E_TRAILERS_TOO_LARGE/s);
  });
}
