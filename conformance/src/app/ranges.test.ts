import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { armature, type Reply } from "armature";
import type { Answer } from "./harness/answer.ts";
import { readParts } from "./harness/read-parts.ts";
import { WAYS, type Running } from "./harness/ways.ts";

const TEXT = "0123456789";
/** What was opened or read of a stream. */
let opened: string[] = [];

async function* digits(from = 0, to = 9): AsyncGenerator<string> {
  opened.push(`${from}-${to}`);
  for (let at = from; at <= to; at++) yield String(at);
}

const tagged = (reply: Reply): Reply => reply.etag("v1").type("text/plain");

const source = armature()
  .get("/text", ({ reply }) => tagged(reply(200, TEXT).ranges()))
  .get("/bytes", ({ reply }) => tagged(reply(200, new TextEncoder().encode(TEXT)).ranges()))
  .get("/blob", ({ reply }) => tagged(reply(200, new Blob([TEXT], { type: "text/plain" }))))
  .get("/opened", ({ reply }) => tagged(reply.stream(digits(), { length: 10, ranges: digits })))
  .get("/cut", ({ reply }) => tagged(reply.stream(digits(), { length: 10, ranges: true })))
  .get("/umlaut", ({ reply }) => reply(200, "\u00e4\u00f6\u00fc").ranges())
  .get("/none", () => TEXT)
  .get("/unknown", ({ reply }) => reply.stream(digits(), { ranges: digits }))
  .get("/created", ({ reply }) => reply(201, TEXT).ranges());

function ask(running: Running, path: string, headers: Readonly<Record<string, string>>): Promise<Answer> {
  return running.request("GET", path, { headers });
}

for (const way of WAYS)
  describe(`ranges by ${way.name}`, () => {
    for (const path of ["/text", "/bytes", "/blob", "/opened", "/cut"]) {
      test(`${path} is sent whole or in part`, async () => {
        await using running = await way.start(source);
        const whole = await ask(running, path, {});
        assert.deepEqual([whole.status, whole.text, whole.header("accept-ranges")], [200, TEXT, "bytes"]);
        for (const [range, text, contentRange] of [
          ["bytes=0-3", "0123", "bytes 0-3/10"],
          ["bytes=8-", "89", "bytes 8-9/10"],
          ["bytes=-3", "789", "bytes 7-9/10"],
          ["bytes=3-5,5-6", "3456", "bytes 3-6/10"],
          ["bytes=4-4,99-", "4", "bytes 4-4/10"],
        ] as const) {
          const answer = await ask(running, path, { range });
          assert.deepEqual([answer.status, answer.text], [206, text], range);
          assert.equal(answer.header("content-range"), contentRange);
          assert.equal(answer.header("content-length"), String(text.length));
          assert.equal(answer.header("content-type"), "text/plain");
          assert.equal(answer.header("etag"), '"v1"');
        }
      });

      test(`${path} is sent by version`, async () => {
        await using running = await way.start(source);
        const range = "bytes=0-1";
        assert.equal((await ask(running, path, { range, "if-range": '"v1"' })).status, 206);
        assert.equal((await ask(running, path, { range, "if-range": '"v0"' })).status, 200);
        assert.equal((await ask(running, path, { range, "if-none-match": '"v1"' })).status, 304);
        assert.equal((await ask(running, path, { range, "if-match": '"v0"' })).status, 412);
      });

      test(`${path} says how long it is where a range is beyond its end`, async () => {
        await using running = await way.start(source);
        const answer = await ask(running, path, { range: "bytes=10-" });
        assert.deepEqual([answer.status, answer.header("content-range")], [416, "bytes */10"]);
        assert.equal(answer.problem["code"], "E_RANGE_NOT_SATISFIABLE");
      });

      test(`${path} is sent whole for other methods and other units`, async () => {
        await using running = await way.start(source);
        const head = await running.request("HEAD", path, { headers: { range: "bytes=0-1" } });
        assert.deepEqual([head.status, head.header("content-length")], [200, "10"]);
        assert.equal((await ask(running, path, { range: "lines=0-1" })).status, 200);
        const many = Array.from({ length: 17 }, (_, at) => `${at}-${at}`).join(",");
        assert.equal((await ask(running, path, { range: `bytes=${many}` })).status, 200);
      });
    }

    for (const path of ["/text", "/bytes", "/blob", "/opened"])
      test(`${path} is sent in several parts`, async () => {
        await using running = await way.start(source);
        const answer = await ask(running, path, { range: "bytes=7-,0-1" });
        assert.equal(answer.status, 206);
        assert.equal(answer.header("content-length"), String(answer.bytes.length));
        assert.deepEqual(readParts(answer), [
          ["text/plain", "bytes 7-9/10", "789"],
          ["text/plain", "bytes 0-1/10", "01"],
        ]);
      });

    test("a stream that can only be cut is sent whole where several parts are asked for", async () => {
      await using running = await way.start(source);
      const answer = await ask(running, "/cut", { range: "bytes=7-,0-1" });
      assert.deepEqual([answer.status, answer.text], [200, TEXT]);
    });

    test("a stream opens what is asked for, and the whole only where that is sent", async () => {
      await using running = await way.start(source);
      opened = [];
      await ask(running, "/opened", { range: "bytes=2-3,8-" });
      await ask(running, "/opened", { range: "bytes=99-" });
      assert.deepEqual(opened, ["2-3", "8-9"]);
      await ask(running, "/opened", {});
      assert.deepEqual(opened, ["2-3", "8-9", "0-9"]);
    });

    test("count bytes, not characters", async () => {
      await using running = await way.start(source);
      const answer = await ask(running, "/umlaut", { range: "bytes=2-3" });
      assert.deepEqual([answer.text, answer.header("content-range")], ["\u00f6", "bytes 2-3/6"]);
    });

    test("are not there unless they are declared, for a plain answer of known length", async () => {
      await using running = await way.start(source);
      for (const [path, status] of [
        ["/none", 200],
        ["/unknown", 200],
        ["/created", 201],
      ] as const) {
        const answer = await ask(running, path, { range: "bytes=0-1" });
        assert.deepEqual([answer.status, answer.text], [status, TEXT]);
        assert.equal(answer.header("content-range"), undefined);
      }
    });
  });
