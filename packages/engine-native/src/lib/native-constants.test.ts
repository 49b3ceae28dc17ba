import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { describe, test, type TestContext } from "node:test";
import {
  type ConstantAnswer,
  type Exchange,
  HeaderBlock,
  type Listener,
  type ListenOptions,
} from "@armature/http";
import { loadBinding, nativeEngineFault } from "./load-binding.ts";
import { createNativeEngine } from "./native-engine.ts";

const HEAD = { status: 200, block: new HeaderBlock(["content-type", "text/plain"]), fields: null };
const ANSWER: ConstantAnswer = { method: "GET", target: "/c", head: HEAD, body: "constant" };
const C = "GET /c HTTP/1.1\r\nhost: a\r\n\r\n";

/** A listener, and how often Rust has called JavaScript for it. */
interface Watched extends AsyncDisposable {
  readonly listener: Listener;
  readonly batches: () => number;
  readonly handled: () => number;
}

async function start(t: TestContext, options: ListenOptions = {}): Promise<Watched> {
  const binding = loadBinding();
  const open = binding.open.bind(binding);
  let batches = 0;
  let handled = 0;
  const opening = t.mock.method(binding, "open", (...[fd, onBatch, ...limits]: Parameters<typeof open>) =>
    open(fd, (entries) => onBatch((batches++, entries)), ...limits),
  );
  const handler = (exchange: Exchange): void => {
    handled++;
    exchange.respond(HEAD, "constant");
  };
  const constants = { answers: [ANSWER], mayAnswer: () => true };
  const listener = await createNativeEngine().listen({ port: 0, constants, ...options }, handler);
  opening.mock.restore();
  return {
    listener,
    batches: () => batches,
    handled: () => handled,
    [Symbol.asyncDispose]: async () => void (await listener.close({ graceMs: 0 })),
  };
}

interface Client extends AsyncDisposable {
  readonly socket: Socket;
}

async function join({ address: { host, port } }: Listener): Promise<Client> {
  const socket = connect({ host, port, noDelay: true });
  await once(socket, "connect");
  return { socket, [Symbol.asyncDispose]: async () => void socket.destroy() };
}

/** Sends requests and waits for so many answers. */
async function ask({ socket }: Client, requests: string, count: number): Promise<void> {
  socket.write(requests);
  for (let text = ""; text.split("\r\n\r\nconstant").length <= count;)
    text += String((await once(socket, "data"))[0]);
}

describe("constant answers", { skip: nativeEngineFault() ?? false }, () => {
  test("are given without a call into JavaScript", async (t) => {
    await using watched = await start(t);
    await using client = await join(watched.listener);
    await ask(client, C, 1);
    const before = watched.batches();
    for (let time = 0; time < 50; time++) await ask(client, C.repeat(16), 16);
    assert.deepEqual([watched.batches(), watched.handled()], [before, 0]);
    assert.equal(watched.listener.stats().requests, 801);
    await ask(client, C.replace("/c", "/d") + C, 2);
    assert.deepEqual([watched.batches(), watched.handled()], [before + 1, 2]);
    await ask(client, C, 1);
    assert.deepEqual([watched.batches(), watched.handled()], [before + 1, 2]);
  });

  test("are the connections' own behind proxies, where they are large, and where they close", async (t) => {
    for (const options of [
      { constants: { answers: [{ ...ANSWER, body: "constant".padEnd(70_000) }], mayAnswer: () => true } },
      {
        constants: {
          answers: [{ ...ANSWER, head: { ...HEAD, block: new HeaderBlock(["connection", "close"]) } }],
          mayAnswer: () => true,
        },
      },
      { proxyProtocol: { from: "loopback" } },
    ] satisfies ListenOptions[]) {
      await using watched = await start(t, options);
      await using client = await join(watched.listener);
      await ask(client, "proxyProtocol" in options ? `PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n${C}` : C, 1);
      assert.equal(watched.handled(), 1);
    }
  });

  test("are not given behind the end of a connection that was idle for too long", async (t) => {
    const limits = { keepAliveTimeoutMs: 100, minKeepAliveTimeoutMs: 100, headersTimeoutMs: 100 };
    await using watched = await start(t, { limits });
    const { host, port } = watched.listener.address;
    const socket = connect({ host, port, allowHalfOpen: true });
    await ask({ socket, [Symbol.asyncDispose]: async () => {} }, C, 1);
    await once(socket, "end");
    let text = "";
    socket.on("data", (bytes) => (text += String(bytes)));
    socket.end(C);
    await once(socket, "close");
    assert.deepEqual([text, socket.errored], ["", null]);
    while (watched.listener.stats().connections > 0) await new Promise(setImmediate);
    assert.equal(watched.listener.stats().requests, 1);
  });

  test("end with a listener that is closed while they are given", async (t) => {
    for (let time = 0; time < 20; time++) {
      await using watched = await start(t);
      await using client = await join(watched.listener);
      client.socket.on("error", () => {});
      client.socket.write(C.repeat(500));
      await watched.listener.close({ graceMs: 0 });
      assert.equal(watched.listener.stats().connections, 0);
    }
  });
});
