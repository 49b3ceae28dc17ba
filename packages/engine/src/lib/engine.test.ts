import assert from "node:assert/strict";
import { createServer, Server, Socket } from "node:net";
import { test } from "node:test";
import { ArmatureError, type Exchange, HeaderBlock } from "@armature/http";
import { createEngine } from "./engine.ts";
import { createMemoryEngine } from "./memory-engine.ts";
import { shareReads } from "./transport/shared-read.ts";

function answer(exchange: Exchange): void {
  exchange.respond({ status: 200, block: HeaderBlock.empty, fields: null }, "");
}

test("an engine says where it listens", async () => {
  const engine = createEngine();
  assert.equal(engine.name, "ts");
  const listener = await engine.listen({ port: 0 }, answer);
  const { host, port, url } = listener.address;
  assert.equal(host, "127.0.0.1");
  assert.ok(port > 0);
  assert.equal(url, `http://127.0.0.1:${port}`);
  assert.equal((await fetch(url)).status, 200);
  await listener.close({ graceMs: 0 });
  await assert.rejects(fetch(url));
});

test("an engine listens on IPv6, with brackets in its address", async (context) => {
  let listener;
  try {
    listener = await createEngine().listen({ port: 0, host: "::1" }, answer);
  } catch (error) {
    assert.equal((error as ArmatureError).code, "E_HOST_INVALID");
    return context.skip("this machine has no IPv6");
  }
  assert.match(listener.address.url, /^http:\/\/\[::1\]:\d+$/);
  assert.equal((await fetch(listener.address.url)).status, 200);
  await listener.close({ graceMs: 0 });
});

test("a port in use is named, with what to do", async () => {
  const first = await createEngine().listen({ port: 0 }, answer);
  const { port } = first.address;
  await assert.rejects(createEngine().listen({ port }, answer), (error: ArmatureError) => {
    assert.ok(error instanceof ArmatureError);
    assert.equal(error.code, "E_PORT_IN_USE");
    assert.match(error.message, new RegExp(`Port ${port} on 127\\.0\\.0\\.1 is in use; .*another port`));
    return true;
  });
  await first.close();
});

test("a port that may not be opened is named", async (context) => {
  context.mock.method(Server.prototype, "listen", function listen(this: Server) {
    process.nextTick(() => this.emit("error", Object.assign(new Error("listen EACCES"), { code: "EACCES" })));
    return this;
  });
  await assert.rejects(createEngine().listen({ port: 80 }, answer), {
    code: "E_PORT_FORBIDDEN",
    message: /Port 80 on 127\.0\.0\.1 may not be opened by this user; .*above 1023/,
  });
});

test("an error of the system that has no name here is passed on", async (context) => {
  const error = Object.assign(new Error("listen EMFILE"), { code: "EMFILE" });
  context.mock.method(Server.prototype, "listen", function listen(this: Server) {
    process.nextTick(() => this.emit("error", error));
    return this;
  });
  await assert.rejects(createEngine().listen({ port: 80 }, answer), (thrown) => thrown === error);
});

test("an address of another machine is refused", async () => {
  for (const host of ["192.0.2.1", "no-such-host.invalid"]) {
    await assert.rejects(createEngine().listen({ port: 0, host }, answer), { code: "E_HOST_INVALID" });
  }
});

test("options are checked", async () => {
  const cases: [options: object, code: string][] = [
    [{ port: -1 }, "E_PORT_INVALID"],
    [{ port: 65536 }, "E_PORT_INVALID"],
    [{ port: 1.5 }, "E_PORT_INVALID"],
    [{ port: "80" }, "E_PORT_INVALID"],
    [{ host: "" }, "E_HOST_INVALID"],
    [{ host: 5 }, "E_HOST_INVALID"],
    [{ prot: 80 }, "E_OPTION_UNKNOWN"],
    [{ limits: { maxBodyByte: 1 } }, "E_OPTION_UNKNOWN"],
    [{ limits: { maxBodyBytes: -1 } }, "E_LIMIT_INVALID"],
  ];
  for (const engine of [createEngine(), createMemoryEngine()]) {
    for (const [options, code] of cases) await assert.rejects(engine.listen(options, answer), { code });
  }
});

test("errors that no request can answer are written to stderr by default", async (context) => {
  const written = context.mock.method(process.stderr, "write", () => true);
  const listener = await createMemoryEngine().listen({}, () => {
    throw new Error("a mistake");
  });
  const client = listener.connect();
  client.write("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
  assert.match(Buffer.from(client.readNow()).toString(), /^HTTP\/1\.1 500 /);
  assert.match(String(written.mock.calls[0]?.arguments[0]), /Error: a mistake\n {4}at /);
  await listener.close({ graceMs: 0 });
});

test("an onError that throws does no harm", async (context) => {
  const written = context.mock.method(process.stderr, "write", () => true);
  const fail = (error: unknown): never => {
    throw error;
  };
  const listener = await createMemoryEngine().listen({ onError: fail }, () => fail(new Error("a mistake")));
  const client = listener.connect();
  client.write("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
  assert.match(Buffer.from(client.readNow()).toString(), /^HTTP\/1\.1 500 /);
  assert.match(String(written.mock.calls[0]?.arguments[0]), /a mistake/);
  await listener.close({ graceMs: 0 });
});

test("a memory engine has no port, and no connections once it is closed", async () => {
  const listener = await createMemoryEngine().listen({}, answer);
  assert.deepEqual(listener.address, { host: "memory", port: 0, url: "http://memory" });
  await listener.close();
  assert.throws(() => listener.connect(), { code: "E_LISTENER_CLOSED" });
});

test("a memory client may write while its request is handled", async () => {
  const order: string[] = [];
  const listener = await createMemoryEngine().listen({}, (exchange) => {
    order.push(`${exchange.target} begins`);
    if (exchange.target === "/1") client.write("GET /2 HTTP/1.1\r\nhost: a\r\n\r\n");
    if (exchange.target === "/1") other.write("GET /3 HTTP/1.1\r\nhost: a\r\n\r\n");
    assert.equal(exchange.headers.get("host"), "a");
    order.push(`${exchange.target} ends`);
    answer(exchange);
  });
  const client = listener.connect();
  const other = listener.connect();
  client.write("GET /1 HTTP/1.1\r\nhost: a\r\n\r\n");
  assert.deepEqual(order, ["/1 begins", "/3 begins", "/3 ends", "/1 ends", "/2 begins", "/2 ends"]);
  await listener.close({ graceMs: 0 });
});

test("a memory client that is closed is silent", async () => {
  const listener = await createMemoryEngine().listen({}, answer);
  const client = listener.connect();
  client.end();
  client.end();
  client.write("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
  assert.equal(await client.read(), null);
  assert.equal(client.closed, true);
  client.destroy();
  client.write("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
  assert.equal(await client.read(), null);
  assert.equal(client.readNow().length, 0);
  await listener.close();
  assert.equal(listener.stats().requests, 0);
});

test("a memory client may be anyone", async () => {
  const listener = await createMemoryEngine().listen({}, (exchange) => {
    exchange.respond({ status: 200, block: HeaderBlock.empty, fields: null }, JSON.stringify(exchange.peer));
  });
  const client = listener.connect({ address: "192.0.2.7", port: 9, secure: true });
  client.write("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
  assert.match(Buffer.from(client.readNow()).toString(), /{"address":"192.0.2.7","port":9,"secure":true}$/);
  await listener.close({ graceMs: 0 });
});

test("a process ends though an engine has its timers, once it is closed", async () => {
  const before = process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const listener = await createEngine().listen({ port: 0 }, answer);
  await listener.close();
  const after = process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  assert.equal(after, before);
});

test("reads are shared where the runtime can", async () => {
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const accepted = Promise.withResolvers<Socket>();
  server.on("connection", accepted.resolve);
  const { port } = server.address() as { port: number };
  const client = new Socket().connect(port, "127.0.0.1");
  const socket = await accepted.promise;
  const read = Promise.withResolvers<string>();
  const options = {
    highWaterBytes: 1000,
    user: { data: (bytes: Buffer, length: number) => read.resolve(bytes.toString("latin1", 0, length)) },
  };
  assert.equal(shareReads(server, new Socket(), options), null, "a socket without a handle is left alone");
  const shared = shareReads(server, socket, options);
  assert.ok(shared !== null, "this Node has what shared reads need");
  assert.equal(shared.writableHighWaterMark, 1000);
  client.write("hello");
  assert.equal(await read.promise, "hello");
  assert.equal(shareReads(server, socket, options), null, "its handle was taken");
  client.destroy();
  shared.destroy();
  await new Promise((resolve) => server.close(resolve));
});
