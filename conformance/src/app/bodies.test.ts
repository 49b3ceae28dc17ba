import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { armature, type Context } from "armature";
import { z } from "zod";
import { eventually, Handover } from "../serve.ts";
import { LogLines } from "./harness/log-lines.ts";
import type { Answer } from "./harness/answer.ts";
import { ENGINE_WAYS, FETCH, WAYS, WIRE_WAYS } from "./harness/ways.ts";

const anyBody = z.any();

/** A route for each way to read a body. */
const source = armature()
  .post("/schema", { body: anyBody }, ({ body }) => ({ body: body as unknown }))
  .post("/json", async ({ body }) => ({ body: await body.json() }))
  .post("/value", async ({ body }) => ({ body: (await body.value()) ?? null }))
  .post("/text", async ({ body }) => ({ body: await body.text() }))
  .post("/bytes", async ({ body }) => ({ body: Buffer.from(await body.bytes()).toString("latin1") }))
  .post("/stream", async ({ body }) => {
    let length = 0;
    for await (const chunk of body.stream()) length += chunk.byteLength;
    return { length };
  })
  .post("/twice", async ({ body }) => {
    await body.text();
    return { body: await body.text() };
  })
  .post("/small", { body: anyBody, maxBodyBytes: 10 }, ({ body }) => ({ body: body as unknown }))
  .post("/large", { maxBodyBytes: 5_000_000 }, async ({ body }) => ({
    length: (await body.bytes()).byteLength,
  }))
  .post("/ignored", () => "done");

const JSON_TYPE = { "content-type": "application/json" };

for (const way of WAYS)
  describe(`a body by ${way.name}`, () => {
    for (const [what, type, body, value] of [
      ["JSON", "application/json", '{"a":[1,"\u00e4"]}', { a: [1, "\u00e4"] }],
      ["JSON with a charset", 'application/json; charset="UTF-8"', "1", 1],
      ["JSON of a vendor", "application/vnd.api+json", "true", true],
      ["JSON behind a byte order mark", "application/json", "\ufeff[]", []],
      ["a form", "application/x-www-form-urlencoded", "a=1&b=x+y&b=%C3%A4", { a: "1", b: ["x y", "\u00e4"] }],
      ["text", "text/plain", "h\u00e4", "h\u00e4"],
    ] as const)
      test(`is read as ${what}`, async () => {
        await using running = await way.start(source);
        for (const path of ["/schema", "/value"]) {
          const answer = await running.request("POST", path, { headers: { "content-type": type }, body });
          assert.equal(answer.status, 200, answer.text);
          assert.deepEqual(answer.json, { body: value });
        }
      });

    test("is read as text, bytes or JSON whatever its type says", async () => {
      await using running = await way.start(source);
      const headers = { "content-type": "application/octet-stream" };
      for (const [path, body] of [
        ["/text", "[1]"],
        ["/bytes", "[1]"],
        ["/json", [1]],
      ] as const)
        assert.deepEqual((await running.request("POST", path, { headers, body: "[1]" })).json, { body });
      assert.deepEqual((await running.request("POST", "/stream", { headers, body: "[1]" })).json, {
        length: 3,
      });
    });

    test("of another type is refused with 415, which says what is taken", async () => {
      await using running = await way.start(source);
      for (const type of [
        "application/xml",
        "text/html",
        "multipart/form-data; boundary=x",
        "nonsense",
        "application/json; charset=utf-16",
      ])
        for (const path of ["/schema", "/value"]) {
          const answer = await running.request("POST", path, {
            headers: { "content-type": type },
            body: "x",
          });
          assert.equal(answer.status, 415, type);
          assert.equal(answer.problem["code"], "E_UNSUPPORTED_MEDIA_TYPE");
          assert.match(answer.header("accept") ?? "", /application\/json/);
        }
    });

    test("without a type is refused with 415", async () => {
      await using running = await way.start(source);
      assert.equal((await running.request("POST", "/schema", { body: "{}" })).status, 415);
    });

    for (const body of ["{", "{'a':1}", "[1,]", "undefined", '{"a":1}x', "\u0000"])
      test(`of malformed JSON is refused with 400 and not quoted: ${JSON.stringify(body)}`, async () => {
        await using running = await way.start(source);
        for (const path of ["/schema", "/json", "/value"]) {
          const answer = await running.request("POST", path, { headers: JSON_TYPE, body });
          assert.equal(answer.status, 400);
          assert.equal(answer.problem["code"], "E_JSON_INVALID");
          assert.equal(answer.problem["detail"], "The request body is not valid JSON.");
        }
      });

    test("of invalid UTF-8 is refused with 400", async () => {
      await using running = await way.start(source);
      for (const bytes of [
        [0x22, 0xff, 0x22],
        [0x22, 0xc3, 0x22],
        [0x22, 0xed, 0xa0, 0x80, 0x22],
      ])
        for (const path of ["/schema", "/json", "/text"]) {
          const answer = await running.request("POST", path, {
            headers: JSON_TYPE,
            body: Buffer.from(bytes),
          });
          assert.equal(answer.status, 400);
          assert.equal(answer.problem["code"], "E_BODY_ENCODING");
        }
      const bytes = await running.request("POST", "/bytes", { body: Buffer.from([0xff]) });
      assert.deepEqual(bytes.json, { body: "\xff" });
    });

    for (const body of [
      '{"__proto__":{"admin":true}}',
      '{"a":[{"__proto__":1}]}',
      '{"\\u005f_proto__":{"admin":true}}',
      '{"a":{"constructor":{"prototype":{"admin":true}}}}',
      '{"\\u0063onstructor":{"prototype":1}}',
    ])
      test(`with a key that reaches into prototypes is refused with 400: ${body}`, async () => {
        await using running = await way.start(source);
        for (const path of ["/schema", "/json"]) {
          const answer = await running.request("POST", path, { headers: JSON_TYPE, body });
          assert.equal(answer.status, 400, answer.text);
          assert.equal(answer.problem["code"], "E_JSON_PROTOTYPE");
        }
      });

    test("may use the words in values, and a constructor that is no prototype's", async () => {
      await using running = await way.start(source);
      const body = '{"a":"__proto__","constructor":"Gaudi"}';
      assert.deepEqual((await running.request("POST", "/json", { headers: JSON_TYPE, body })).json, {
        body: { a: "__proto__", constructor: "Gaudi" },
      });
    });

    test("of deeply nested JSON does no harm", async () => {
      await using running = await way.start(source);
      const deep = `${"[".repeat(100_000)}"__proto__"${"]".repeat(100_000)}`;
      const answer = await running.request("POST", "/json", { headers: JSON_TYPE, body: deep });
      assert.ok([200, 400, 500].includes(answer.status), String(answer.status));
      assert.equal((await running.request("POST", "/ignored")).status, 200);
    });

    test("that is empty is nothing to a schema, and no JSON", async () => {
      await using running = await way.start(source);
      const headers = JSON_TYPE;
      assert.deepEqual((await running.request("POST", "/schema", { headers })).json, {});
      assert.deepEqual((await running.request("POST", "/value", { headers })).json, { body: null });
      assert.deepEqual((await running.request("POST", "/text")).json, { body: "" });
      const answer = await running.request("POST", "/json", { headers });
      assert.equal(answer.status, 400);
      assert.match(String(answer.problem["detail"]), /empty/);
    });

    test("can be read once", async () => {
      const lines = new LogLines();
      await using running = await way.start(source, { logger: lines.logger });
      const answer = await running.request("POST", "/twice", { body: "x" });
      assert.equal(answer.status, 500);
      assert.deepEqual(lines.errorCodes(), ["E_BODY_USED"]);
    });

    test("over the limit of its route is refused with 413, at the limit it is not", async () => {
      await using running = await way.start(source);
      assert.equal(
        (await running.request("POST", "/small", { headers: JSON_TYPE, body: '"12345678"' })).status,
        200,
      );
      const answer = await running.request("POST", "/small", { headers: JSON_TYPE, body: '"123456789"' });
      assert.equal(answer.status, 413);
      assert.equal(answer.problem["code"], "E_BODY_TOO_LARGE");
    });

    test("over the limit of the application is refused with 413, unless its route takes more", async () => {
      await using running = await way.start(source, { limits: { maxBodyBytes: 1_000 } });
      const body = Buffer.alloc(1_001, "x");
      for (const path of ["/text", "/bytes", "/stream"])
        assert.equal((await running.request("POST", path, { body })).status, 413, path);
      const large = await running.request("POST", "/large", { body: Buffer.alloc(2_000_000) });
      assert.deepEqual(large.json, { length: 2_000_000 });
    });

    test("that nobody reads does no harm", async () => {
      await using running = await way.start(source);
      const answer = await running.request("POST", "/ignored", { body: Buffer.alloc(500_000) });
      assert.equal(answer.text, "done");
    });
  });

for (const way of WIRE_WAYS)
  describe(`a chunked body by ${way.name}`, () => {
    const send = (path: string, chunks: readonly string[]): string =>
      [
        `POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`,
        ...chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`),
        "0\r\n\r\n",
      ].join("");

    test("is put together", async () => {
      await using running = await way.start(source);
      const client = running.connect();
      await client.send(send("/schema", ['{"a"', ":1}"]));
      const [answer] = await client.answers(1);
      assert.equal(answer?.body, '{"body":{"a":1}}');
      client[Symbol.dispose]();
    });

    test("is refused as soon as it is too large", async () => {
      await using running = await way.start(source);
      const client = running.connect();
      await client.send(send("/small", ["123456", "7890123"]).slice(0, -5));
      const [answer] = await client.answers(1);
      assert.equal(answer?.status, 413);
      client[Symbol.dispose]();
    });

    test("of nothing is nothing to a schema", async () => {
      await using running = await way.start(source);
      const client = running.connect();
      await client.send(send("/schema", []));
      const [answer] = await client.answers(1);
      assert.deepEqual([answer?.status, answer?.body], [200, "{}"]);
      client[Symbol.dispose]();
    });
  });

for (const way of WIRE_WAYS)
  describe(`a client by ${way.name} that leaves within its body`, () => {
    for (const [what, read] of Object.entries({
      "a whole body": async ({ request }: Context) => await request.body.bytes(),
      "a stream": async ({ request }: Context) => {
        for await (const chunk of request.body.stream()) void chunk;
      },
      JSON: async ({ request }: Context) => await request.body.json(),
    }))
      test(`fails the one who reads it as ${what}, quietly`, async () => {
        const failed = new Handover<unknown>();
        const began = new Handover<void>();
        const lines = new LogLines();
        const app = armature({ requestLog: true }).post("/", async (context) => {
          began.give();
          try {
            await read(context);
            failed.give("read to its end");
          } catch (error) {
            failed.give(error);
            throw error;
          }
        });
        await using running = await way.start(app, { logger: lines.logger });
        const client = running.connect();
        await client.send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\n0123456789");
        await began.taken;
        client[Symbol.dispose]();
        const error = (await failed.taken) as { status: number; code: string };
        assert.deepEqual([error.status, error.code], [400, "E_BODY_INCOMPLETE"]);
        await eventually(() => lines.requests().length === 1);
        assert.deepEqual(lines.errorCodes(), []);
        // An engine may have answered 400 in case that somebody still reads.
        assert.ok([0, 400].includes(Number(lines.requests()[0]?.["status"])));
      });
  });

for (const way of ENGINE_WAYS)
  test(`a length by ${way.name} that is announced and over the limit is refused before any of it came`, async () => {
    await using running = await way.start(source);
    const client = running.connect();
    await client.send(
      "POST /small HTTP/1.1\r\nhost: a\r\ncontent-type: text/plain\r\ncontent-length: 11\r\n\r\n",
    );
    const [answer] = await client.answers(1);
    assert.equal(answer?.status, 413);
    client[Symbol.dispose]();
  });

test("a length that lies, by fetch, lets nothing through that the limit forbids", async () => {
  await using running = await FETCH.start(source, { limits: { maxBodyBytes: 10 } });
  const post = (length: number, body: string): Promise<Answer> =>
    running.request("POST", "/text", { headers: { "content-length": String(length) }, body });
  assert.equal((await post(1, "x".repeat(11))).status, 413);
  assert.equal((await post(1, "x".repeat(10))).status, 200);
  assert.equal((await post(11, "x")).status, 413);
  assert.equal((await post(10, "x")).status, 200);
});
