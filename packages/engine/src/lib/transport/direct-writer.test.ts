import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, Socket } from "node:net";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { DirectWriter } from "./direct-writer.ts";

/** Streams of later versions write without requests, and all text goes through them. */
const skip =
  Number.parseInt(process.versions.node, 10) < 26 ? false : "streams of this Node make no requests";

/** More than the system keeps for a client that reads nothing. */
const LARGE = "a".repeat(8 * 1024 * 1024);

/** A socket that is written to directly, and its client, which reads only when it is asked to. */
class Pair implements AsyncDisposable {
  readonly client: Socket;
  readonly socket: Socket;
  readonly writer: DirectWriter;
  readonly errors: Error[] = [];
  /** How often it was told that what waited is written. */
  sent = 0;
  readonly #server: Server;

  private constructor(server: Server, client: Socket, socket: Socket) {
    this.#server = server;
    this.client = client;
    this.socket = socket;
    socket.on("error", (error) => this.errors.push(error));
    const writer = DirectWriter.of(socket, { sent: () => this.sent++ });
    assert.ok(writer !== null, "this Node has no direct writes");
    this.writer = writer;
  }

  static async open(): Promise<Pair> {
    const server = createServer({ noDelay: true });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const accepted = once(server, "connection") as Promise<[Socket]>;
    const client = connect((server.address() as AddressInfo).port, "127.0.0.1").pause();
    const [socket] = await accepted;
    const pair = new Pair(server, client, socket);
    pair.write("-");
    return pair;
  }

  /** Writes past the stream where that can be; the first write of the process goes through it. */
  write(text: string): void {
    if (!this.writer.write(text)) this.socket.write(text, "latin1");
  }

  /** All that the client gets until the socket is ended. */
  async readAll(): Promise<string> {
    let text = "";
    this.client
      .setEncoding("latin1")
      .on("data", (piece: string) => (text += piece))
      .resume();
    await once(this.client, "end");
    return text;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.destroy();
    this.socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }
}

test("from the second write of the process on, text goes past the stream", { skip }, async () => {
  await using pair = await Pair.open();
  assert.ok(pair.writer.write("one"));
  assert.ok(pair.writer.write("tw\xf6"));
  assert.equal(pair.writer.waiting, 0);
  assert.equal(pair.socket.bytesWritten, 7);
  pair.socket.end();
  assert.equal(await pair.readAll(), "-onetw\xf6");
  assert.equal(pair.sent, 0);
});

test(
  "what the system does not take at once follows, and what comes behind it goes through the stream in order",
  { skip },
  async () => {
    await using pair = await Pair.open();
    pair.write(LARGE);
    assert.equal(pair.writer.waiting, LARGE.length);
    pair.socket.write("behind", "latin1");
    pair.socket.end("end", "latin1");
    assert.equal(await pair.readAll(), `-${LARGE}behindend`);
    assert.equal(pair.writer.waiting, 0);
    assert.equal(pair.sent, 1);
  },
);

test("another socket is written to while one waits", { skip }, async () => {
  await using slow = await Pair.open();
  await using quick = await Pair.open();
  slow.write(LARGE);
  assert.ok(quick.writer.write("quick"));
  quick.socket.end();
  slow.socket.end();
  assert.equal(await quick.readAll(), "-quick");
  assert.equal(await slow.readAll(), `-${LARGE}`);
});

test("a write to a client that is gone destroys the socket", { skip }, async () => {
  await using pair = await Pair.open();
  pair.socket.pause();
  pair.client.resetAndDestroy();
  const closed = new Promise((resolve) => pair.socket.on("close", resolve));
  while (!pair.socket.destroyed) {
    pair.writer.write("nobody reads this");
    await new Promise(setImmediate);
  }
  await closed;
  const [error] = pair.errors as NodeJS.ErrnoException[];
  assert.match(error?.code ?? "", /^(EPIPE|ECONNRESET)$/);
});

test("a socket that is cut while a write waits is told nothing more", { skip }, async () => {
  await using pair = await Pair.open();
  pair.write(LARGE);
  const closed = once(pair.socket, "close");
  pair.socket.destroy();
  await closed;
  assert.equal(pair.sent, 0);
  assert.deepEqual(pair.errors, []);
});

test("what is written first and behind it arrives in order, however it is written", async () => {
  await using pair = await Pair.open();
  for (const text of ["one", "two", "three"]) pair.write(text);
  pair.socket.end();
  assert.equal(await pair.readAll(), "-onetwothree");
});

test("without a handle there is no direct writer", () => {
  assert.equal(DirectWriter.of(new Socket(), { sent: () => {} }), null);
});

/** Reads all that a port sends, in a thread of its own, and so beside the writes of this one. */
const READER = `
const { connect } = require("node:net");
connect(require("node:worker_threads").workerData, "127.0.0.1").resume();
`;

test("what a client takes while it is written is not over before its handle says so", { skip }, async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const accepted = once(server, "connection") as Promise<[Socket]>;
  const reader = new Worker(READER, { eval: true, workerData: (server.address() as AddressInfo).port });
  const [socket] = await accepted;
  let toldSent: (() => void) | null = null;
  const writer = DirectWriter.of(socket, { sent: () => toldSent?.() });
  assert.ok(writer !== null);
  const piece = "a".repeat(16 * 1024);
  if (!writer.write(piece)) socket.write(piece, "latin1");
  let waited = 0;
  for (let i = 0; i < 20_000; i++) {
    assert.ok(writer.write(piece));
    if (writer.waiting === 0) continue;
    waited++;
    await new Promise<void>((resolve) => (toldSent = resolve));
    assert.equal(writer.waiting, 0);
  }
  assert.ok(waited > 0, "the client always took everything at once");
  socket.destroy();
  await reader.terminate();
  server.close();
});
