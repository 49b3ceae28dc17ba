import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { BodyWriter, Exchange } from "@armature/http";
import { benchFor, headOf } from "../bench.ts";
import type { EngineUnderTest } from "../engines.ts";

function get(target: string): string {
  return `GET ${target} HTTP/1.1\r\nhost: a\r\n\r\n`;
}

/** Requests that do not wait for the answers in front of them. */
export function pipeliningSuite(subject: EngineUnderTest): void {
  const start = benchFor(subject);

  describe("pipelined requests", () => {
    test("are answered in their order, whatever the order in which handlers finish", async () => {
      const open = new Map<string, Exchange>();
      await using bench = await start((exchange) => {
        if (exchange.target.startsWith("/now")) exchange.respond(headOf(), exchange.target);
        else open.set(exchange.target, exchange);
      });
      const client = await bench.connect();
      client.write(["/a", "/now1", "/b", "/c", "/now2"].map(get).join(""));
      while (open.size < 3) await new Promise(setImmediate);
      assert.equal(client.text, "");
      open.get("/c")?.respond(headOf(), "/c");
      open.get("/b")?.respond(headOf(), "/b");
      await new Promise(setImmediate);
      assert.equal(client.text, "");
      open.get("/a")?.respond(headOf(), "/a");
      const bodies = (await client.answers(5)).map(({ body }) => body);
      assert.deepEqual(bodies, ["/a", "/now1", "/b", "/c", "/now2"]);
    });

    test("of streams and whole answers do not mix", async () => {
      const writers: BodyWriter[] = [];
      await using bench = await start((exchange) => {
        if (exchange.target === "/whole") exchange.respond(headOf(), "whole");
        else writers.push(exchange.stream(headOf(), null));
      });
      const client = await bench.connect();
      client.write(get("/1") + get("/2") + get("/whole"));
      while (writers.length < 2) await new Promise(setImmediate);
      const [first, second] = writers;
      second?.write("second");
      first?.write("fi");
      await client.until("fi");
      second?.end();
      first?.write("rst");
      assert.doesNotMatch(client.text, /second/);
      first?.end();
      const bodies = (await client.answers(3)).map(({ body }) => body);
      assert.deepEqual(bodies, ["first", "second", "whole"]);
    });

    test("are handed over up to the limit, the rest when answers are complete", async () => {
      const open: Exchange[] = [];
      await using bench = await start((exchange) => open.push(exchange), { maxPipelined: 3 });
      const client = await bench.connect();
      client.write(["/0", "/1", "/2", "/3", "/4", "/5", "/6"].map(get).join(""));
      while (open.length < 3) await new Promise(setImmediate);
      for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
      assert.equal(open.length, 3);
      assert.equal(bench.listener.stats().inFlight, 3);
      open[1]?.respond(headOf(), "1");
      for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
      assert.equal(open.length, 3, "an answer that waits for its turn makes no room");
      open[0]?.respond(headOf(), "0");
      while (open.length < 5) await new Promise(setImmediate);
      for (let at = 2; at < 7; at++) {
        while (open[at] === undefined) await new Promise(setImmediate);
        open[at]?.respond(headOf(), String(at));
      }
      assert.deepEqual(
        (await client.answers(7)).map(({ body }) => body),
        ["0", "1", "2", "3", "4", "5", "6"],
      );
      assert.equal(bench.listener.stats().inFlight, 0);
    });

    test("by the hundred are answered synchronously in order", async () => {
      await using bench = await start((exchange) => exchange.respond(headOf(), exchange.target), {
        maxPipelined: 4,
      });
      const client = await bench.connect();
      const targets = Array.from({ length: 500 }, (_, at) => `/${at}`);
      client.write(targets.map(get).join(""));
      const answers = await client.answers(500);
      assert.deepEqual(
        answers.map(({ body }) => body),
        targets,
      );
    });

    test("with bodies are split right", async () => {
      await using bench = await start((exchange) => {
        const body = exchange.body.peek();
        exchange.respond(headOf(), Buffer.from(body ?? "none").toString("latin1"));
      });
      const client = await bench.connect();
      client.write(
        "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\nabc" +
          "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n3;x=y\r\ndef\r\n2\r\ngh\r\n0\r\nt: v\r\n\r\n" +
          get("/"),
      );
      assert.deepEqual(
        (await client.answers(3)).map(({ body }) => body),
        ["abc", "defgh", ""],
      );
    });

    test("are not handed over while the client does not take its answers", async () => {
      const large = "x".repeat(50_000);
      await using bench = await start((exchange) => exchange.respond(headOf(), large), {
        highWaterBytes: 1024,
      });
      const client = await bench.connect();
      client.pause();
      const count = 400;
      client.write(get("/").repeat(count));
      let before = -1;
      while (bench.listener.stats().requests > before) {
        before = bench.listener.stats().requests;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      assert.ok(before < count, `all ${count} requests were taken though nothing was read`);
      client.resume();
      for (let at = 0; at < count; at++) assert.equal((await client.answer()).body.length, large.length);
    });

    test("behind one that closes are dropped, and their signals abort", async () => {
      const open: Exchange[] = [];
      await using bench = await start((exchange) => open.push(exchange));
      const client = await bench.connect();
      client.write(get("/0") + get("/1"));
      while (open.length < 2) await new Promise(setImmediate);
      const signal = open[1]?.signal;
      open[0]?.respond(headOf(200, ["connection", "close"]), "0");
      assert.equal((await client.answer()).body, "0");
      assert.equal(await client.rest(), "");
      assert.equal(signal?.aborted, true);
      assert.equal(open[1]?.answered, true);
      open[1]?.respond(headOf(), "nobody reads this");
      assert.equal(bench.listener.stats().inFlight, 0);
    });
  });
}
