import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { open, readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { HeaderBlock, type ExchangeHandler, type Listener, type ResponseHead } from "@armature/http";
import { nativeEngineFault } from "./load-binding.ts";
import { createNativeEngine } from "./native-engine.ts";

const HEAD: ResponseHead = { status: 200, block: HeaderBlock.empty, fields: null };
const BYTES = 3_000_000;

let folder = "";
let path = "";
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "armature-native-files-"));
  path = join(folder, "file");
  await writeFile(path, randomBytes(BYTES));
});
after(() => rmSync(folder, { recursive: true, force: true }));

function listen(handler: ExchangeHandler): Promise<Listener> {
  const limits = { maxLoopDelayMs: 0, maxQueueAgeMs: 0 };
  return createNativeEngine().listen({ port: 0, host: "127.0.0.1", limits }, handler);
}

/** The body of the one answer of a connection. */
async function getBytes({ address }: Listener): Promise<Buffer> {
  const socket = connect(address.port, "127.0.0.1");
  await once(socket, "connect");
  socket.write("GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
  const all = await buffer(socket);
  return all.subarray(all.indexOf("\r\n\r\n") + 4);
}

describe("files on the native engine", { skip: nativeEngineFault() ?? false }, () => {
  test("that are in memory leave whole without being read", async () => {
    const expected = await readFile(path);
    const sent: (number | undefined)[] = [];
    await using file = await open(path);
    const listener = await listen((exchange) => {
      const writer = exchange.stream(HEAD, BYTES);
      void (async () => {
        sent.push(await writer.writeFile?.({ fd: file.fd, start: 0, length: 1000 }));
        sent.push(await writer.writeFile?.({ fd: file.fd, start: 1000, length: BYTES - 1000 }));
        writer.end();
      })();
    });
    assert.ok((await getBytes(listener)).equals(expected));
    assert.deepEqual(sent, [1000, BYTES - 1000]);
    await listener.close();
  });

  test("leave in the order in which they were given, though nobody waits between", async () => {
    const expected = await readFile(path);
    await using file = await open(path);
    const listener = await listen((exchange) => {
      const writer = exchange.stream(HEAD, BYTES);
      const pieces = [0, 100_000, 100_001, 1_000_000, BYTES].map((start, at, all) => ({
        fd: file.fd,
        start,
        length: (all[at + 1] ?? BYTES) - start,
      }));
      const sent = pieces.map(async (piece) => await writer.writeFile?.(piece));
      void Promise.all(sent).then(() => writer.end());
    });
    assert.ok((await getBytes(listener)).equals(expected));
    await listener.close();
  });

  test("that are on their way when the answer is ended are no whole body", async () => {
    await using file = await open(path);
    const told = Promise.withResolvers<void>();
    const sent: Promise<number>[] = [];
    const listener = await listen((exchange) => {
      const writer = exchange.stream(HEAD, BYTES);
      sent.push(writer.writeFile?.({ fd: file.fd, start: 0, length: BYTES }) ?? Promise.resolve(0));
      // Two thirds of it may have left by then.
      setImmediate(() => {
        try {
          writer.end();
          told.resolve();
        } catch (error) {
          told.reject(error);
        }
      });
    });
    const got = getBytes(listener).catch(() => Buffer.alloc(0));
    await assert.rejects(told.promise, { code: "E_ANSWER_LENGTH" });
    assert.ok((await got).length < BYTES);
    await Promise.all(sent);
    await listener.close();
  });

  test("behind their end, and of descriptors that are none, are left to whoever reads them", async () => {
    const sent: (number | undefined)[] = [];
    await using file = await open(path);
    const listener = await listen((exchange) => {
      const writer = exchange.stream(HEAD, 1_000_000);
      void (async () => {
        for (const start of [BYTES, BYTES - 10, BYTES - 100_000])
          sent.push(await writer.writeFile?.({ fd: file.fd, start, length: 200_000 }));
        for (const fd of [1_000_000, -1])
          for (const length of [10, 100_000]) sent.push(await writer.writeFile?.({ fd, start: 0, length }));
        writer.abort();
      })();
    });
    await getBytes(listener).catch(() => {});
    assert.deepEqual(sent.slice(0, 1), [0]);
    assert.deepEqual(sent.slice(3), [0, 0, 0, 0]);
    assert.ok((sent[1] ?? -1) <= 10 && (sent[2] ?? -1) <= 100_000, String(sent));
    await listener.close();
  });
});
