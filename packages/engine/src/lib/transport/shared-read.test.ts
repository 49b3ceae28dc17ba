import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { test } from "node:test";
import { shareReads } from "./shared-read.ts";

/** One connection, its accepted end read through the shared buffer. */
class Pair implements AsyncDisposable {
  readonly client: Socket;
  /** How much each read brought, in order. */
  readonly reads: number[] = [];
  readonly memories = new Set<ArrayBufferLike>();
  readonly #server: Server;
  readonly #reader: Socket;

  private constructor(server: Server, client: Socket, accepted: Socket) {
    this.#server = server;
    this.client = client;
    const reader = shareReads(server, accepted, {
      highWaterBytes: 65_536,
      user: {
        data: (bytes, length) => {
          this.reads.push(length);
          this.memories.add(bytes.buffer);
        },
      },
    });
    assert.ok(reader !== null, "this Node has no shared reads");
    this.#reader = reader.resume();
  }

  static async open(): Promise<Pair> {
    const server = createServer({ pauseOnConnect: true });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const accepted = once(server, "connection") as Promise<[Socket]>;
    const client = connect({
      port: (server.address() as AddressInfo).port,
      host: "127.0.0.1",
      noDelay: true,
    });
    return new Pair(server, client, (await accepted)[0]);
  }

  get received(): number {
    return this.reads.reduce((sum, length) => sum + length, 0);
  }

  /** Sends bytes and waits until they were read. */
  async send(length: number): Promise<void> {
    const until = this.received + length;
    this.client.write(Buffer.alloc(length));
    while (this.received < until) await new Promise(setImmediate);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.destroy();
    this.#reader.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }
}

test("a connection on which much arrives is read in larger and larger pieces", async () => {
  await using pair = await Pair.open();
  for (let request = 0; request < 32; request++) await pair.send(100);
  pair.reads.length = 0;
  await pair.send(4 * 1024 * 1024);
  const { reads } = pair;
  assert.ok(reads.every((length) => length <= 65_536));
  const full = [4_096, 16_384, 65_536].map((size) => reads.indexOf(size));
  assert.ok(
    full.every((at) => at >= 0),
    reads.slice(0, 9).join(),
  );
  assert.deepEqual(
    full,
    full.toSorted((a, b) => a - b),
  );
});

test("one on which little arrives is read in small pieces, until more does", async () => {
  await using pair = await Pair.open();
  for (let request = 0; request < 32; request++) await pair.send(100);
  pair.reads.length = 0;
  await pair.send(40_000);
  const { reads } = pair;
  const first = reads.findIndex((length) => length >= 4_096);
  assert.equal(reads[first], 4_096, reads.join());
});

test("all of them read into the same memory", async () => {
  await using one = await Pair.open();
  await using other = await Pair.open();
  for (const pair of [one, other]) {
    for (let request = 0; request < 32; request++) await pair.send(100);
    await pair.send(200_000);
  }
  assert.equal(new Set([...one.memories, ...other.memories]).size, 1);
});
