import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Exchange } from "@armature/http";
import { benchFor, headOf } from "../bench.ts";
import type { EngineUnderTest } from "../engines.ts";
import { countersOf } from "../serve.ts";

const GET = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";

/** The end of a listener, its counters, and what every exchange knows. */
export function exchangesSuite(subject: EngineUnderTest): void {
  const start = benchFor(subject);

  describe("close", () => {
    test("closes idle connections, and has nothing to cut", async () => {
      await using bench = await start((exchange) => exchange.respond(headOf(), ""));
      const used = await bench.connect();
      used.write(GET);
      await used.answer();
      const fresh = await bench.connect();
      while (bench.listener.stats().connections < 2) await new Promise(setImmediate);
      const closing = bench.listener.close({ lingerMs: 0 });
      for (const client of [used, fresh]) {
        assert.equal(await client.rest(), "");
        client.end();
      }
      assert.equal((await closing).cut, 0);
      assert.equal(bench.listener.stats().connections, 0);
    });

    test("lets requests in work finish, and says that the connection closes", async () => {
      const seen = Promise.withResolvers<Exchange>();
      await using bench = await start((exchange) => seen.resolve(exchange));
      const client = await bench.connect();
      client.write(GET);
      const exchange = await seen.promise;
      const closed = bench.listener.close();
      await new Promise((resolve) => setTimeout(resolve, 20));
      assert.equal(bench.listener.stats().inFlight, 1);
      exchange.respond(headOf(), "finished");
      const answer = await client.answer();
      assert.equal(answer.body, "finished");
      assert.equal(answer.headers["connection"], "close");
      client.end();
      assert.equal((await closed).cut, 0);
    });

    test("finishes pipelined requests and streams", async () => {
      const open: Exchange[] = [];
      await using bench = await start((exchange) => open.push(exchange));
      const client = await bench.connect();
      client.write(GET + GET);
      while (open.length < 2) await new Promise(setImmediate);
      const writer = open[0]?.stream(headOf(), null);
      const closed = bench.listener.close();
      writer?.write("one");
      writer?.end();
      open[1]?.respond(headOf(), "two");
      const [first, second] = await client.answers(2);
      assert.equal(first?.body, "one");
      assert.equal(first?.headers["connection"], undefined);
      assert.equal(second?.body, "two");
      assert.equal(second?.headers["connection"], "close");
      client.end();
      assert.equal((await closed).cut, 0);
    });

    test("cuts what is not finished when the grace is over, and says how many", async () => {
      const open: Exchange[] = [];
      await using bench = await start((exchange) => open.push(exchange));
      const client = await bench.connect();
      client.write(GET);
      while (open.length < 1) await new Promise(setImmediate);
      const { signal } = open[0] as Exchange;
      assert.equal((await bench.listener.close({ graceMs: 20 })).cut, 1);
      assert.equal(signal.aborted, true);
      assert.equal(await client.rest(), "");
      assert.equal((await bench.listener.close()).cut, 1, "later calls have the first one's report");
      assert.equal(bench.listener.stats().inFlight, 0);
    });

    test("lets a head that is arriving be completed", async () => {
      await using bench = await start((exchange) => exchange.respond(headOf(), exchange.target));
      const client = await bench.connect();
      client.write("GET /half HT");
      while (bench.listener.stats().connections === 0) await new Promise(setImmediate);
      await new Promise((resolve) => setTimeout(resolve, 20));
      const closed = bench.listener.close();
      client.write("TP/1.1\r\nhost: a\r\n\r\n");
      const answer = await client.answer();
      assert.equal(answer.body, "/half");
      assert.equal(answer.headers["connection"], "close");
      client.end();
      assert.equal((await closed).cut, 0);
    });

    test("lets a request that is arriving be completed", async () => {
      await using bench = await start(async (exchange) => {
        exchange.respond(headOf(), Buffer.from(await exchange.body.bytes()).toString());
      });
      const client = await bench.connect();
      client.write("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 6\r\n\r\nabc");
      while (bench.listener.stats().inFlight === 0) await new Promise(setImmediate);
      const closed = bench.listener.close();
      client.write("def");
      const answer = await client.answer();
      assert.equal(answer.body, "abcdef");
      assert.equal(answer.headers["connection"], "close");
      client.end();
      assert.equal((await closed).cut, 0);
    });
  });

  describe("stats", () => {
    test("count connections, requests and refusals", async () => {
      const open: Exchange[] = [];
      await using bench = await start((exchange) => open.push(exchange));
      assert.deepEqual(countersOf(bench.listener), {
        connections: 0,
        accepted: 0,
        inFlight: 0,
        requests: 0,
        refused: 0,
      });
      const client = await bench.connect();
      client.write(GET + GET);
      while (open.length < 2) await new Promise(setImmediate);
      assert.deepEqual(countersOf(bench.listener), {
        connections: 1,
        accepted: 1,
        inFlight: 2,
        requests: 2,
        refused: 0,
      });
      for (const exchange of open) exchange.respond(headOf(), "");
      await client.answers(2);
      const other = await bench.connect();
      other.write("nonsense\r\n\r\n");
      await other.answer();
      assert.deepEqual(countersOf(bench.listener), {
        connections: 2,
        accepted: 2,
        inFlight: 0,
        requests: 2,
        refused: 1,
      });
    });
  });

  describe("exchanges", () => {
    test("know their client", async () => {
      await using bench = await start((exchange) => {
        const { address, port, secure } = exchange.peer;
        assert.equal(exchange.peer, exchange.peer);
        exchange.respond(headOf(), `${address} ${typeof port} ${secure}`);
      });
      const client = await bench.connect();
      client.write(GET);
      assert.equal((await client.answer()).body, `127.0.0.1 number ${subject.isSecure}`);
    });

    test("have one signal, made when it is asked for", async () => {
      await using bench = await start((exchange) => {
        assert.equal(exchange.signal, exchange.signal);
        assert.equal(exchange.signal.aborted, false);
        exchange.respond(headOf(), "");
      });
      const client = await bench.connect();
      client.write(GET);
      assert.equal((await client.answer()).status, 200);
      assert.deepEqual(bench.errors, []);
    });
  });
}
