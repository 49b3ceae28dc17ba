import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { BodyWriter, Exchange, FilePiece, Limits } from "@armature/http";
import type { EngineUnderTest, RunningEngine } from "../engines.ts";
import { eventually, head, needsSockets, request, serve, turns } from "../serve.ts";
import type { WireClient } from "../wire-client.ts";

const MIB = 1024 * 1024;
/** More than all buffers between a server and a client hold. */
const LARGE_BYTES = 32 * MIB;
/** Some on either side of what an engine may treat in another way: whole writes, pages, chunks of its own. */
const SIZES = [0, 1, 4096, 32_767, 32_768, 32_769, 100_001, 256 * 1024, 256 * 1024 + 1, 3 * MIB + 7];

let folder = "";
let content = Buffer.alloc(0);

/** Files that leave through `BodyWriter.writeFile`, where an engine has it, and through its reader where it has not. */
export function filesSuite(subject: EngineUnderTest): void {
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "armature-files-"));
    content = randomBytes(4 * MIB);
    writeFileSync(join(folder, "content"), content);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  describe("the bytes of a file", () => wholeFiles(subject));
  describe("a file among other answers", () => ordered(subject));
  describe("a file for a slow client", () => slowClients(subject));
  describe("a file that cannot be sent to its end", () => cutFiles(subject));
  describe("a file while its listener closes", () => closing(subject));
}

/** What `sendPiece` needs of a file. */
type Readable = Pick<FileHandle, "fd" | "read">;

/** Sends a piece as an application does: what the engine does not send by itself is read. */
async function sendPiece(
  writer: BodyWriter,
  file: Readable,
  { start, length }: Omit<FilePiece, "fd">,
): Promise<void> {
  const end = start + length;
  for (let at = start; at < end && !writer.closed;) {
    at += (await writer.writeFile?.({ fd: file.fd, start: at, length: end - at })) ?? 0;
    if (at === end || writer.closed) return;
    const buffer = Buffer.allocUnsafe(Math.min(64 * 1024, end - at));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) return writer.abort();
    if (!writer.write(buffer.subarray(0, bytesRead))) await writer.drained();
    at += bytesRead;
  }
}

/** Answers with a piece of a file, and closes the file behind it. */
async function sendFile(exchange: Exchange, path: string, piece: Omit<FilePiece, "fd">): Promise<void> {
  await using file = await open(path);
  const writer = exchange.stream(head(200), piece.length);
  if (exchange.method === "HEAD") return writer.end();
  await sendPiece(writer, file, piece);
  if (!writer.closed) writer.end();
}

/** An engine whose handler may be asynchronous. */
function startEngine(
  subject: EngineUnderTest,
  handler: (exchange: Exchange) => unknown,
  limits: Partial<Limits> = {},
): Promise<RunningEngine> {
  return serve(subject, (exchange) => void handler(exchange), { limits });
}

/** An engine that answers with all of a large file. */
function startWith(
  subject: EngineUnderTest,
  path: string,
  limits: Partial<Limits> = {},
): Promise<RunningEngine> {
  return startEngine(
    subject,
    (exchange) => sendFile(exchange, path, { start: 0, length: LARGE_BYTES }),
    limits,
  );
}

function contentPath(): string {
  return join(folder, "content");
}

/** Makes a file of zeroes, which takes no room on a disk. */
async function sparse(name: string, bytes: number): Promise<string> {
  const path = join(folder, name);
  await using file = await open(path, "w");
  await file.truncate(bytes);
  return path;
}

/** How many descriptors this process has of a file; 0 where the system does not tell. */
function openDescriptors(path: string): number {
  if (process.platform !== "linux") return 0;
  return readdirSync("/proc/self/fd").filter((fd) => linkOf(`/proc/self/fd/${fd}`) === path).length;
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

function bodyBytes(client: WireClient): number {
  const end = client.text.indexOf("\r\n\r\n");
  return end < 0 ? 0 : client.text.length - end - 4;
}

function wholeFiles(subject: EngineUnderTest): void {
  test("arrive as they are, whatever their number, on one connection", async () => {
    await using engine = await startEngine(subject, (exchange) => {
      const length = Number(exchange.target.slice(1));
      void sendFile(exchange, contentPath(), { start: 11, length });
    });
    using client = await engine.connect();
    for (const [at, size] of SIZES.entries()) {
      await client.send(request(`GET /${size}`));
      const { body, status } =
        (await client.answers(at + 1))[at] ?? assert.fail(`no answer of ${size} bytes`);
      assert.equal(status, 200);
      assert.ok(Buffer.from(body, "latin1").equals(content.subarray(11, 11 + size)), `${size} bytes`);
    }
    await eventually(() => engine.listener.stats().inFlight === 0);
  });

  test("arrive from behind the first 4 GiB", async () => {
    const size = 5 * 1024 * MIB;
    const path = await sparse("sparse", size);
    const tail = content.subarray(0, 70_000);
    await using file = await open(path, "r+");
    await file.write(tail, 0, tail.length, size - tail.length);
    await using engine = await startEngine(subject, (exchange) => {
      void sendFile(exchange, path, { start: size - 100_000, length: 100_000 });
    });
    using client = await engine.connect();
    await client.send(request("GET /"));
    const [answer] = await client.answers(1);
    const expected = Buffer.concat([Buffer.alloc(30_000), tail]);
    assert.ok(Buffer.from(answer?.body ?? "", "latin1").equals(expected));
  });

  test("arrive in chunks where the length is not announced, and to the end for HTTP/1.0", async () => {
    await using engine = await startEngine(subject, async (exchange) => {
      await using file = await open(contentPath());
      const writer = exchange.stream(head(200), null);
      writer.write("<");
      await sendPiece(writer, file, { start: 0, length: 300_000 });
      writer.write(">");
      writer.end();
    });
    for (const version of ["1.1", "1.0"]) {
      using client = await engine.connect();
      await client.send(`GET / HTTP/${version}\r\nHost: a\r\nConnection: close\r\n\r\n`);
      await client.closing();
      const [answer] = await client.answers(1);
      assert.equal(answer?.body, `<${content.toString("latin1", 0, 300_000)}>`, version);
    }
  });

  test("are between what is written in front and behind", async () => {
    await using engine = await startEngine(subject, async (exchange) => {
      await using file = await open(contentPath());
      const writer = exchange.stream(head(200), 2 * 70_000 + 20_003);
      writer.write("a");
      await sendPiece(writer, file, { start: 0, length: 70_000 });
      writer.write(new Uint8Array(20_000).fill(0x62));
      await sendPiece(writer, file, { start: 1000, length: 70_000 });
      writer.write("cd");
      writer.end();
    });
    using client = await engine.connect();
    await client.send(request("GET /"));
    const [answer] = await client.answers(1);
    const [one, two] = [content.toString("latin1", 0, 70_000), content.toString("latin1", 1000, 71_000)];
    assert.equal(answer?.body, `a${one}${"b".repeat(20_000)}${two}cd`);
  });

  test("are not sent to HEAD, and the connection can be used again", async () => {
    await using engine = await startEngine(subject, (exchange) => {
      void sendFile(exchange, contentPath(), { start: 0, length: 100_000 });
    });
    using client = await engine.connect();
    await client.send(request("HEAD /") + request("GET /"));
    const answers = await client.answers(2, new Set([0]));
    assert.deepEqual(
      answers.map(({ body }) => body.length),
      [0, 100_000],
    );
  });

  test("that are more than was announced cut the connection, and the application is told", async () => {
    const told = Promise.withResolvers<unknown>();
    await using engine = await startEngine(subject, async (exchange) => {
      await using file = await open(contentPath());
      const writer = exchange.stream(head(200), 100);
      sendPiece(writer, file, { start: 0, length: 101 }).then(told.resolve, told.reject);
      await told.promise.catch(() => {});
    });
    using client = await engine.connect();
    await client.send(request("GET /"));
    await assert.rejects(told.promise, { code: "E_ANSWER_LENGTH" });
    await client.closing();
    assert.ok(bodyBytes(client) <= 100);
  });
}

function ordered(subject: EngineUnderTest): void {
  test("waits behind one that is not given, and keeps those behind it waiting", async () => {
    let giveFirst: () => void = () => {};
    await using engine = await startEngine(subject, (exchange) => {
      if (exchange.target === "/first") giveFirst = () => exchange.respond(head(200), "first");
      else if (exchange.target === "/text") exchange.respond(head(200), "text");
      else void sendFile(exchange, contentPath(), { start: 0, length: Number(exchange.target.slice(1)) });
    });
    using client = await engine.connect();
    const targets = ["/first", "/1000", "/text", "/600000", "/text", "/3", "/0", "/text"];
    await client.send(targets.map((target) => request(`GET ${target}`)).join(""));
    await turns();
    assert.equal(client.text, "");
    giveFirst();
    const bodies = (await client.answers(targets.length)).map(({ body }) => body);
    const file = (bytes: number): string => content.toString("latin1", 0, bytes);
    assert.deepEqual(bodies, ["first", file(1000), "text", file(600_000), "text", file(3), "", "text"]);
  });

  test("comes through a proxy that tells of its client", { skip: subject.isSecure }, async () => {
    const options = { proxyProtocol: { from: ["127.0.0.1", "::1", "loopback"] } };
    const answer = (exchange: Exchange): Promise<void> =>
      sendFile(exchange, contentPath(), { start: 0, length: 400_000 });
    await using engine = await serve(subject, (exchange) => void answer(exchange), options);
    using client = await engine.connect();
    await client.send(`PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n${request("GET /")}`);
    const [{ body } = { body: "" }] = await client.answers(1);
    assert.equal(body, content.toString("latin1", 0, 400_000));
  });

  test("is counted, and told as sent with its bytes", async () => {
    const notes: string[] = [];
    await using engine = await startEngine(subject, (exchange) => {
      exchange.watch({
        refused: () => notes.push("refused"),
        sent: (status, bytes) => notes.push(`sent ${status} ${bytes}`),
        cut: () => notes.push("cut"),
      });
      void sendFile(exchange, contentPath(), { start: 0, length: 400_000 });
    });
    using client = await engine.connect();
    await client.send(request("GET /") + request("GET /"));
    await client.answers(2);
    await eventually(() => notes.length === 2);
    assert.deepEqual(notes, ["sent 200 400000", "sent 200 400000"]);
    const { bytesOut, unsentBytes, inFlight } = engine.listener.stats();
    assert.deepEqual([bytesOut, unsentBytes, inFlight], [client.text.length, 0, 0]);
  });

  test("goes to many clients at a time from one descriptor", async () => {
    await using file = await open(contentPath());
    await using engine = await startEngine(subject, async (exchange) => {
      const writer = exchange.stream(head(200), 2 * MIB);
      await sendPiece(writer, file, { start: 0, length: 2 * MIB });
      writer.end();
    });
    const clients = await Promise.all(Array.from({ length: 40 }, () => engine.connect()));
    await Promise.all(clients.map((client) => client.send(request("GET /", "Connection: close"))));
    for (const client of clients) {
      await client.closing();
      assert.equal(bodyBytes(client), 2 * MIB);
      assert.ok(client.text.endsWith(content.toString("latin1", MIB, 2 * MIB)));
      client[Symbol.dispose]();
    }
  });
}

function slowClients(subject: EngineUnderTest): void {
  test("waits for it, is not held in memory, and arrives whole", async () => {
    const path = await sparse("slow", LARGE_BYTES);
    const limits = { handlerTimeoutMs: 50 };
    await using engine = await startWith(subject, path, limits);
    using client = await engine.connect();
    client.pause();
    await client.send(request("GET /", "Connection: close"));
    await stalled(() => engine.listener.stats().bytesOut);
    assert.ok(engine.listener.stats().bytesOut < LARGE_BYTES, "all was sent though nothing was read");
    assert.ok(engine.listener.stats().unsentBytes < 2 * MIB);
    client.resume();
    await client.closing();
    assert.equal(bodyBytes(client), LARGE_BYTES);
  });

  test("is cut where the client takes nothing for too long", needsSockets(subject), async () => {
    const path = await sparse("slower", LARGE_BYTES);
    const cut = Promise.withResolvers<unknown>();
    const limits = { minBytesPerSecond: 50_000, rateGraceMs: 100 };
    const handler = async (exchange: Exchange): Promise<void> => {
      exchange.watch({ refused: () => {}, sent: () => cut.resolve("sent"), cut: cut.resolve });
      await sendFile(exchange, path, { start: 0, length: LARGE_BYTES });
    };
    await using engine = await startEngine(subject, handler, limits);
    using client = await engine.connect();
    client.pause();
    await client.send(request("GET /"));
    assert.equal(((await cut.promise) as { code?: string }).code, "E_CLIENT_TOO_SLOW");
    await eventually(() => openDescriptors(path) === 0);
    assert.equal(engine.listener.stats().refusedBy["E_CLIENT_TOO_SLOW"], 1);
  });

  test("is not cut where it takes some again and again", needsSockets(subject), async () => {
    const path = await sparse("steady", LARGE_BYTES);
    const limits = { minBytesPerSecond: 1_000, rateGraceMs: 150 };
    await using engine = await startWith(subject, path, limits);
    using client = await engine.connect();
    await client.send(request("GET /", "Connection: close"));
    for (let round = 1; round <= 10; round++) {
      await client.until(() => client.text.length > round * 2 * MIB);
      client.pause();
      await new Promise((resolve) => setTimeout(resolve, 30));
      client.resume();
    }
    await client.closing();
    assert.equal(bodyBytes(client), LARGE_BYTES);
  });
}

function cutFiles(subject: EngineUnderTest): void {
  test("as the client leaves half-way: the writer is free and the file closed", async () => {
    const path = await sparse("left", LARGE_BYTES);
    const done = Promise.withResolvers<string>();
    await using engine = await startEngine(subject, async (exchange) => {
      exchange.watch({ refused: () => {}, sent: () => done.resolve("sent"), cut: () => done.resolve("cut") });
      await sendFile(exchange, path, { start: 0, length: LARGE_BYTES });
    });
    using client = await engine.connect();
    await client.send(request("GET /"));
    await client.until(() => bodyBytes(client) > 100_000);
    client.reset();
    assert.equal(await done.promise, "cut");
    await eventually(() => openDescriptors(path) === 0);
    assert.equal(engine.listener.stats().inFlight, 0);
  });

  test("as it becomes shorter: the connection is cut within the announced length", async () => {
    const path = await sparse("shorter", LARGE_BYTES);
    await using engine = await startWith(subject, path);
    using client = await engine.connect();
    client.pause();
    await client.send(request("GET /"));
    await stalled(() => engine.listener.stats().bytesOut);
    await using file = await open(path, "r+");
    await file.truncate(MIB);
    client.resume();
    await client.closing();
    assert.ok(bodyBytes(client) < LARGE_BYTES);
    await eventually(() => openDescriptors(path) <= 1);
    assert.equal(engine.listener.stats().inFlight, 0);
  });

  test("as it becomes longer: what was announced is sent", async () => {
    const path = await sparse("longer", LARGE_BYTES);
    await using engine = await startWith(subject, path);
    using client = await engine.connect();
    client.pause();
    await client.send(request("GET /", "Connection: close"));
    await stalled(() => engine.listener.stats().bytesOut);
    await using file = await open(path, "r+");
    await file.truncate(2 * LARGE_BYTES);
    client.resume();
    await client.closing();
    assert.equal(bodyBytes(client), LARGE_BYTES);
  });

  test("as the application cuts it: whoever sends it goes on at once", async () => {
    const path = await sparse("aborted", LARGE_BYTES);
    const free = Promise.withResolvers<boolean>();
    await using engine = await startEngine(subject, async (exchange) => {
      await using file = await open(path);
      const writer = exchange.stream(head(200), LARGE_BYTES);
      void eventually(() => engine.listener.stats().bytesOut > 10_000).then(() => writer.abort());
      await sendPiece(writer, file, { start: 0, length: LARGE_BYTES });
      free.resolve(writer.closed);
    });
    using client = await engine.connect();
    client.pause();
    await client.send(request("GET /"));
    assert.equal(await free.promise, true);
    client.resume();
    await client.closing();
    assert.ok(bodyBytes(client) < LARGE_BYTES);
  });

  test("as the answer in front closes the connection: it is cut, and the file closed", async () => {
    const path = await sparse("behind", LARGE_BYTES);
    let give: () => void = () => {};
    await using engine = await startEngine(subject, (exchange) => {
      if (exchange.target === "/first")
        give = () => exchange.respond(head(200, ["connection", "close"]), "first");
      else void sendFile(exchange, path, { start: 0, length: LARGE_BYTES });
    });
    using client = await engine.connect();
    await client.send(request("GET /first") + request("GET /file"));
    await turns();
    give();
    await client.closing();
    assert.equal((await client.answers(1))[0]?.body, "first");
    await eventually(() => openDescriptors(path) === 0);
  });
}

function closing(subject: EngineUnderTest): void {
  test("is sent to its end within the time that there is", async () => {
    const path = await sparse("drained", LARGE_BYTES);
    await using engine = await startWith(subject, path);
    using client = await engine.connect();
    client.pause();
    await client.send(request("GET /"));
    await stalled(() => engine.listener.stats().bytesOut);
    const closed = engine.listener.close({ graceMs: 30_000, lingerMs: 0 });
    client.resume();
    await client.until(() => client.text.length > LARGE_BYTES);
    const whole = LARGE_BYTES + client.text.indexOf("\r\n\r\n") + 4;
    await client.until(() => client.text.length === whole);
    client.end();
    assert.equal((await closed).cut, 0);
  });

  test("is cut and counted behind that time", async () => {
    const path = await sparse("late", LARGE_BYTES);
    await using engine = await startWith(subject, path);
    using client = await engine.connect();
    client.pause();
    await client.send(request("GET /"));
    await stalled(() => engine.listener.stats().bytesOut);
    const { streams, cut } = await engine.listener.close({ graceMs: 20 });
    assert.deepEqual([streams, cut], [1, 1]);
    await eventually(() => openDescriptors(path) === 0);
  });
}

/** Waits until a number stands still, above zero. */
async function stalled(value: () => number): Promise<void> {
  for (let last = -1; last !== value() || last === 0;) {
    last = value();
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
}
