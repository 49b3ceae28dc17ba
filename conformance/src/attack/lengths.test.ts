import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { HeaderBlock } from "@armature/http";
import { armature, type Context } from "armature";

import { LogLines } from "../app/harness/log-lines.ts";
import { eventually } from "../serve.ts";
import { WAYS, WIRE_WAYS } from "../app/harness/ways.ts";

for (const way of WAYS)
  describe(`announced lengths by ${way.name}`, () => {
    for (const length of [Number.NaN, -1, 1.5, Infinity, 1e21])
      test(`${length} is none`, async () => {
        const lines = new LogLines();
        const source = armature().get("/", ({ reply }) => reply.stream(["abc"], { length }));
        await using running = await way.start(source, { logger: lines.logger });
        assert.equal((await running.request("GET", "/")).status, 500);
        assert.deepEqual(lines.errorCodes(), ["E_ANSWER_LENGTH"]);
      });

    for (const [name, pieces] of Object.entries({ short: ["ab"], long: ["abc", "defg"] }))
      test(`a body that is too ${name} is cut`, async () => {
        const lines = new LogLines();
        const source = armature().get("/", ({ reply }) => reply.stream(pieces, { length: 5 }));
        await using running = await way.start(source, { logger: lines.logger });
        const answer = await running.request("GET", "/");
        assert.equal(answer.cut, true);
        assert.ok(answer.bytes.length <= 5);
        await eventually(() => lines.errorCodes().length > 0);
        assert.deepEqual(lines.errorCodes(), ["E_ANSWER_LENGTH"]);
      });

    test("HEAD announces what GET would send", async () => {
      const source = armature().get("/", ({ reply }) => reply.stream(["abcde"], { length: 5 }));
      await using running = await way.start(source);
      const answer = await running.request("HEAD", "/");
      assert.deepEqual([answer.status, answer.header("content-length"), answer.text], [200, "5", ""]);
    });

    test("205 has no content", async () => {
      const head = { status: 205, block: HeaderBlock.empty, fields: null };
      const source = armature().get("/", ({ exchange }: Context) => exchange.respond(head, "content"));
      await using running = await way.start(source);
      const answer = await running.request("GET", "/");
      assert.deepEqual([answer.status, answer.header("content-length") ?? "0", answer.text], [205, "0", ""]);
    });
  });

for (const way of WIRE_WAYS)
  test(`the answer behind one that is too short is not taken for its rest by ${way.name}`, async () => {
    const source = armature()
      .get("/short", ({ reply }) => reply.stream(["ab"], { length: 20 }))
      .get("/next", () => "next");
    await using running = await way.start(source);
    using client = running.connect();
    await client.send("GET /short HTTP/1.1\r\nhost: a\r\n\r\nGET /next HTTP/1.1\r\nhost: a\r\n\r\n");
    await client.closing();
    assert.doesNotMatch(client.text, /next/);
  });
