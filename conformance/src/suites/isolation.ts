import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Exchange } from "@armature/http";
import { benchFor, headOf } from "../bench.ts";
import type { EngineUnderTest } from "../engines.ts";

function request(name: string): string {
  return `POST /${name} HTTP/1.1\r\nhost: ${name}.example\r\nx-secret: ${name}\r\ncontent-length: ${name.length}\r\n\r\n${name}`;
}

/** No request sees anything of another one. */
export function isolationSuite(subject: EngineUnderTest): void {
  const start = benchFor(subject);

  describe("nothing of another request is seen", () => {
    test("through an exchange that was answered at once", async () => {
      const kept: Exchange[] = [];
      await using bench = await start((exchange) => {
        kept.push(exchange);
        exchange.respond(headOf(), "");
      });
      const client = await bench.connect();
      client.write(request("alice") + request("mallo"));
      await client.answers(2);
      client.write(request("other"));
      await client.answer();
      for (const exchange of kept) {
        assert.equal(exchange.bytes, null);
        assert.throws(() => exchange.target, { code: "E_EXCHANGE_DONE" });
        assert.throws(() => exchange.headers, { code: "E_EXCHANGE_DONE" });
        assert.throws(() => exchange.body.bytes(), { code: "E_EXCHANGE_DONE" });
        assert.equal(exchange.body.peek(), null);
      }
    });

    test("through what was read before the answer, which stays as it was", async () => {
      const kept: Exchange[] = [];
      await using bench = await start((exchange) => {
        kept.push(exchange);
        assert.equal(exchange.headers.get("x-secret"), exchange.target.slice(1));
        exchange.respond(headOf(), "");
      });
      const client = await bench.connect();
      const names = ["alice", "mallo", "other"];
      for (const name of names) {
        client.write(request(name));
        await client.answer();
      }
      assert.deepEqual(
        kept.map(({ target }) => target),
        names.map((name) => `/${name}`),
      );
      assert.deepEqual(
        kept.map(({ headers }) => headers.get("host")),
        names.map((name) => `${name}.example`),
      );
    });

    test("through exchanges that are answered later, whole, split and pipelined", async () => {
      const open: Exchange[] = [];
      await using bench = await start((exchange) => open.push(exchange));
      const names = ["alice", "bobby", "carol", "david", "ellen", "frank"];
      const client = await bench.connect();
      client.write(names.slice(0, 3).map(request).join(""));
      for (const name of names.slice(3)) {
        const text = request(name);
        client.write(text.slice(0, 30));
        await new Promise((resolve) => setTimeout(resolve, 5));
        client.write(text.slice(30));
      }
      const noise = await bench.connect();
      while (open.length < names.length) await new Promise(setImmediate);
      noise.write(request("noise"));
      while (open.length < names.length + 1) await new Promise(setImmediate);
      for (const [at, name] of names.entries()) {
        const exchange = open[at] as Exchange;
        assert.equal(exchange.bytes, null);
        assert.equal(exchange.target, `/${name}`);
        assert.deepEqual(
          [...exchange.headers],
          [
            ["host", `${name}.example`],
            ["x-secret", name],
            ["content-length", "5"],
          ],
        );
        assert.equal(Buffer.from(exchange.body.bytes() as Uint8Array).toString(), name);
        exchange.respond(headOf(), name);
      }
      assert.deepEqual(
        (await client.answers(names.length)).map(({ body }) => body),
        names,
      );
    });

    test("while the handler runs, and the bytes are its own", async () => {
      await using bench = await start((exchange) => {
        const { bytes, targetStart, targetEnd } = exchange;
        assert.ok(bytes !== null);
        const target = Buffer.from(bytes).toString("latin1", targetStart, targetEnd);
        assert.equal(target, exchange.target);
        exchange.respond(headOf(), target);
      });
      const client = await bench.connect();
      client.write(request("alice") + request("mallo"));
      client.write(request("other"));
      const bodies = (await client.answers(3)).map(({ body }) => body);
      assert.deepEqual(bodies, ["/alice", "/mallo", "/other"]);
    });

    test("by reads of all sizes, on connections that are read in larger and in smaller pieces", async () => {
      const kept: { readonly letter: string; readonly bytes: Uint8Array }[] = [];
      await using bench = await start(async (exchange) => {
        const letter = exchange.target.slice(1);
        // What is there while the handler runs is the client's own, whatever the size of the read.
        assert.ok((exchange.body.peek() ?? []).every((byte) => byte === letter.charCodeAt(0)));
        kept.push({ letter, bytes: await exchange.body.bytes() });
        exchange.respond(headOf(), letter);
      });
      const sizes = [10, 3_000, 5_000, 15_000, 20_000, 60_000, 70_000, 200_000];
      async function speak(client: Awaited<ReturnType<typeof bench.connect>>, at: number): Promise<void> {
        const letter = String.fromCharCode(97 + at);
        for (let round = 0; round < 80; round++) {
          // Rows of small ones between large ones: the size of the reads goes up and down.
          const size = sizes[round % 40 < 36 ? 0 : (at + round) % sizes.length] ?? 0;
          client.write(`POST /${letter} HTTP/1.1\r\nhost: a\r\ncontent-length: ${size}\r\n\r\n`);
          client.write(letter.repeat(size));
          assert.equal((await client.answer()).body, letter);
        }
      }
      const clients = await Promise.all(Array.from({ length: 8 }, () => bench.connect()));
      await Promise.all(clients.map(speak));
      assert.equal(kept.length, 8 * 80);
      for (const { letter, bytes } of kept)
        assert.ok(
          bytes.every((byte) => byte === letter.charCodeAt(0)),
          `a body of ${letter} has changed`,
        );
      assert.deepEqual(bench.errors, []);
    });

    test("by requests of many connections that are mixed", async () => {
      await using bench = await start(async (exchange) => {
        if (exchange.target.length % 2 === 0) await new Promise(setImmediate);
        const name = exchange.target.slice(1);
        const body = Buffer.from(await exchange.body.bytes()).toString();
        exchange.respond(headOf(), `${name} ${exchange.headers.get("x-secret")} ${body}`);
      });
      async function speak(client: Awaited<ReturnType<typeof bench.connect>>, at: number): Promise<void> {
        for (let round = 0; round < 20; round++) {
          const name = `client${at}round${round}${"x".repeat((at * round) % 7)}`;
          const text = request(name);
          const cut = (at * 31 + round * 17) % text.length;
          client.write(text.slice(0, cut));
          await new Promise(setImmediate);
          client.write(text.slice(cut));
          assert.equal((await client.answer()).body, `${name} ${name} ${name}`);
        }
      }
      const clients = await Promise.all(Array.from({ length: 10 }, () => bench.connect()));
      await Promise.all(clients.map(speak));
      assert.deepEqual(bench.errors, []);
    });
  });
}
