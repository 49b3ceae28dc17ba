import assert from "node:assert/strict";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { get } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { describe, test } from "node:test";
import { Worker } from "node:worker_threads";
import {
  type BodyWriter,
  type ExchangeHandler,
  HeaderBlock,
  type Listener,
  type ResponseHead,
} from "@armature/http";
import { nativeEngineFault } from "./load-binding.ts";
import { createNativeEngine } from "./native-engine.ts";

const HEAD: ResponseHead = { status: 200, block: HeaderBlock.empty, fields: null };

const hello: ExchangeHandler = (exchange) => exchange.respond(HEAD, `hello ${exchange.peer.address}`);

function listen(handler: ExchangeHandler = hello): Promise<Listener> {
  // A handler that keeps the process busy makes the loop late.
  const limits = { maxLoopDelayMs: 0, maxQueueAgeMs: 0 };
  return createNativeEngine().listen({ port: 0, host: "127.0.0.1", limits }, handler);
}

function getText(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (answer) => resolve(text(answer))).once("error", reject);
  });
}

function openDescriptors(): number {
  return readdirSync("/proc/self/fd").length;
}

/** Descriptors are closed in turns of the loop that nobody tells of. */
async function descriptorsFallTo(most: number): Promise<void> {
  for (let tries = 0; openDescriptors() > most; tries++) {
    assert.ok(tries < 500, `${openDescriptors()} descriptors are open, there should be ${most}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** A worker that listens, tells its port and goes on until it is terminated. */
const WORKER = `
  const { parentPort, workerData } = require("node:worker_threads");
  import(workerData).then(async ({ createNativeEngine }) => {
    const listener = await createNativeEngine().listen({ port: 0, host: "127.0.0.1" }, (exchange) => {
      exchange.respond({ status: 200, block: { wire: "", hasDate: false, closes: false }, fields: null }, "from a worker");
    });
    parentPort.postMessage(listener.address.url);
  });
`;

async function startWorker(): Promise<readonly [worker: Worker, url: string]> {
  const worker = new Worker(WORKER, {
    eval: true,
    workerData: new URL("native-engine.js", import.meta.url).href,
  });
  const [url] = (await once(worker, "message")) as [string]; // it sends nothing else
  return [worker, url];
}

/**
 * While the server is busy: a request that has it write to somebody, who breaks off, and somebody new, who asks for something else. Tells
 * what the new one got.
 */
const CLIENTS = `
  const { connect } = require("node:net");
  const { once } = require("node:events");
  const { parentPort, workerData: { port, done } } = require("node:worker_threads");
  const request = (path, close = "") => "GET " + path + " HTTP/1.1\\r\\nhost: a\\r\\n" + close + "\\r\\n";
  const open = async (text) => {
    const socket = connect(port, "127.0.0.1").on("error", () => {});
    await new Promise((resolve) => socket.once("connect", resolve));
    socket.write(text);
    return socket;
  };
  (async () => {
    const leaving = await open(request("/held"));
    await once(leaving, "data");
    const other = await open(request("/wait"));
    await once(parentPort, "message");
    await new Promise((resolve) => other.write(request("/write"), resolve));
    leaving.resetAndDestroy();
    await new Promise((resolve) => leaving.once("close", resolve));
    const next = await open(request("/", "connection: close\\r\\n"));
    Atomics.store(done, 0, 1);
    Atomics.notify(done, 0);
    let text = "";
    next.setEncoding("latin1").on("data", (piece) => (text += piece));
    await new Promise((resolve) => next.once("close", resolve));
    other.destroy();
    parentPort.postMessage(text);
  })();
`;

describe("the native engine", { skip: nativeEngineFault() ?? false }, () => {
  test("a listener that was started and stopped a hundred times leaves no descriptor behind", async () => {
    const first = await listen();
    assert.equal(await getText(first.address.url), "hello 127.0.0.1");
    await first.close({ graceMs: 0 });
    const before = openDescriptors();
    for (let round = 0; round < 100; round++) {
      const listener = await listen();
      if (round % 10 === 0) assert.equal(await getText(listener.address.url), "hello 127.0.0.1");
      await listener.close({ graceMs: 0 });
    }
    await descriptorsFallTo(before);
  });

  test("engines in threads do not disturb each other, and a thread that is terminated leaves nothing behind", async () => {
    const [ended] = await startWorker();
    await ended.terminate();
    const listener = await listen();
    const before = openDescriptors();
    for (let round = 0; round < 5; round++) {
      const workers = await Promise.all([startWorker(), startWorker()]);
      for (const [, url] of workers) assert.equal(await getText(url), "from a worker");
      const open = connect(Number(new URL(workers[0][1]).port), "127.0.0.1");
      await once(open, "connect");
      assert.equal(await getText(listener.address.url), "hello 127.0.0.1");
      open.on("error", () => {});
      await Promise.all(workers.map(([worker]) => worker.terminate()));
      open.destroy();
    }
    await descriptorsFallTo(before);
    await listener.close({ graceMs: 0 });
  });

  test("answers that leave together and are not taken whole are waited for, each on its own connection", async () => {
    const body = "x".repeat(12 * 1024);
    const listener = await listen((exchange) => exchange.respond(HEAD, exchange.target + body));
    const { port } = new URL(listener.address.url);
    const names = ["/a", "/b", "/c"];
    const clients = names.map(() => connect(Number(port), "127.0.0.1"));
    const requests = 400;
    for (const client of clients) client.pause();
    // One by one, so that each answer is a text by itself.
    for (let nth = 0; nth < requests; nth++) {
      for (const [at, client] of clients.entries())
        client.write(`GET ${names[at]}${nth}, HTTP/1.1\r\nhost: a\r\n\r\n`);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    for (const client of clients) client.end();
    while (listener.stats().phases.writing < clients.length)
      await new Promise((resolve) => setTimeout(resolve, 5));
    const texts = await Promise.all(clients.map((client) => text(client)));
    for (const [at, name] of names.entries()) {
      const found = [...(texts[at] ?? "").matchAll(/\/([abc])(\d+),x{12288}/g)].map(
        ([target]) => target.split(",")[0],
      );
      assert.deepEqual(
        found,
        Array.from({ length: requests }, (_, nth) => `${name}${nth}`),
      );
    }
    assert.equal((await listener.close()).cut, 0);
  });

  test("a client that came and went while a handler was busy harms nobody", async () => {
    const listener = await listen((exchange) => {
      const until = performance.now() + 20;
      while (performance.now() < until);
      hello(exchange);
    });
    const { port } = new URL(listener.address.url);
    const busy = getText(listener.address.url);
    for (let at = 0; at < 20; at++) {
      const client = connect(Number(port), "127.0.0.1", () => client.resetAndDestroy());
      await once(client, "close");
    }
    assert.equal(await busy, "hello 127.0.0.1");
    assert.equal(await getText(listener.address.url), "hello 127.0.0.1");
    await listener.close({ graceMs: 0 });
  });

  test("a client that comes when another one breaks off gets its own answer, and nothing of what was for that one", async () => {
    const done = new Int32Array(new SharedArrayBuffer(4));
    let held: BodyWriter | null = null;
    const listener = await listen((exchange) => {
      const { target } = exchange;
      if (target === "/held") {
        held = exchange.stream(HEAD, null);
        held.write("held");
        return;
      }
      if (target === "/wait") {
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
        clients.postMessage("busy");
        Atomics.wait(done, 0, 0, 20_000);
      }
      // More than waits for the end of a turn.
      if (target === "/write") held?.write("for the one that broke off ".repeat(50_000));
      hello(exchange);
    });
    const port = Number(new URL(listener.address.url).port);
    const clients = new Worker(CLIENTS, { eval: true, workerData: { port, done } });
    const [got] = (await once(clients, "message")) as [string]; // it sends nothing else
    await clients.terminate();
    await listener.close({ graceMs: 0 });
    assert.match(got.slice(0, 1000), /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nhello 127\.0\.0\.1$/);
  });

  test("listeners with TLS are the TypeScript engine's, with the same options and errors", async () => {
    const tls = { key: "no key", cert: "no certificate" };
    await assert.rejects(createNativeEngine().listen({ port: 0, tls }, hello), { code: "E_TLS_CERTIFICATE" });
  });
});
