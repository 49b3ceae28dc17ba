import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import { Worker } from "node:worker_threads";
import { WireClient } from "../wire-client.ts";

// Sources that always have the next piece: nothing in them waits for the event loop.
describe("streams that never wait", () => {
  let worker: Worker;
  let port: number;
  before(async () => {
    worker = new Worker(new URL("./busy-server.js", import.meta.url));
    [port] = (await once(worker, "message")) as [number]; // its first message is its port
  });
  after(() => worker.terminate());

  const open = (): WireClient => new WireClient(connect({ port, host: "127.0.0.1" }));
  const assertAlive = async (): Promise<void> => {
    using client = open();
    await client.send("GET /hello HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
    await client.until(() => client.text.includes("hello"));
    assert.match(client.text, /^HTTP\/1\.1 200 /);
  };

  for (const path of ["/async", "/sync", "/web", "/response"]) {
    test(`${path}: others are answered while a client reads as fast as it can`, async () => {
      using reader = open();
      await reader.send(`GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`);
      await reader.until(() => reader.text.length > 0);
      await assertAlive();
    });

    test(`${path}: the server goes on when the client leaves`, async () => {
      using leaver = open();
      await leaver.send(`GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`);
      await leaver.until(() => leaver.text.length > 0);
      leaver.reset();
      await assertAlive();
    });
  }
});
