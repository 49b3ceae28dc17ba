import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:http";
import { describe, test } from "node:test";
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { armature } from "armature";
import { z } from "zod";
import { LogLines } from "./harness/log-lines.ts";
import { SOCKET, WAYS, type Way } from "./harness/ways.ts";

const ENCODERS = {
  gzip: gzipSync,
  "x-gzip": gzipSync,
  deflate: deflateSync,
  br: brotliCompressSync,
  zstd: zstdCompressSync,
} as const;

type Coding = keyof typeof ENCODERS;
const CODINGS = Object.keys(ENCODERS) as Coding[]; // its own keys

const anyBody = z.any();
const FORM = "multipart/form-data; boundary=x";

/** A route for each way to read a body. */
const source = armature()
  .post("/schema", { body: anyBody }, ({ body }) => ({ body: body as unknown }))
  .post("/value", async ({ body }) => ({ body: (await body.value()) ?? null }))
  .post("/json", async ({ body }) => ({ body: await body.json() }))
  .post("/text", async ({ body }) => ({ body: await body.text() }))
  .post("/bytes", async ({ body }) => ({ body: Buffer.from(await body.bytes()).toString() }))
  .post("/stream", async ({ body }) => {
    let length = 0;
    for await (const chunk of body.stream()) length += chunk.byteLength;
    return { length };
  })
  .post("/first", async ({ body }) => {
    for await (const chunk of body.stream()) return { length: chunk.byteLength };
    return { length: 0 };
  })
  .post("/multipart", async ({ body }) => {
    const values: unknown[] = [];
    for await (const part of body.multipart())
      values.push(part.kind === "field" ? part.value : Buffer.from(await part.bytes()).toString());
    return values;
  })
  .post("/raw", async ({ exchange }) => ({ length: (await exchange.body.bytes()).byteLength }))
  .post("/small", { body: anyBody, maxBodyBytes: 100 }, ({ body }) => ({ body: body as unknown }))
  .post("/ignored", () => "done");

function headersOf(coding: string, type = "application/json"): Record<string, string> {
  return { "content-type": type, "content-encoding": coding };
}

/** Status and code of a refusal. */
async function refusal(way: Way, path: string, body: Uint8Array, coding = "gzip"): Promise<string> {
  const lines = new LogLines();
  await using running = await way.start(source, { logger: lines.logger });
  const answer = await running.request("POST", path, { headers: headersOf(coding), body });
  assert.deepEqual(lines.errorCodes(), []);
  return `${answer.status} ${String(answer.problem["code"])}`;
}

for (const way of WAYS)
  describe(`a compressed body by ${way.name}`, () => {
    test("is read like any other, in every coding and by every reader", async () => {
      await using running = await way.start(source);
      for (const coding of CODINGS) {
        const encode = ENCODERS[coding];
        for (const path of ["/schema", "/value", "/json"]) {
          const sent = { headers: headersOf(coding), body: encode('{"a":"\u00e4"}') };
          const answer = await running.request("POST", path, sent);
          assert.deepEqual(answer.json, { body: { a: "\u00e4" } }, `${path} ${coding}`);
        }
        const texts = { headers: headersOf(coding, "text/plain"), body: encode("plain") };
        for (const path of ["/schema", "/value", "/text", "/bytes"])
          assert.deepEqual((await running.request("POST", path, texts)).json, { body: "plain" });
        assert.deepEqual((await running.request("POST", "/stream", texts)).json, { length: 5 });
        const forms = {
          headers: headersOf(coding, "application/x-www-form-urlencoded"),
          body: encode("a=1&b=2"),
        };
        assert.deepEqual((await running.request("POST", "/value", forms)).json, { body: { a: "1", b: "2" } });
      }
    });

    test("may be a form with files", async () => {
      const part = (name: string, more: string, content: string): string =>
        `--x\r\ncontent-disposition: form-data; name="${name}"${more}\r\n\r\n${content}\r\n`;
      const form = `${part("a", "", "one")}${part("b", '; filename="b.txt"', "two")}--x--\r\n`;
      await using running = await way.start(source);
      const sent = { headers: headersOf("gzip", FORM), body: gzipSync(form) };
      assert.deepEqual((await running.request("POST", "/multipart", sent)).json, ["one", "two"]);
    });

    test("may be empty, and need not be read", async () => {
      await using running = await way.start(source);
      const empty = { headers: headersOf("gzip"), body: "" };
      assert.deepEqual((await running.request("POST", "/value", empty)).json, { body: null });
      const ignored = { headers: headersOf("gzip"), body: "no gzip" };
      assert.equal((await running.request("POST", "/ignored", ignored)).text, "done");
    });

    test("is there as it was sent for those who want it", async () => {
      const body = gzipSync("x".repeat(1000));
      await using running = await way.start(source);
      const answer = await running.request("POST", "/raw", { headers: headersOf("gzip"), body });
      assert.deepEqual(answer.json, { length: body.length });
    });

    test("in a coding that nobody knows is refused, and the answer says which are", async () => {
      await using running = await way.start(source);
      const answer = await running.request("POST", "/value", { headers: headersOf("lzma"), body: "{}" });
      assert.equal(answer.status, 415);
      assert.equal(answer.problem["code"], "E_UNSUPPORTED_CONTENT_ENCODING");
      assert.equal(answer.header("accept-encoding"), "gzip, deflate, br, zstd");
      assert.equal(
        await refusal(way, "/schema", gzipSync("{}"), "gzip, gzip"),
        "415 E_UNSUPPORTED_CONTENT_ENCODING",
      );
    });

    test("is refused by an application that takes none, or only some", async () => {
      const sent = { headers: headersOf("gzip"), body: gzipSync("{}") };
      await using none = await way.start(source, { decompress: false });
      const refused = await none.request("POST", "/value", sent);
      assert.equal(refused.status, 415);
      assert.equal(refused.header("accept-encoding"), "identity");
      await using some = await way.start(source, { decompress: { codings: ["br"] } });
      assert.equal((await some.request("POST", "/value", sent)).header("accept-encoding"), "br");
    });

    test("may have as many codings as the application says", async () => {
      await using running = await way.start(source, { decompress: { maxCodings: 2 } });
      const sent = { headers: headersOf("gzip, br"), body: brotliCompressSync(gzipSync("[1]")) };
      assert.deepEqual((await running.request("POST", "/value", sent)).json, { body: [1] });
    });

    test("is held to the limit by what comes out of it", async () => {
      assert.equal(await refusal(way, "/small", gzipSync(`"${"x".repeat(99)}"`)), "413 E_BODY_TOO_LARGE");
      await using running = await way.start(source);
      const sent = { headers: headersOf("gzip"), body: gzipSync(`"${"x".repeat(98)}"`) };
      assert.equal((await running.request("POST", "/small", sent)).status, 200);
    });

    test("that becomes too large for its size is refused", async () => {
      assert.equal(await refusal(way, "/stream", gzipSync(Buffer.alloc(500_000))), "413 E_BODY_RATIO");
      await using running = await way.start(source, { decompress: { maxRatio: Infinity } });
      const sent = { headers: headersOf("gzip"), body: gzipSync(Buffer.alloc(500_000)) };
      assert.deepEqual((await running.request("POST", "/stream", sent)).json, { length: 500_000 });
    });

    test("that is broken, cut short or followed by more is refused", async () => {
      for (const coding of CODINGS) {
        const whole = ENCODERS[coding]('{"a":1}');
        for (const body of [
          Buffer.from('{"a":1}'),
          whole.subarray(0, -1),
          Buffer.concat([whole, Buffer.from("x")]),
        ])
          for (const path of ["/schema", "/stream"])
            assert.equal(await refusal(way, path, body, coding), "400 E_BODY_CODING", `${path} ${coding}`);
      }
    });

    test("can be left half-way", async () => {
      await using running = await way.start(source);
      const sent = { headers: headersOf("gzip"), body: gzipSync(Buffer.alloc(60_000)) };
      assert.equal((await running.request("POST", "/first", sent)).status, 200);
    });
  });

test("ten gigabytes in ten megabytes are never held, and are not read where nobody wants them", async () => {
  const member = gzipSync(Buffer.alloc(10 * 1024 * 1024));
  let [given, most] = [0, 0];
  const reader = armature({ decompress: { maxRatio: Infinity } }).post(
    "/",
    { maxBodyBytes: 300 * 1024 * 1024 },
    async ({ body }) => {
      for await (const chunk of body.stream()) {
        given += chunk.byteLength;
        most = Math.max(most, process.memoryUsage().arrayBuffers);
      }
    },
  );
  await using running = await SOCKET.start(reader);
  const before = process.memoryUsage().arrayBuffers;
  const port = running.app.address?.port ?? 0;
  const sent = request({ port, host: "127.0.0.1", method: "POST", headers: { "content-encoding": "gzip" } });
  // The server stops reading in the middle, and closes.
  sent.on("error", () => {});
  sent.write(member);
  for (let count = 1; count < 1000; count++) sent.write(member);
  sent.end();
  const [answer] = (await once(sent, "response")) as [{ statusCode: number; resume(): void }];
  answer.resume();
  assert.equal(answer.statusCode, 413);
  assert.ok(given <= 300 * 1024 * 1024, `${given} bytes were given`);
  assert.ok(most - before < 150 * 1024 * 1024, `${most - before} bytes were held`);
  sent.destroy();
});
