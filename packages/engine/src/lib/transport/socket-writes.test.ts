import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { after, test } from "node:test";
import { type Exchange, HeaderBlock, type Listener } from "@armature/http";
import { createEngine } from "../engine.ts";

const HEAD = { status: 200, block: HeaderBlock.empty, fields: null };
const LARGE = new Uint8Array(200_000).fill(0x61);
const GET = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";

/** The calls by which a stream handle writes; one call is one system call, as long as the system takes all of it. */
const CALLS = ["writev", "writeBuffer", "writeLatin1String", "writeUtf8String", "writeAsciiString"] as const;
type Call = (typeof CALLS)[number];
type HandlePrototype = Record<Call, (...args: unknown[]) => unknown>;

/** Counts the writes of all sockets of this process. */
class WriteCounter {
  readonly counts = new Map<Call, number>();
  readonly #prototype: HandlePrototype;
  readonly #originals: Partial<HandlePrototype> = {};

  constructor(handle: object) {
    this.#prototype = prototypeWith(handle, "writev") as HandlePrototype; // it has the calls, or the test fails
    for (const call of CALLS) this.#wrap(call);
  }

  restore(): void {
    Object.assign(this.#prototype, this.#originals);
  }

  #wrap(call: Call): void {
    const original = this.#prototype[call];
    this.#originals[call] = original;
    const { counts } = this;
    this.#prototype[call] = function (this: unknown, ...args: unknown[]): unknown {
      counts.set(call, (counts.get(call) ?? 0) + 1);
      return original.apply(this, args);
    };
  }
}

function prototypeWith(handle: object, name: string): object {
  let prototype: unknown = Object.getPrototypeOf(handle);
  while (prototype !== null && !Object.hasOwn(prototype as object, name))
    prototype = Object.getPrototypeOf(prototype);
  assert.ok(prototype !== null, `no handle has ${name}`);
  return prototype as object;
}

/** How a server wrote its answers to what a client sent as one buffer, without the client's own write. */
async function writesFor(
  sent: string,
  handler: (exchange: Exchange) => void,
): Promise<Record<string, number>> {
  const listener: Listener = await createEngine().listen({ port: 0 }, handler);
  after(() => listener.close({ graceMs: 0 }));
  const client = connect(listener.address.port, "127.0.0.1");
  await once(client, "connect");
  const counter = new WriteCounter((client as unknown as { _handle: object })._handle);
  let received = 0;
  try {
    client.on("data", (chunk: Buffer) => (received += chunk.length));
    client.end(Buffer.from(sent));
    await once(client, "close");
    assert.equal(received, listener.stats().bytesOut);
  } finally {
    counter.restore();
  }
  const counts = Object.fromEntries(counter.counts);
  assert.equal(counts["writeBuffer"], 1);
  delete counts["writeBuffer"];
  return counts;
}

test("the small answers to all requests of one read leave in one write", async () => {
  const counts = await writesFor(GET.repeat(16), (exchange) => exchange.respond(HEAD, "small"));
  assert.deepEqual(counts, { writeLatin1String: 1 });
});

test("head and body of a large answer leave in one vectored write", async () => {
  const counts = await writesFor(GET, (exchange) => exchange.respond(HEAD, LARGE));
  assert.deepEqual(counts, { writev: 1 });
});

test("large answers between small ones leave with them", async () => {
  let at = 0;
  const bodies = ["one", new Uint8Array(20_000), "two", new Uint8Array(20_000)];
  const counts = await writesFor(GET.repeat(4), (exchange) => exchange.respond(HEAD, bodies[at++] ?? null));
  assert.deepEqual(counts, { writev: 1 });
});

test("pieces of a stream leave with their frames in one vectored write for each turn", async () => {
  const counts = await writesFor(GET, (exchange) => {
    const writer = exchange.stream(HEAD, null);
    for (let piece = 0; piece < 3; piece++) writer.write(LARGE.subarray(0, 20_000));
    writer.end();
  });
  assert.deepEqual(counts, { writev: 1 });
});
